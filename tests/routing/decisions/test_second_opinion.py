"""The embedding head weighs what it heard with what the words said."""

from dataclasses import replace

import pytest

from services.routing.adapters.classifier import SHIPPED_MODEL, load_model
from services.routing.adapters.embedder import embedder_at_hand
from services.routing.decisions.judgement import CATEGORY, FIELDS, Doubt, Model, SecondHead, judge, score
from services.routing.decisions.second_opinion import rescored, second_opinion
from shared.contracts.codes import Category

UNCLEAR = ("你好", "看看这个")


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(SHIPPED_MODEL)


def head(model: Model, field: str, *, trust: float, loud: int, threshold: int) -> SecondHead:
    """Hears street order, as loud as it is told."""
    labels = next(each.labels for each in model.heads if each.field == field)
    rows = (tuple(loud * (label == Category.URB) for label in labels),)
    return SecondHead(field, trust, tuple(0.0 for _ in labels), rows, 1.0, (threshold, threshold))


def test_the_shipped_model_has_learned_to_listen_in_every_field(model: Model) -> None:
    assert sorted(each.field for each in model.second) == sorted(FIELDS)
    assert embedder_at_hand() is not None
    assert {len(each.rows) for each in model.second} == {384}


def test_silence_leaves_the_first_judgement_as_it_was(model: Model) -> None:
    mute = replace(model, second=(head(model, CATEGORY, trust=1.0, loud=0, threshold=0),))
    first = score(mute, *UNCLEAR)
    assert rescored(mute, first, (1.0,)).choices == first.choices


def test_what_is_heard_clearly_corrects_the_first_judgement(model: Model) -> None:
    listening = replace(model, second=(head(model, CATEGORY, trust=0.5, loud=30, threshold=0),))
    assert second_opinion(listening, score(listening, *UNCLEAR), (1.0,)).category.label == Category.URB


def test_what_stays_below_the_second_threshold_is_still_shown_to_a_person(model: Model) -> None:
    strict = replace(model, second=(head(model, CATEGORY, trust=1.0, loud=0, threshold=1001),))
    assert Doubt.CATEGORY in second_opinion(strict, score(strict, *UNCLEAR), (1.0,)).doubts


def test_the_words_are_still_named_after_a_second_reading(model: Model) -> None:
    title, text = "楼下酒吧半夜放音响", "酒吧音响噪音扰民，凌晨两点还在唱歌。"
    mute = replace(model, second=(head(model, CATEGORY, trust=1.0, loud=0, threshold=0),))
    again = second_opinion(mute, score(mute, title, text), (1.0,))
    assert again.words == judge(mute, title, text).words

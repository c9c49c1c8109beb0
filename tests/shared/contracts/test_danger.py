import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import danger_terms, danger_words
from shared.contracts.danger import DangerKind, danger_signs
from tests.shared.contracts.danger_sentences import (
    HELD_OUT_DANGER,
    HELD_OUT_HARMLESS,
    SECOND_LOOK_DANGER,
    SECOND_LOOK_HARMLESS,
    THIRD_LOOK_DANGER,
    THIRD_LOOK_HARMLESS,
    TUNED_DANGER,
    TUNED_HARMLESS,
)

COMPLAINT = "小区门口的路修了半年还没有修好，下雨天全是水坑，老人出门很不方便，反映了很多次都没有回音。" * 6
"""Long enough that terms which count only in an alarm are strict."""


def kinds(text: str) -> set[DangerKind]:
    return {sign.kind for sign in danger_signs(text)}


@pytest.mark.parametrize(("kind", "sentence"), TUNED_DANGER)
def test_a_person_in_danger_is_heard(kind: DangerKind, sentence: str) -> None:
    assert kind in kinds(sentence)


@pytest.mark.parametrize(("kind", "sentence"), TUNED_DANGER)
def test_danger_in_the_middle_of_a_long_complaint_is_heard(kind: DangerKind, sentence: str) -> None:
    assert kind in kinds(f"{COMPLAINT}{sentence}。{COMPLAINT}")


@pytest.mark.parametrize("sentence", TUNED_HARMLESS)
def test_idioms_slogans_news_and_thanks_raise_no_alarm(sentence: str) -> None:
    assert danger_signs(sentence) == ()


def test_danger_said_plainly_is_heard_in_sentences_that_the_net_was_not_made_from() -> None:
    heard = [sentence for _, sentence in HELD_OUT_DANGER if danger_signs(sentence)]
    assert len(heard) >= 46


def test_harmless_sentences_that_the_net_was_not_made_from_stay_quiet() -> None:
    loud = [
        sentence
        for sentence in (*HELD_OUT_HARMLESS, *SECOND_LOOK_HARMLESS, *THIRD_LOOK_HARMLESS)
        if danger_signs(sentence)
    ]
    assert len(loud) <= 3


def test_danger_said_in_a_roundabout_way_is_heard_where_its_words_are_listed() -> None:
    heard = [sentence for _, sentence in SECOND_LOOK_DANGER if danger_signs(sentence)]
    assert len(heard) >= 20


def test_danger_said_in_words_nobody_listed_is_often_missed() -> None:
    """The honest limit of a word net: an officer reads every message too."""
    heard = [sentence for _, sentence in THIRD_LOOK_DANGER if danger_signs(sentence)]
    assert len(heard) >= 7


def test_a_sign_points_at_its_words_through_blanks_and_widths() -> None:
    text = "反映：我不　想\n活 了！"
    (sign,) = danger_signs(text)
    assert text[sign.start : sign.end] == "不　想\n活"


def test_full_width_and_traditional_writing_are_read() -> None:
    assert kinds("他要跳樓，快來") == {DangerKind.SUICIDE}
    assert DangerKind.TRAPPED in kinds("我被困在電梯裡")


@pytest.mark.parametrize(
    ("spoken", "denied"),
    [("他要自杀", "他没有自杀"), ("老人走失", "防止老人走失"), ("三单元着火了", "前年三单元着火了")],
)
def test_denial_prevention_and_the_past_silence_the_word(spoken: str, denied: str) -> None:
    assert danger_signs(spoken)
    assert not danger_signs(denied)


def test_what_people_say_of_themselves_is_heard_though_they_tell_of_the_past() -> None:
    assert kinds("去年离婚以后我就不想活了") == {DangerKind.SUICIDE}


def test_a_missing_voice_is_not_a_denial() -> None:
    assert kinds("没有办法，只想自杀") == {DangerKind.SUICIDE}


def test_a_word_of_now_outweighs_a_date() -> None:
    assert kinds("他3月5日就来闹过，现在又拿刀堵在门口") >= {DangerKind.VIOLENCE_NOW}


def test_every_kind_of_danger_has_terms() -> None:
    assert {term.kind for term in danger_terms.TERMS} == {kind.value for kind in DangerKind}


def test_no_term_is_silenced_by_an_idiom_that_it_cannot_outgrow() -> None:
    assert not set(danger_words.IDIOMS) & {word for term in danger_terms.TERMS for word in term.words}


@given(st.text(alphabet="我他老人孩子不想活了跳楼着火没有，。！ \n　ａb", max_size=120))
def test_signs_always_lie_in_the_text_in_order(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    signs = danger_signs(text)
    assert [(sign.start, sign.end) for sign in signs] == sorted((sign.start, sign.end) for sign in signs)
    for sign in signs:
        assert 0 <= sign.start < sign.end <= len(composed)
        assert composed[sign.start : sign.end].strip()

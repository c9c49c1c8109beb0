"""What `lounge classifier predict` says is what the desk would decide."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.lounge.classifier import classifier_app
from services.routing.adapters.classifier import SHIPPED_MODEL, load_model
from services.routing.decisions.judgement import CATEGORY, FIELDS, Model, SecondHead
from services.routing.predicting import Trial
from shared.contracts.codes import Category, Channel, Police, Priority
from shared.contracts.danger import DangerKind

FIELDS_OF_AN_ANSWER = [
    *("id", "category", "flags", "priority", "police", "channel", "danger", "confidence", "second", "person"),
]
LEAK = ("楼上漏水", "邻居不肯赔偿")
PARK = ("公园绿化建议", "建议公园多种一些树，增加健身器材，希望园林部门考虑。")


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(SHIPPED_MODEL)


class Listening:
    """An embedding model that always says the same, and counts how often it was asked."""

    def __init__(self, vector: tuple[float, ...] | None) -> None:
        self.asked = 0
        self._vector = vector

    async def vector(self, title: str, text: str) -> tuple[float, ...] | None:
        self.asked += 1
        return self._vector

    async def stop(self) -> None:
        return None


def test_an_answer_carries_every_field_and_nothing_that_was_typed(tmp_path: Path) -> None:
    messages = tmp_path / "new.jsonl"
    messages.write_text(json.dumps({"id": "7", "title": LEAK[0], "text": LEAK[1]}), encoding="utf-8")
    told = CliRunner().invoke(classifier_app, ["predict", str(messages), "--plain"]).output
    answer = json.loads(told)
    assert list(answer) == FIELDS_OF_AN_ANSWER
    assert 0 <= answer["confidence"] <= 1
    assert LEAK[0] not in told


async def test_danger_is_decided_by_rule_and_shown_to_a_person(model: Model) -> None:
    decided = await Trial(model, None).decided("路灯不亮", "我站在楼顶不想活了")
    assert decided.danger == (DangerKind.SUICIDE,)
    assert decided.person
    found = decided.ruling
    assert (found.category, found.priority, found.police, found.channel) == (
        *(Category.EMG, Priority.P0, Police.OWN, Channel.DSP),
    )


async def test_a_complaint_about_the_police_goes_to_supervision_as_at_the_desk(model: Model) -> None:
    decided = await Trial(model, None).decided("投诉派出所民警不作为", "报警后民警推诿不出警，态度恶劣，要求督察处理")
    assert decided.ruling.category is Category.CPL
    assert decided.ruling.channel is Channel.SUP


async def test_what_is_clear_is_neither_read_again_nor_shown_to_anybody(model: Model) -> None:
    second = Listening(None)
    decided = await Trial(_listening(model), second).decided(*PARK)
    assert not decided.person
    assert second.asked == 0


async def test_what_is_unclear_is_read_again_and_the_second_reading_counts(model: Model) -> None:
    second = Listening((1.0,))
    decided = await Trial(_listening(model), second).decided("一件小事", "门口那个东西什么时候能弄好")
    assert second.asked == 1
    assert decided.ruling.category is Category.URB


async def test_without_an_answer_in_time_a_person_decides_as_before(model: Model) -> None:
    decided = await Trial(_listening(model), Listening(None)).decided("一件小事", "门口那个东西什么时候能弄好")
    assert decided.person


def _listening(model: Model) -> Model:
    """A second reading that is certain of street order, whatever it reads."""
    heads = tuple(
        SecondHead(
            field=head.field,
            trust=0.0 if head.field == CATEGORY else 1.0,
            bias=tuple(0.0 for _ in head.labels),
            rows=(tuple(20 * (label == Category.URB) for label in head.labels),),
            scale=1.0,
            threshold=(0, 0),
        )
        for head in model.heads
    )
    assert {head.field for head in heads} == set(FIELDS)
    return Model(
        heads=model.heads,
        flag_heads=model.flag_heads,
        weights=model.weights,
        urgent_from=model.urgent_from,
        own_from=model.own_from,
        second=heads,
        baseline=model.baseline,
    )

from dataclasses import dataclass

import pytest

from services.portal.desk_client import Refused
from services.portal.pages.acts import mendings, read
from services.portal.pages.case_acts import case_acts
from services.portal.pages.contexts import Choice, Field

MONEY = Field("amount_fen", "金额", "money")
WAY = Field("how", "怎么表示的", "one", choices=(Choice("paper", "书面"),), required=True)
NOTE = Field("note", "说明", "area", limit=5)
SIDES = (Choice("a", "甲方"), Choice("b", "乙方"))


@dataclass
class Typed:
    """What a form holds."""

    form: dict[str, str]

    def text(self, name: str) -> str:
        return self.form.get(name, "").strip()

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(each for each in self.form.get(name, "").split(",") if each)


def _read(*fields: Field, **form: str) -> tuple[dict[str, object], list[str]]:
    values, errors = read(Typed(form), fields)  # type: ignore[arg-type]
    return values, [f"{error.field}: {error.message}" for error in errors]


@pytest.mark.parametrize(("typed", "fen"), [("2000", 200_000), ("2,000.50", 200_050), ("0.01", 1), ("30元", 3_000)])
def test_money_is_sent_in_fen(typed: str, fen: int) -> None:
    assert _read(MONEY, amount_fen=typed) == ({"amount_fen": fen}, [])


@pytest.mark.parametrize("typed", ["两千", "-1", "0", "1.005", "1e99", "NaN", "Infinity"])
def test_what_is_no_amount_is_named(typed: str) -> None:
    values, errors = _read(MONEY, amount_fen=typed)
    assert values == {}
    assert errors[0].startswith("amount_fen: 金额")


def test_a_required_choice_is_asked_for_and_a_strange_one_refused() -> None:
    assert _read(WAY)[1] == ["how: 请选一项：怎么表示的"]
    assert _read(WAY, how="telepathy")[1] == ["how: 请选一项：怎么表示的"]
    assert _read(WAY, how="paper") == ({"how": "paper"}, [])


def test_an_empty_field_is_left_out_and_a_long_one_counted() -> None:
    assert _read(NOTE) == ({}, [])
    assert _read(NOTE, note="一二三四五六")[1] == ["note: 最多 5 个字，您写了 6 个"]


def test_a_refusal_of_the_desk_comes_back_beside_its_field() -> None:
    told = {"errors": [{"field": "note.0", "words": "太长"}, {"field": "strange", "words": "没有这一项"}]}
    (error,) = mendings(Refused(422, told), (NOTE,))
    assert (error.field, error.message) == ("note", "太长")


def test_lines_without_an_obligation_are_no_duties() -> None:
    spec = case_acts("PM", SIDES, ())["draft_agreement"]
    written = {
        "product": "PM_AGREEMENT",
        "terms": "约定",
        "duty_1_kind": "money",
        "duty_1_who": "b>a",
        "duty_1_amount_fen": 100,
        "duty_1_due": "2026-12-01",
        "duty_2_what": "没有选种类",
    }
    assert spec.body(written) == {
        "product": "PM_AGREEMENT",
        "terms": "约定",
        "identity_relation": False,
        "duties": [{"kind": "money", "by": "b", "to": "a", "amount_fen": 100, "due": "2026-12-01"}],
    }


def test_goods_are_counted_and_instalments_have_their_rhythm() -> None:
    spec = case_acts("PM", SIDES, ())["draft_agreement"]
    line = {"duty_1_kind": "goods", "duty_1_who": "a>b", "duty_1_what": "红砖", "duty_1_count": 200}
    rhythm = {"duty_1_unit": "piece", "duty_1_every": "month", "duty_1_times": 3, "duty_1_due": "2030-01-31"}
    (duty,) = spec.body({**line, **rhythm, "identity_relation": ["yes"]})["duties"]
    assert duty["goods"] == {"count": 200, "unit": "piece"}
    assert duty["schedule"] == {"every": "month", "times": 3}
    assert "count" not in duty
    assert spec.body({"identity_relation": ["yes"]})["identity_relation"] is True


def test_money_takes_no_goods_with_it() -> None:
    spec = case_acts("PM", SIDES, ())["draft_agreement"]
    (duty,) = spec.body({"duty_1_kind": "money", "duty_1_count": 3, "duty_1_unit": "set"})["duties"]
    assert "goods" not in duty


def test_each_side_agrees_to_more_time_with_its_own_word() -> None:
    spec = case_acts("PM", SIDES, ())["extend_mediation"]
    assert spec.body({"parties": ["a", "b"], "until": "2026-12-31", "evidence": "笔录一份"}) == {
        "until": "2026-12-31T23:59:59+08:00",
        "agreed": [{"party": "a", "evidence": "笔录一份"}, {"party": "b", "evidence": "笔录一份"}],
    }

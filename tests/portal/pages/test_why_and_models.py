"""What the pages about the model say, from what the desk told them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.portal.pages.models import Models, view_of_models
from services.portal.pages.request_pane import Decision
from services.portal.pages.why import Why, view_of

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
TITLE, WORDS = UUID(int=1), UUID(int=2)
TYPED = {TITLE: "漏水", WORDS: "楼上漏水，谁也不管"}
DECISION = Decision(
    request_id=UUID(int=9),
    state="waiting_for_person",
    category="DIS",
    title_item=TITLE,
    narrative_item=WORDS,
    filed_at=AT,
)
OFFICER, LEADER = UUID(int=11), UUID(int=12)
NAMES = {OFFICER: "李警官", LEADER: "周局长"}


def margin(**changed: object) -> dict[str, object]:
    plain = {"field": "category", "answer": "DIS", "confidence": 620, "second": "COM", "second_confidence": 310}
    return {**plain, "needed": 810, "scarce": False, **changed}


def test_the_words_without_which_it_would_be_different_are_quoted() -> None:
    turn = {
        "field": "category",
        "instead": "COM",
        "confidence": 571,
        "words": [place("title", 0, 2), place("text", 2, 4)],
    }
    view = view_of(DECISION, Why.model_validate({"recomputed": True, "turns": [turn]}), TYPED)
    assert (view.turns[0].words, view.turns[0].sure) == (("漏水",), "57%")
    unread = view_of(DECISION, Why.model_validate({"recomputed": True, "turns": [turn]}), {})
    assert unread.turns[0].words == ()


def place(field: str, start: int, end: int) -> dict[str, object]:
    return {"field": field, "start": start, "end": end}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (margin(), "要到 81% 才不用人看，不够，所以请人看"),
        (margin(confidence=900), "要到 81% 才不用人看，够了"),
        (margin(needed=1001), "这一项总要人看"),
        (margin(scarce=True), "这一类见得太少，总要人看"),
        (margin(needed=0), ""),
    ],
)
def test_how_much_is_missing_is_said_in_words(told: dict[str, object], said: str) -> None:
    [line] = view_of(DECISION, Why.model_validate({"recomputed": True, "margins": [told]}), {}).lines
    assert line.person == said


def test_both_readings_are_told() -> None:
    second = {"category": "DIS", "confidence": 930, "first_category": "COM", "first_confidence": 410, "at": AT}
    sure = view_of(DECISION, Why.model_validate({"second": {**second, "unsure": False}}), {})
    assert sure.again.endswith("（93%），有把握，按它分流。")
    unsure = view_of(DECISION, Why.model_validate({"second": {**second, "unsure": True}}), {})
    assert "请人判断" in unsure.again


FIGURES = {"requests": 240, "agreed": 200, "by_people": 40, "serving_right": 30, "trial_right": 34,
           "serving_unsure": 96, "trial_unsure": 72, "elsewhere": 3, "moved": []}  # fmt: skip
DRIFT = {"since": AT, "judged": 500, "enough": True, "persons": 410, "persons_expected": 300, "overruled": 200,
         "overruled_expected": 190, "by_people": 60, "mix": 0.1, "categories": {"DIS": 300, "COM": 200},
         "categories_expected": {"DIS": 550, "COM": 450}, "alarms": ["persons"],
         "week": {"asked_again": 0, "settled_again": 0}}  # fmt: skip


def models(**changed: Any) -> Models:
    trial = {"model": "new", "begun_by": OFFICER, "begun_at": AT, "needed": 200, "figures": FIGURES}
    shelf = [
        {"model": name, "shipped": name == "old", "fits": name != "bad"} for name in ("old", "new", "bad", "spare")
    ]
    plain = {"serving": "old", "trial": trial, "drift": DRIFT, "candidates": shelf, "changes": []}
    return Models.model_validate({**plain, **changed})


def test_an_alarm_is_said_first_and_marked_beside_its_figure() -> None:
    view = view_of_models(models(), str(LEADER), frozenset({"bureau_leader"}), NAMES)
    assert view.alarms == ("交给人看的比例与模型当初的不一样了",)
    assert [gauge.tone for gauge in view.gauges] == ["late", "plain", "plain"]
    assert (view.gauges[0].now, view.gauges[0].expected) == ("41.0%", "30.0%")


def test_only_a_second_person_who_may_is_offered_the_promotion() -> None:
    by_leader = view_of_models(models(), str(LEADER), frozenset({"bureau_leader"}), NAMES).trial
    assert by_leader is not None
    assert (by_leader.promote_url, by_leader.begun_by) == ("/desk/models/new/promotion", "李警官")
    for person, roles, why in (
        (LEADER, {"triage_officer"}, "由局领导启用。"),
        (OFFICER, {"bureau_leader"}, "是您开始的试运行，要由另一个人启用。"),
    ):
        card = view_of_models(models(), str(person), frozenset(roles), NAMES).trial
        assert card is not None
        assert (card.promote_url, card.why_not) == ("", why)


def test_a_trial_that_is_too_short_says_how_much_is_missing() -> None:
    short = {**FIGURES, "requests": 150}
    trial = {"model": "new", "begun_by": OFFICER, "begun_at": AT, "needed": 200, "figures": short}
    card = view_of_models(models(trial=trial), str(LEADER), frozenset({"bureau_leader"}), NAMES).trial
    assert card is not None
    assert (card.promote_url, card.why_not) == ("", "还要再比较 50 件才能启用。")


def test_only_what_can_be_tried_has_a_button_and_the_way_back_is_there_after_a_promotion() -> None:
    view = view_of_models(models(), str(OFFICER), frozenset({"triage_officer"}), NAMES)
    assert [bool(each.try_url) for each in view.candidates] == [False, False, False, True]
    assert view.back_url == ""
    change = {"model": "old", "former": "first", "taken_back": False, "by": LEADER, "at": AT, "compared": 230}
    promoted = view_of_models(models(changes=[change]), str(LEADER), frozenset({"bureau_leader"}), NAMES)
    assert promoted.back_url == "/desk/models/rollback"
    assert promoted.changes[0].text == "周局长启用 old，替下 first（比较了 230 件）"

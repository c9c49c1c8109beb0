"""When the messages are no longer those that the model was measured on."""

from dataclasses import replace

import pytest

from services.routing.models.drift import FEWEST_BY_PEOPLE, FEWEST_JUDGED, Alarm, Expected, Window, drift

EXPECTED = Expected({"DIS": 500, "COM": 300, "CRM": 200}, persons=300)
USUAL = Window(judged=1000, persons=310, by_people=200, overruled=40, doubt=210,
               categories={"DIS": 490, "COM": 310, "CRM": 200})  # fmt: skip


def test_a_usual_week_is_quiet() -> None:
    found = drift(USUAL, EXPECTED)
    assert (found.enough, found.persons, found.overruled, found.alarms) == (True, 310, 200, ())
    assert found.mix < 0.01


@pytest.mark.parametrize(
    ("window", "alarm"),
    [
        (replace(USUAL, persons=450), Alarm.PERSONS),
        (replace(USUAL, persons=150), Alarm.PERSONS),
        (replace(USUAL, overruled=80), Alarm.OVERRULED),
        (replace(USUAL, categories={"DIS": 150, "COM": 650, "CRM": 200}), Alarm.MIX),
        (replace(USUAL, categories={"DIS": 350, "COM": 250, "CRM": 150, "FRD": 250}), Alarm.MIX),
    ],
    ids=["more to people", "fewer to people", "corrected more often than promised", "another mix", "a new class"],
)
def test_what_has_moved_is_named(window: Window, alarm: Alarm) -> None:
    assert drift(window, EXPECTED).alarms == (alarm,)


def test_few_messages_say_nothing() -> None:
    few = replace(USUAL, judged=FEWEST_JUDGED - 1, persons=FEWEST_JUDGED - 1, categories={"FRD": FEWEST_JUDGED - 1})
    assert drift(replace(few, by_people=FEWEST_BY_PEOPLE - 1, overruled=FEWEST_BY_PEOPLE - 1), EXPECTED).alarms == ()
    assert not drift(few, EXPECTED).enough
    assert drift(Window(), EXPECTED).alarms == ()


def test_being_right_more_often_than_promised_is_no_alarm() -> None:
    assert drift(replace(USUAL, overruled=0), EXPECTED).alarms == ()


def test_a_model_that_was_never_measured_is_held_to_its_own_promises_only() -> None:
    strange = replace(USUAL, persons=900, overruled=120, categories={"FRD": 1000})
    assert drift(strange, None).alarms == (Alarm.OVERRULED,)


def test_one_message_of_a_class_that_was_never_seen_moves_nothing() -> None:
    found = drift(replace(USUAL, categories={"DIS": 489, "COM": 310, "CRM": 200, "FRD": 1}), EXPECTED)
    assert found.mix < 0.01

import pytest

from services.notifications.subscriptions.reactions import learned
from services.notifications.subscriptions.rules.protection import (
    SETTLED_CIVIL,
    Known,
    Sharing,
    sharing_of,
)
from shared.contracts.codes import Category, Channel, Door, Flag, Gate
from shared.kernel import RuleId
from tests.notifications.subscriptions.facts_of_requests import A_CHILD_HARMED, filed, routed, supplemented

OPEN = Known(door=Door.PORTAL, is_routed=True, category=Category.DIS, channel=Channel.PM)


def test_an_ordinary_dispute_may_be_known() -> None:
    assert sharing_of(OPEN) is Sharing.OPEN


@pytest.mark.parametrize("category", [Category.MIN, Category.CPL, Category.CRM])
def test_r_34_r_24_r_45_children_complaints_and_crimes_are_never_known(category: Category) -> None:
    assert sharing_of(Known(category=category)) is Sharing.NEVER


@pytest.mark.parametrize("channel", [Channel.CHILD, Channel.SUP, Channel.CASE])
def test_r_34_r_45_nor_what_goes_a_closed_way(channel: Channel) -> None:
    assert sharing_of(Known(door=Door.PORTAL, is_routed=True, category=Category.DIS, channel=channel)) is Sharing.NEVER


@pytest.mark.parametrize("flag", [Flag.MINOR, Flag.MINOR14, Flag.SEXUAL_CONTENT])
def test_r_34_nor_what_carries_a_childs_sign(flag: Flag) -> None:
    known = Known(door=Door.PORTAL, is_routed=True, category=Category.DIS, flags=frozenset({flag}))
    assert sharing_of(known) is Sharing.NEVER


def test_r_23_nor_who_reports_without_a_name() -> None:
    assert sharing_of(learned(Known(), filed(requester=None))) is Sharing.NEVER
    assert sharing_of(learned(Known(), filed(requester=None, door=Door.COURT))) is Sharing.WAIT


def test_r_34_nor_what_came_by_the_childs_form_or_tells_of_a_child_in_danger() -> None:
    assert sharing_of(learned(Known(), filed(door=Door.CHILD_FORM))) is Sharing.NEVER
    assert sharing_of(learned(Known(), filed(danger=A_CHILD_HARMED))) is Sharing.NEVER
    assert sharing_of(learned(OPEN, supplemented(danger=A_CHILD_HARMED))) is Sharing.NEVER


def test_what_is_not_known_waits() -> None:
    assert sharing_of(Known()) is Sharing.WAIT
    assert sharing_of(learned(Known(), filed())) is Sharing.WAIT
    assert sharing_of(learned(Known(), routed())) is Sharing.WAIT
    assert sharing_of(learned(learned(Known(), routed()), filed())) is Sharing.OPEN


def test_r_27_a_possible_crime_waits_for_the_gate() -> None:
    doubtful = Known(door=Door.PORTAL, is_routed=True, category=Category.ENT, flags=frozenset({Flag.CRIME_POSSIBLE}))
    assert sharing_of(doubtful) is Sharing.WAIT
    assert sharing_of(doubtful.gated(Gate.CRIME_OR_CIVIL, RuleId("UNDECIDED"))) is Sharing.WAIT
    crime = doubtful.gated(Gate.CRIME_OR_CIVIL, RuleId("CRIME"))
    assert sharing_of(crime) is Sharing.NEVER
    assert sharing_of(crime.gated(Gate.CRIME_OR_CIVIL, SETTLED_CIVIL)) is Sharing.OPEN


def test_the_place_stays_that_of_the_first_station() -> None:
    first = learned(Known(), routed(unit="STATION-GL"))
    assert learned(first, routed(unit="FIRE-1")).place == "STATION-GL"

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.routing.directory.decider import (
    Directory,
    DirectoryEvent,
    GridListed,
    OfficerListed,
    UnitListed,
    directory_decider,
)
from services.routing.directory.places import grid_of
from services.routing.directory.resolving import FITTING, Fit, Snapshot, fit_in_unit, resolve, snapshot
from shared.contracts.codes import Channel, Role, UnitKind
from shared.kernel import GridCode, PersonId, UnitCode

ANYBODY = PersonId(UUID(int=1))
OWNER = PersonId(UUID(int=2))
DEPUTY = PersonId(UUID(int=3))
MEDIATOR = PersonId(UUID(int=4))
LIAISON = PersonId(UUID(int=5))
STATION, STUDIO, HOTLINE = UnitCode("STATION"), UnitCode("STUDIO"), UnitCode("HOTLINE")
EAST, WEST = GridCode("EAST"), GridCode("WEST")
LISTED = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = date(2026, 1, 1)


def officer(
    person: PersonId, unit: UnitCode, role: Role, deputy: PersonId | None = None, last_day: date | None = None
) -> OfficerListed:
    return OfficerListed(
        person=person, unit=unit, roles=(role,), deputy=deputy, first_day=FIRST, last_day=last_day, occurred_at=LISTED
    )


def grid(code: GridCode, owner: PersonId, deputy: PersonId | None = None) -> GridListed:
    return GridListed(
        code=code, unit=STATION, owner=owner, deputy=deputy, first_day=FIRST, last_day=None, occurred_at=LISTED
    )


def unit(code: UnitCode, kind: UnitKind) -> UnitListed:
    return UnitListed(code=code, kind=kind, parent=None, first_day=FIRST, last_day=None, occurred_at=LISTED)


OFFICERS = (
    officer(ANYBODY, STATION, Role.COMMUNITY_OFFICER),
    officer(OWNER, STATION, Role.COMMUNITY_OFFICER, deputy=DEPUTY),
    officer(DEPUTY, STATION, Role.COMMUNITY_OFFICER),
    officer(MEDIATOR, STUDIO, Role.PEOPLES_MEDIATOR),
    officer(LIAISON, HOTLINE, Role.HOTLINE_LIAISON),
)
UNITS = (unit(STATION, UnitKind.STATION), unit(STUDIO, UnitKind.STUDIO), unit(HOTLINE, UnitKind.HOTLINE_12345))
GRIDS = (grid(EAST, OWNER, DEPUTY), grid(WEST, DEPUTY, OWNER))


def bureau(*events: DirectoryEvent) -> Directory:
    return directory_decider.fold(events)


TODAY = snapshot(bureau(*UNITS, *OFFICERS, *GRIDS), date(2026, 3, 2))


@pytest.mark.parametrize("channel", list(Channel))
def test_every_channel_says_which_roles_fit(channel: Channel) -> None:
    assert FITTING[channel]


def test_the_officer_of_the_grid_comes_first_and_his_deputy_behind_him() -> None:
    fit = resolve(TODAY, Channel.DSP, EAST)
    assert fit is not None
    assert fit.officers[:2] == (OWNER, DEPUTY)


def test_somebody_elses_deputy_owns_his_own_grid() -> None:
    fit = resolve(TODAY, Channel.PSM, WEST)
    assert fit is not None
    assert fit.officers[:2] == (DEPUTY, OWNER)


def test_without_a_place_the_role_decides_and_a_mere_deputy_comes_later() -> None:
    fit = resolve(TODAY, Channel.DSP, None)
    assert fit is not None
    assert fit.officers == (ANYBODY, OWNER, DEPUTY)


def test_an_unknown_grid_is_as_good_as_none() -> None:
    assert resolve(TODAY, Channel.DSP, GridCode("NOWHERE")) == resolve(TODAY, Channel.DSP, None)


def test_the_place_has_no_say_in_peoples_mediation() -> None:
    assert resolve(TODAY, Channel.PM, EAST) == Fit(STUDIO, (MEDIATOR,))


def test_the_second_best_role_steps_in_where_the_first_is_missing() -> None:
    assert resolve(TODAY, Channel.XDEP, None) == Fit(STATION, (ANYBODY, OWNER, DEPUTY))


@pytest.mark.parametrize("channel", [Channel.IM, Channel.JM])
def test_a_liaison_is_given_no_mediation_that_he_could_not_sign_for(channel: Channel) -> None:
    assert resolve(TODAY, channel, None) is None
    assert resolve(TODAY, Channel.XFER, None) == Fit(HOTLINE, (LIAISON,))


def test_nobody_fits_where_no_role_does() -> None:
    assert resolve(TODAY, Channel.CHILD, None) is None


def test_an_officer_who_left_is_not_chosen_and_his_grid_goes_to_the_others() -> None:
    gone = tuple(
        officer(OWNER, STATION, Role.COMMUNITY_OFFICER, deputy=DEPUTY, last_day=date(2026, 2, 28))
        if entry.person == OWNER
        else entry
        for entry in OFFICERS
    )
    fit = resolve(snapshot(bureau(*UNITS, *gone, *GRIDS), date(2026, 3, 1)), Channel.DSP, EAST)
    assert fit is not None
    assert OWNER not in fit.officers


def test_in_a_chosen_unit_those_who_fit_come_first() -> None:
    assert fit_in_unit(TODAY, STUDIO, Channel.DSP) == Fit(STUDIO, (MEDIATOR,))
    assert fit_in_unit(TODAY, STATION, Channel.DSP).officers == (ANYBODY, OWNER, DEPUTY)


def test_units_are_found_by_kind() -> None:
    assert TODAY.first_unit(UnitKind.STUDIO) == STUDIO
    assert TODAY.first_unit(UnitKind.LOUNGE) is None


def test_an_empty_directory_has_nobody() -> None:
    assert resolve(Snapshot({}, {}, {}), Channel.DSP, EAST) is None


PLACES: Mapping[str, GridCode] = {"汇景花园": EAST, "汇景花园东区": WEST, "南关": EAST, "北关": WEST}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("汇景花园3栋楼上漏水", EAST),
        ("汇景花园东区3栋", WEST),
        ("汇景 花\n园", EAST),
        ("南关和北关之间", None),
        ("别处", None),
    ],
)
def test_a_place_name_leads_to_its_grid_unless_two_claim_it(text: str, expected: GridCode | None) -> None:
    assert grid_of(PLACES, text) == expected


def test_what_the_person_wrote_as_the_place_counts_before_the_narrative() -> None:
    assert grid_of(PLACES, "北关", "汇景花园那边的人") == WEST
    assert grid_of(PLACES, "不清楚", "汇景花园那边的人") == EAST

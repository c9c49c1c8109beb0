from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.routing.directory.choosing import Choosing, ChosenBy, Load
from services.routing.directory.decider import directory_decider
from services.routing.directory.duty import on_duty
from services.routing.directory.facts import (
    AbsenceNoted,
    AbsenceReason,
    AuxiliaryListed,
    DirectoryEvent,
    DutyListed,
    GridListed,
    OfficerListed,
    Shift,
    UnitListed,
)
from services.routing.directory.resolving import (
    FITTING,
    Fit,
    Snapshot,
    fit_in_unit,
    in_charge,
    least_loaded,
    resolve,
    snapshot,
)
from services.routing.directory.state import Directory
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
    assert (fit.choosing.by, fit.equals) == (ChosenBy.ROLE, (ANYBODY, OWNER))


def test_an_unknown_grid_is_as_good_as_none() -> None:
    assert resolve(TODAY, Channel.DSP, GridCode("NOWHERE")) == resolve(TODAY, Channel.DSP, None)


def test_the_place_has_no_say_in_peoples_mediation() -> None:
    assert resolve(TODAY, Channel.PM, EAST) == Fit(STUDIO, (MEDIATOR,), equals=(MEDIATOR,))


def test_the_second_best_role_steps_in_where_the_first_is_missing() -> None:
    fit = resolve(TODAY, Channel.XDEP, None)
    assert fit is not None
    assert fit.officers == (ANYBODY, OWNER, DEPUTY)


@pytest.mark.parametrize("channel", [Channel.IM, Channel.JM])
def test_a_liaison_is_given_no_mediation_that_he_could_not_sign_for(channel: Channel) -> None:
    assert resolve(TODAY, channel, None) is None
    assert resolve(TODAY, Channel.XFER, None) == Fit(HOTLINE, (LIAISON,), equals=(LIAISON,))


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
    assert fit_in_unit(TODAY, STUDIO, Channel.DSP) == Fit(STUDIO, (MEDIATOR,), Choosing(ChosenBy.CHOSEN))
    assert fit_in_unit(TODAY, STATION, Channel.DSP).officers == (ANYBODY, OWNER, DEPUTY)


def test_units_are_found_by_kind() -> None:
    assert TODAY.first_unit(UnitKind.STUDIO) == STUDIO
    assert TODAY.first_unit(UnitKind.LOUNGE) is None


def test_an_empty_directory_has_nobody() -> None:
    assert resolve(Snapshot({}, {}, {}), Channel.DSP, EAST) is None


def absence(person: PersonId, first: date, last: date) -> AbsenceNoted:
    return AbsenceNoted(person=person, reason=AbsenceReason.SICK, first_day=first, last_day=last, occurred_at=LISTED)


def day(on: date, *events: DirectoryEvent) -> Snapshot:
    return snapshot(bureau(*UNITS, *OFFICERS, *GRIDS, *events), on)


MARCH_2, MARCH_6 = date(2026, 3, 2), date(2026, 3, 6)
SICK = absence(OWNER, MARCH_2, MARCH_6)
DEPUTY_SICK = absence(DEPUTY, MARCH_2, MARCH_6)


def test_while_the_owner_is_away_his_deputy_is_accountable_and_then_he_himself_again() -> None:
    before, during, after = (day(on, SICK) for on in (date(2026, 3, 1), MARCH_6, date(2026, 3, 7)))
    assert in_charge(before, GRIDS[0]) == (OWNER, Choosing(ChosenBy.GRID_OWNER))
    assert in_charge(during, GRIDS[0]) == (DEPUTY, Choosing(ChosenBy.GRID_DEPUTY, away=(OWNER,)))
    assert in_charge(after, GRIDS[0]) == (OWNER, Choosing(ChosenBy.GRID_OWNER))
    fit = resolve(during, Channel.DSP, EAST)
    assert fit is not None
    assert fit.officers == (DEPUTY, ANYBODY)
    assert fit.choosing.away == (OWNER,)


def test_when_the_deputy_of_the_grid_is_away_too_the_owners_own_deputy_and_then_a_colleague_steps_in() -> None:
    standing = in_charge(day(MARCH_2, SICK), grid(WEST, OWNER))
    assert standing is not None
    assert (standing[0], standing[1].by) == (DEPUTY, ChosenBy.OFFICERS_DEPUTY)
    standing = in_charge(day(MARCH_2, SICK, DEPUTY_SICK), GRIDS[0])
    assert standing is not None
    assert (standing[0], standing[1]) == (ANYBODY, Choosing(ChosenBy.COLLEAGUE, away=(OWNER, DEPUTY)))


def test_when_nobody_of_the_unit_is_there_nobody_is_accountable() -> None:
    everybody = (SICK, DEPUTY_SICK, absence(ANYBODY, MARCH_2, MARCH_6))
    assert in_charge(day(MARCH_2, *everybody), GRIDS[0]) is None


def test_of_equals_the_one_with_the_fewest_open_requests_gets_it_and_the_numbers_are_kept() -> None:
    fit = resolve(TODAY, Channel.DSP, None)
    assert fit is not None
    chosen = least_loaded(TODAY, fit, {ANYBODY: 7, OWNER: 3, DEPUTY: 0}, Channel.DSP)
    assert chosen.officers[:2] == (OWNER, DEPUTY)
    assert chosen.choosing == Choosing(ChosenBy.LEAST_LOADED, (Load(ANYBODY, 7), Load(OWNER, 3)))


def test_who_has_as_much_as_another_comes_in_a_fixed_order() -> None:
    fit = resolve(TODAY, Channel.DSP, None)
    assert fit is not None
    assert least_loaded(TODAY, fit, {}, Channel.DSP).officers[0] == ANYBODY
    by_grid = resolve(TODAY, Channel.DSP, WEST)
    assert by_grid is not None
    assert least_loaded(TODAY, by_grid, {DEPUTY: 50}, Channel.DSP) == by_grid


def duty(shift: Shift, *people: PersonId) -> DutyListed:
    return DutyListed(unit=STATION, day=MARCH_2, shift=shift, people=people, occurred_at=LISTED)


def answering(directory: Directory, hour: str) -> PersonId | None:
    return on_duty(directory, STATION, datetime.fromisoformat(f"2026-03-{hour}:00+08:00"))


def test_who_is_on_duty_answers_and_the_night_belongs_to_the_day_it_began() -> None:
    listed = bureau(*UNITS, *OFFICERS, duty(Shift.DAY, OWNER), duty(Shift.NIGHT, DEPUTY, OWNER))
    assert [answering(listed, hour) for hour in ("02T09:00", "02T21:00", "03T03:00")] == [OWNER, DEPUTY, DEPUTY]


def test_who_is_away_does_not_answer_and_without_a_roster_the_office_decides() -> None:
    listed = bureau(*UNITS, *OFFICERS, duty(Shift.NIGHT, DEPUTY, OWNER), DEPUTY_SICK)
    assert answering(listed, "02T21:00") == OWNER
    assert answering(listed, "04T09:00") == ANYBODY
    leader = officer(LIAISON, STATION, Role.STATION_LEADER)
    assert answering(bureau(*UNITS, *OFFICERS[:-1], leader), "04T09:00") == LIAISON
    assert answering(bureau(*UNITS), "04T09:00") is None


def test_an_auxiliary_does_not_answer_while_an_officer_is_on_the_roster() -> None:
    walker = officer(LIAISON, STATION, Role.AUXILIARY)
    listed = bureau(*UNITS, *OFFICERS[:-1], walker, duty(Shift.DAY, LIAISON, OWNER), duty(Shift.NIGHT, LIAISON))
    assert [answering(listed, hour) for hour in ("02T09:00", "02T21:00")] == [OWNER, LIAISON]


def test_who_walks_a_grid_is_part_of_the_day() -> None:
    walks = AuxiliaryListed(
        grid=EAST, auxiliary=ANYBODY, deputy=None, first_day=MARCH_2, last_day=MARCH_6, occurred_at=LISTED
    )
    assert day(MARCH_2, walks).auxiliaries == {EAST: walks}
    assert day(date(2026, 3, 7), walks).auxiliaries == {}

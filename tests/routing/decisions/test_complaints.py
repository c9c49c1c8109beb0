"""R-24: a complaint never reaches the unit it is about: not its members, nor their deputies, nor the clerk above."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.decisions.commands import (
    NoteEscalation,
    NoteSupplemented,
    NoteTextUnavailable,
    UndoConfirmation,
    UndoOverrule,
)
from services.routing.decisions.facts import HandlingRevoked, RequestRouted, ScreeningAsked, ScreeningReason
from services.routing.decisions.gate_commands import NameComplainedOf
from services.routing.decisions.gate_facts import ThoseComplainedOfNamed
from services.routing.decisions.refusals import NothingToUndo
from services.routing.decisions.rules.complaints import (
    Barred,
    ComplaintAboutYou,
    NobodyLeftToLook,
    NoComplaint,
    check_outsider,
    who_looks,
)
from services.routing.decisions.rules.owners import Assignment, Roster, UnitComplainedOf, find_owner
from services.routing.directory.belonging import belonging, units_below
from services.routing.directory.facts import GridListed, OfficerListed, UnitListed
from services.routing.directory.resolving import Snapshot, fit_in_unit, resolve
from shared.contracts.codes import Category, Channel, Priority, ReasonCode, Role, UnitKind
from shared.contracts.danger import DangerKind
from shared.kernel import GridCode, PersonId, UnitCode
from tests.routing.decisions.desk import (
    AT_NOON,
    COMMUNITY_OFFICER,
    DESK,
    MEDIATOR,
    MONDAY,
    OFFICERS,
    REQUEST,
    ROSTER,
    STATION,
    STUDIO,
    SUPERVISION,
    SUPERVISOR,
    confirmed,
    desk,
    filed,
    judged,
    kinds,
    overruled,
    returned,
    the,
)

HEAD = UnitCode("BUREAU")
WITH_HEAD = replace(ROSTER, head=HEAD)
COMPLAINT = desk.after(filed(), judged(Category.CPL, Channel.SUP))
LONG_AGO = date(2025, 1, 1)


def names(units: set[UnitCode], people: set[PersonId] | None = None, roster: Roster = WITH_HEAD) -> NameComplainedOf:
    return NameComplainedOf(
        request_id=REQUEST, units=frozenset(units), people=frozenset(people or ()), roster=roster, at=AT_NOON
    )


def test_r_24_supervision_that_is_complained_of_loses_the_complaint_and_the_head_looks() -> None:
    decided = COMPLAINT.when(names({SUPERVISION, DESK}, {SUPERVISOR}))
    assert kinds(decided) == [ThoseComplainedOfNamed, HandlingRevoked, ScreeningAsked]
    asked = the(ScreeningAsked, decided)
    assert (asked.unit, asked.reasons) == (HEAD, (ScreeningReason.NO_OWNER,))


def test_r_24_a_complaint_that_waits_at_the_desk_it_is_about_is_looked_at_elsewhere() -> None:
    waiting = desk.after(filed(), judged(Category.CPL, Channel.SUP, unsure=True))
    assert the(ScreeningAsked, waiting.when(names({DESK}))).unit == SUPERVISION


def test_r_24_a_complaint_about_a_station_stays_with_supervision() -> None:
    decided = COMPLAINT.when(names({STATION}, {COMMUNITY_OFFICER}))
    assert kinds(decided) == [ThoseComplainedOfNamed]
    COMPLAINT.after(names({STATION}, {COMMUNITY_OFFICER})).when(names({STATION})).then_nothing()


def test_r_24_nobody_who_is_complained_of_is_chosen_by_hand_either() -> None:
    chosen = Assignment(SUPERVISION, (SUPERVISOR,))
    named = COMPLAINT.after(names({SUPERVISION}, {SUPERVISOR}))
    assert named.when(overruled(Category.CPL, chosen=chosen)).then_rejected(UnitComplainedOf).rule == "R-24"
    about_the_officer = COMPLAINT.after(names({STATION}, {SUPERVISOR}))
    assert RequestRouted not in kinds(about_the_officer.when(overruled(Category.CPL, chosen=chosen)))


def test_r_24_only_complaints_are_about_somebody_of_ours() -> None:
    plain = desk.after(filed(), judged())
    assert plain.when(names({STATION})).then_rejected(NoComplaint).rule == "R-24"


def test_r_24_where_everybody_is_complained_of_nobody_here_looks() -> None:
    COMPLAINT.when(names({DESK, SUPERVISION, HEAD})).then_rejected(NobodyLeftToLook)


def test_r_24_whoever_it_is_about_does_nothing_with_it() -> None:
    barred = Barred(frozenset({STATION}), frozenset({COMMUNITY_OFFICER}))
    for unit, person in ((STATION, None), (DESK, COMMUNITY_OFFICER)):
        with pytest.raises(ComplaintAboutYou):
            check_outsider(unit, person, barred)
    check_outsider(DESK, SUPERVISOR, barred)


UNSURE_COMPLAINT = desk.after(filed(), judged(Category.CPL, Channel.SUP, unsure=True))
IN_HALF_A_MINUTE = AT_NOON + timedelta(seconds=30)


def supplemented(danger: DangerKind) -> NoteSupplemented:
    return NoteSupplemented(
        request_id=REQUEST, answers_request=False, danger=(danger,), roster=WITH_HEAD, at=IN_HALF_A_MINUTE
    )


def test_r_24_a_complaint_that_supervision_returns_does_not_go_back_to_the_desk_it_is_about() -> None:
    asked = the(ScreeningAsked, COMPLAINT.after(names({DESK})).when(returned(ReasonCode.WRONG_CATEGORY)))
    assert (asked.reasons, asked.unit) == ((ScreeningReason.RETURNED,), SUPERVISION)


def test_r_24_danger_told_with_a_complaint_is_not_shown_to_the_desk_it_is_about() -> None:
    escalated = NoteEscalation(request_id=REQUEST, reported_at=AT_NOON, roster=WITH_HEAD, at=AT_NOON)
    for complaint in (COMPLAINT.after(names({DESK})), UNSURE_COMPLAINT.after(names({DESK}))):
        for told in (supplemented(DangerKind.SUICIDE), escalated):
            asked = the(ScreeningAsked, complaint.when(told))
            assert (asked.reasons, asked.priority, asked.unit) == ((ScreeningReason.DANGER,), Priority.P0, SUPERVISION)


def test_r_24_what_is_taken_back_of_a_complaint_does_not_wait_at_the_desk_it_is_about() -> None:
    named = UNSURE_COMPLAINT.after(names({DESK}))
    unconfirmed = UndoConfirmation(request_id=REQUEST, roster=WITH_HEAD, at=IN_HALF_A_MINUTE)
    assert the(ScreeningAsked, named.after(confirmed()).when(unconfirmed)).unit == SUPERVISION
    undone = UndoOverrule(request_id=REQUEST, roster=WITH_HEAD, at=IN_HALF_A_MINUTE)
    assert the(ScreeningAsked, named.after(overruled(Category.DIS)).when(undone)).unit == SUPERVISION


def test_r_24_an_acceptance_taken_back_beside_a_handler_asks_nobody_it_is_about() -> None:
    alarmed = COMPLAINT.after(names({DESK}), supplemented(DangerKind.SUICIDE), confirmed())
    unconfirmed = UndoConfirmation(request_id=REQUEST, roster=WITH_HEAD, at=IN_HALF_A_MINUTE)
    assert the(ScreeningAsked, alarmed.when(unconfirmed)).unit == SUPERVISION


def test_r_24_an_unreadable_complaint_is_not_shown_to_the_desk_it_is_about() -> None:
    unread = desk.after(filed(), overruled(Category.CPL), names({DESK}), returned(ReasonCode.WRONG_CATEGORY))
    unavailable = NoteTextUnavailable(request_id=REQUEST, again=False, roster=WITH_HEAD, at=IN_HALF_A_MINUTE)
    asked = the(ScreeningAsked, unread.after(supplemented(DangerKind.SUICIDE)).when(unavailable))
    assert (asked.reasons, asked.unit) == (
        (ScreeningReason.DANGER, ScreeningReason.TEXT_UNAVAILABLE),
        SUPERVISION,
    )


def test_r_24_who_was_named_is_not_given_it_back_by_an_undo() -> None:
    named = desk.after(filed(), judged(), overruled(Category.CPL), names({STUDIO}, {MEDIATOR}))
    undone = UndoOverrule(request_id=REQUEST, roster=WITH_HEAD, at=IN_HALF_A_MINUTE)
    named.when(undone).then_rejected(NothingToUndo)


def _person(number: int) -> PersonId:
    return PersonId(UUID(int=100 + number))


@st.composite
def directories(draw: st.DrawFn) -> Snapshot:
    """Some units in a tree, officers with deputies anywhere, grids across units."""
    codes = [UnitCode(f"U{number}") for number in range(draw(st.integers(2, 6)))]
    kinds = draw(st.lists(st.sampled_from(UnitKind), min_size=len(codes), max_size=len(codes)))
    units = {
        code: UnitListed(
            code=code,
            kind=kind,
            parent=draw(st.sampled_from([None, *codes[:index]])),
            first_day=LONG_AGO,
            last_day=None,
            occurred_at=MONDAY,
        )
        for index, (code, kind) in enumerate(zip(codes, kinds, strict=True))
    }
    people = [_person(number) for number in range(draw(st.integers(1, 8)))]
    officers = {
        person: OfficerListed(
            person=person,
            unit=draw(st.sampled_from(codes)),
            roles=tuple(draw(st.sets(st.sampled_from(Role), min_size=1, max_size=3))),
            deputy=draw(st.none() | st.sampled_from(people)),
            first_day=LONG_AGO,
            last_day=None,
            occurred_at=MONDAY,
        )
        for person in people
    }
    grid = GridListed(
        code=GridCode("G1"),
        unit=draw(st.sampled_from(codes)),
        owner=draw(st.sampled_from(people)),
        deputy=draw(st.none() | st.sampled_from(people)),
        first_day=LONG_AGO,
        last_day=None,
        occurred_at=MONDAY,
    )
    return Snapshot(units, officers, {grid.code: grid})


@settings(max_examples=80, deadline=None)
@given(directory=directories(), data=st.data())
def test_r_24_no_directory_hands_a_complaint_to_those_it_is_about(directory: Snapshot, data: st.DataObject) -> None:
    named = data.draw(st.sets(st.sampled_from(sorted(directory.units)), min_size=1))
    units = units_below(directory, named)
    people = belonging(directory, units)
    members = {person for person, entry in directory.officers.items() if entry.unit in units}
    deputies = {directory.officers[person].deputy for person in members} - {None}
    assert members | deputies <= people
    fits = {channel: fit for channel in Channel if (fit := resolve(directory, channel, GridCode("G1")))}
    roster = Roster(
        desk=DESK,
        investigators=DESK,
        by_channel={channel: Assignment(fit.unit, fit.officers) for channel, fit in fits.items()},
        head=None,
    )
    owner = find_owner(roster, Category.CPL, Channel.SUP, None, people, units)
    if owner is not None:
        assert owner.unit not in units
        assert not {owner.owner, owner.deputy} & people
        assert directory.officers[owner.owner].unit not in units
    for unit in units:
        fit = fit_in_unit(directory, unit, Channel.SUP)
        with pytest.raises(UnitComplainedOf):
            find_owner(roster, Category.CPL, Channel.SUP, Assignment(fit.unit, fit.officers), people, units)
    assert who_looks(roster, DESK, Barred(units, people)) not in units


def test_r_24_a_clerk_of_the_unit_above_is_kept_from_it_and_its_head_is_not() -> None:
    above, below = UnitCode("ABOVE"), UnitCode("BELOW")
    units = {
        code: UnitListed(
            code=code, kind=UnitKind.STATION, parent=parent, first_day=LONG_AGO, last_day=None, occurred_at=MONDAY
        )
        for code, parent in ((above, None), (below, above))
    }
    clerk, head = _person(1), _person(2)
    officers = {
        person: OfficerListed(
            person=person,
            unit=above,
            roles=(role,),
            deputy=None,
            first_day=LONG_AGO,
            last_day=None,
            occurred_at=MONDAY,
        )
        for person, role in ((clerk, Role.DEPARTMENT_CLERK), (head, Role.BUREAU_LEADER))
    }
    directory = Snapshot(units, officers, {})
    assert belonging(directory, frozenset({below})) == {clerk}


def test_r_24_those_who_stand_in_for_a_station_do_not_get_its_complaints() -> None:
    named = COMPLAINT.after(names({STATION}, {*OFFICERS.officers}))
    routed = named.when(overruled(Category.CPL, priority=None))
    assert {event.owner for event in routed.events if isinstance(event, RequestRouted)} <= {SUPERVISOR}

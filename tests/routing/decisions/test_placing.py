"""Where a request lies is said or asked, never guessed; and somebody is accountable from receipt to close (S64)."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from services.routing.decisions.accountability import Span, Why, accountable
from services.routing.decisions.commands import EndTriage, NoteHandling, RecordJudgement
from services.routing.decisions.facts import (
    EndedBy,
    HandlingNoted,
    HandlingRevoked,
    HandlingStep,
    RequestRouted,
    ScreeningReason,
)
from services.routing.decisions.placing_commands import NoteHolder, SettlePlace
from services.routing.decisions.placing_facts import (
    HolderChanged,
    OwnerFound,
    PlaceSettled,
    PlaceSighted,
    TakenOver,
)
from services.routing.decisions.refusals import HandlingFinished, TriageIsOver
from services.routing.decisions.rules.owners import Assignment, Owner, Roster
from services.routing.decisions.state import Routed, Waiting
from services.routing.directory.choosing import Choosing, ChosenBy, Load
from services.routing.directory.sightings import Means, Sighting, Where
from shared.contracts.codes import Category, Channel, Outcome, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import GridCode, PersonId, UnitCode
from tests.routing.decisions.desk import (
    A_MINUTE_LATER,
    AT_NOON,
    COMMUNITY_OFFICER,
    DEPUTY_OFFICER,
    DESK,
    MONDAY,
    REQUEST,
    ROSTER,
    STATION,
    confirmed,
    desk,
    filed,
    handled,
    judged,
    kinds,
    matter,
    returned,
    the,
)

EAST, WEST = GridCode("EAST"), GridCode("WEST")
BY_LOAD = Choosing(ChosenBy.LEAST_LOADED, (Load(COMMUNITY_OFFICER, 2), Load(DEPUTY_OFFICER, 5)))


def roster(first: PersonId, second: PersonId, by: Choosing | None = None) -> Roster:
    officers = Assignment(STATION, (first, second), by)
    return replace(ROSTER, by_channel={**ROSTER.by_channel, Channel.DSP: officers})


EASTERN = roster(COMMUNITY_OFFICER, DEPUTY_OFFICER, Choosing(ChosenBy.GRID_OWNER))
WESTERN = roster(DEPUTY_OFFICER, COMMUNITY_OFFICER, Choosing(ChosenBy.GRID_OWNER))


def sighted(*grids: GridCode) -> Sighting:
    return Sighting(grids, Where.PLACE, 2, 6, Means.NAME)


def noise(*grids: GridCode, by: Roster = EASTERN) -> RecordJudgement:
    command = judged(Category.PSO, Channel.DSP, roster=by)
    sighting = sighted(*grids) if grids else None
    return replace(command, sighting=sighting, grid=sighting.grid if sighting else None)


def settled(grid: GridCode, by: Roster, at: datetime = A_MINUTE_LATER) -> SettlePlace:
    return SettlePlace(request_id=REQUEST, grid=grid, roster=by, at=at)


IN_DOUBT = desk.after(filed(), noise(EAST, WEST))
ROUTED = desk.after(filed(), noise(EAST))


def test_a_place_that_is_plain_routes_to_the_officer_of_its_grid_and_says_so() -> None:
    decided = desk.after(filed()).when(noise(EAST))
    assert matter(ROUTED).grid == EAST
    assert the(PlaceSighted, decided).sighting == sighted(EAST)
    found = the(OwnerFound, decided)
    assert (found.owner, found.choosing.by, found.attempt) == (COMMUNITY_OFFICER, ChosenBy.GRID_OWNER, 1)


def test_a_name_of_several_grids_is_never_guessed_a_person_is_asked() -> None:
    state = matter(IN_DOUBT)
    assert state.candidates == (EAST, WEST)
    assert state.phase == Waiting(frozenset({ScreeningReason.NO_OWNER}))
    again = IN_DOUBT.when(confirmed(AT_NOON))
    assert RequestRouted not in kinds(again)


def test_the_grid_that_a_person_names_routes_it_there() -> None:
    decided = IN_DOUBT.when(settled(WEST, WESTERN))
    assert kinds(decided)[:2] == [PlaceSettled, RequestRouted]
    assert the(RequestRouted, decided).owner == DEPUTY_OFFICER
    placed = IN_DOUBT.after(settled(WEST, WESTERN))
    assert (matter(placed).grid, matter(placed).candidates) == (WEST, ())
    placed.when(settled(WEST, WESTERN)).then_nothing()


def test_where_the_place_does_not_decide_a_doubt_about_it_holds_nothing_up() -> None:
    mediation = replace(judged(), sighting=sighted(EAST, WEST))
    assert RequestRouted in kinds(desk.after(filed()).when(mediation))


def test_danger_waits_for_no_place() -> None:
    urgent = desk.after(filed(DangerKind.VIOLENCE_NOW), noise(EAST, WEST))
    assert RequestRouted in kinds(urgent.when(confirmed(A_MINUTE_LATER)))
    assert RequestRouted in kinds(
        desk.after(filed(), replace(noise(EAST, WEST), priority=judged(priority=Priority.P0).priority)).when(
            confirmed(A_MINUTE_LATER)
        )
    )


def test_a_request_with_the_wrong_officer_moves_when_somebody_says_where_it_lies() -> None:
    decided = ROUTED.when(settled(WEST, WESTERN))
    assert the(HandlingRevoked, decided).reason is ReasonCode.WRONG_GRID
    assert the(RequestRouted, decided).owner == DEPUTY_OFFICER
    assert kinds(ROUTED.when(settled(WEST, EASTERN))) == [PlaceSettled]


def test_the_place_of_what_is_over_is_not_settled_any_more() -> None:
    done = ROUTED.after(handled(HandlingStep.SIGNED), handled(HandlingStep.OUTCOME, Outcome.DONE))
    done.when(settled(WEST, WESTERN)).then_rejected(HandlingFinished)
    over = ROUTED.after(EndTriage(request_id=REQUEST, why=EndedBy.WITHDRAWN, at=AT_NOON))
    over.when(settled(WEST, WESTERN)).then_rejected(TriageIsOver)


def test_the_numbers_that_chose_among_equals_are_kept() -> None:
    decided = desk.after(filed()).when(noise(by=roster(COMMUNITY_OFFICER, DEPUTY_OFFICER, BY_LOAD)))
    assert the(OwnerFound, decided).choosing == BY_LOAD


def test_who_comes_next_because_the_first_had_it_before_is_said_so() -> None:
    back = ROUTED.after(handled(HandlingStep.SIGNED)).when(replace(returned(ReasonCode.OVERLOAD), roster=EASTERN))
    found = the(OwnerFound, back)
    assert (found.owner, found.choosing) == (DEPUTY_OFFICER, Choosing(ChosenBy.NEXT))


def signed_by(owner: PersonId) -> NoteHandling:
    return replace(handled(HandlingStep.SIGNED), by=Owner(STATION, owner, None))


def test_the_deputy_who_signs_is_accountable_and_the_owner_stands_behind_him() -> None:
    decided = ROUTED.when(signed_by(DEPUTY_OFFICER))
    assert kinds(decided) == [HandlingNoted, HolderChanged]
    assert the(HolderChanged, decided).how is TakenOver.SIGNED
    phase = matter(ROUTED.after(signed_by(DEPUTY_OFFICER))).phase
    assert isinstance(phase, Routed)
    assert phase.holder == Owner(STATION, DEPUTY_OFFICER, COMMUNITY_OFFICER)
    assert HolderChanged not in kinds(ROUTED.when(signed_by(COMMUNITY_OFFICER)))


def taken_over(attempt: int | None = None) -> NoteHolder:
    return NoteHolder(
        request_id=REQUEST,
        attempt=attempt,
        unit=STATION,
        owner=DEPUTY_OFFICER,
        how=TakenOver.HANDED_OVER,
        at=AT_NOON,
    )


def test_a_colleague_who_takes_over_is_accountable_from_then_on() -> None:
    signed = ROUTED.after(signed_by(COMMUNITY_OFFICER))
    assert kinds(signed.when(taken_over())) == [HolderChanged]
    signed.after(taken_over()).when(taken_over()).then_nothing()
    signed.when(taken_over(attempt=7)).then_nothing()
    desk.after(filed()).when(taken_over()).then_nothing()


def on_duty(unit: UnitCode, at: datetime) -> PersonId | None:
    return PersonId(REQUEST) if unit == DESK else None


def test_somebody_is_accountable_at_every_moment_from_receipt_to_close() -> None:
    evening = AT_NOON + timedelta(hours=8)
    story = (
        desk.after(filed())
        .after(replace(noise(EAST), at=A_MINUTE_LATER))
        .after(replace(signed_by(COMMUNITY_OFFICER), at=A_MINUTE_LATER + timedelta(minutes=5)))
        .after(taken_over())
        .after(EndTriage(request_id=REQUEST, why=EndedBy.ARCHIVED, at=evening))
    )
    spans = accountable(story.past, DESK, on_duty)
    assert spans == (
        Span(DESK, PersonId(REQUEST), MONDAY, A_MINUTE_LATER, Why.RECEIVED, None),
        Span(STATION, COMMUNITY_OFFICER, A_MINUTE_LATER, AT_NOON, Why.ROUTED, None),
        Span(STATION, DEPUTY_OFFICER, AT_NOON, evening, Why.HANDED_OVER, None),
    )


def test_a_return_brings_it_back_to_the_desk_with_its_reason() -> None:
    later = AT_NOON + timedelta(hours=1)
    story = ROUTED.after(signed_by(COMMUNITY_OFFICER)).after(
        replace(returned(ReasonCode.NOT_POLICE), roster=EASTERN, at=later)
    )
    spans = accountable(story.past, DESK, on_duty)
    assert [(span.unit, span.why, span.reason) for span in spans][-1] == (DESK, Why.RETURNED, ReasonCode.NOT_POLICE)
    assert all(one.until == two.since for one, two in pairwise(spans))
    assert spans[-1].until is None

"""A child's file, whoever does whatever to it: reported first, asked once, sealed behind another person's word."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis.stateful import run_state_machine_as_test

from services.mediation.children import commands, decider, facts
from services.mediation.children.commands import ChildCommand, OpenSealed
from services.mediation.children.decider import child_decider
from services.mediation.children.facts import ChildEvent, Seat
from services.mediation.children.rules import endings, sealed, seats
from services.mediation.children.state import ChildState, Ended, Note, Open, Unoffered
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import CorruptHistory, Decider
from tests.mediation.children.childs_file import OWNERS_WORK, READING, ChildsFile
from tests.mediation.children.samples import (
    AT,
    MOTHER,
    STRANGER,
    ref,
    report,
)
from tests.support.machines import QUICK, SEARCH, misses, quick

TestChildsFile = quick(ChildsFile)
TestChildsFile.settings = QUICK


# ── rules taken away: the decider is told another wish, or another file ──
def misled(
    kinds: Any, wish_of: Callable[[Any], Any] | None, file_of: Callable[[Any, Open], Open] | None
) -> type[ChildsFile]:
    def decide(wish: ChildCommand, state: ChildState) -> tuple[ChildEvent, ...]:
        if isinstance(wish, kinds):
            if file_of and isinstance(state, Open):
                state = file_of(wish, state)
            elif file_of and isinstance(state, Ended):
                state = Ended(file_of(wish, state.file))
            wish = wish_of(wish) if wish_of else wish
        return child_decider.decide(wish, state)

    class Broken(ChildsFile):
        decider = Decider(Unoffered(), decide, child_decider.evolve)

    return Broken


def as_officer(wish: Any) -> Any:
    return replace(wish, hand=replace(wish.hand, part=Role.CHILD_OFFICER))


def outsider_as_officer(wish: Any) -> Any:
    return as_officer(wish) if wish.hand.part is None else wish


def member_as_officer(wish: Any) -> Any:
    return wish if wish.hand.part is None else as_officer(wish)


def read_as(**told: Any) -> Callable[[Any, Open], Open]:
    def retell(wish: Any, file: Open) -> Open:
        read = file.reads.get(wish.read_id)
        return file if read is None else replace(file, reads={**file.reads, wish.read_id: replace(read, **told)})

    return retell


def read_by_hand(wish: Any, file: Open) -> Open:
    return read_as(reader=wish.hand.person)(wish, file)


def seat_of(kind: Seat) -> Callable[[Any, Open], Open]:
    return lambda wish, file: replace(file, seats={**file.seats, wish.hand.person: kind})


def file_as(**told: Any) -> Callable[[Any, Open], Open]:
    return lambda _, file: replace(file, **told)


def offer_as(**told: Any) -> Callable[[Any, Open], Open]:
    return lambda _, file: replace(file, offer=replace(file.offer, **told))


def never_stepped(_: Any, file: Open) -> Open:
    fresh = {clock: replace(each, warned=False, breached=False, escalated=False) for clock, each in file.clocks.items()}
    return replace(file, clocks=fresh)


FILES: dict[str, tuple[Any, Callable[[Any, Open], Open]]] = {
    "a side handles it": (commands.SignForChild | commands.ReportHarm | READING, offer_as(other_party=None)),
    "who was kept out handles it": (commands.SignForChild | commands.ReportHarm | READING, file_as(excluded={})),
    "a former handler": (commands.SignForChild | commands.ReportHarm | READING, offer_as(excluded=())),
    "work without a signature, or on another's": (
        OWNERS_WORK,
        lambda wish, file: replace(file, owner=wish.hand.person),
    ),
    "two are accountable": (commands.SignForChild, file_as(owner=None)),
    "casework before the report": (commands.NoteCasework, file_as(reported=True)),
    "an answer before the casework": (commands.TellReporterUnit, file_as(casework=True)),
    "anybody reports bullying": (commands.ReportBullying, seat_of(Seat.SCHOOL)),
    "anybody answers for the school": (commands.GiveSchoolResult, seat_of(Seat.SCHOOL)),
    "a result without a report": (commands.GiveSchoolResult, file_as(bullying=True)),
    "a seat in conflict": (commands.GiveSeat, file_as(excluded={})),
    "a seat of the other side": (commands.GiveSeat, offer_as(other_party=None)),
    "no adult": (commands.RecordInterview, lambda wish, file: replace(file, seats={wish.adult: Seat.GUARDIAN})),
    "asked twice": (commands.RecordInterview, file_as(interviewed=False)),
    "anybody counsels": (commands.HoldCounselling, seat_of(Seat.COUNSELLOR)),
    "nothing to read": (
        commands.AskRead,
        lambda wish, file: replace(file, notes=(Note(UUID(int=1), wish.hand.person, ref(1), True),)),  # type: ignore[arg-type]
    ),
    "the own approval": (commands.ApproveRead, read_as(reader=STRANGER)),
    "approved after a refusal": (commands.ApproveRead, read_as(declined=False)),
    "approved twice": (commands.ApproveRead, read_as(until=None, approver=None)),
    "declined after an approval": (commands.DeclineRead, read_as(until=None)),
    "opened by another": (OpenSealed, read_by_hand),
    "opened without an approval or too late": (OpenSealed, read_as(until=AT + timedelta(days=20))),
    "in danger after the end": (commands.AskRead, file_as(over=False)),
    "whoever was named first is in hand": (commands.AskRead, file_as(owner=None)),
    "an end before the report": (commands.CloseChildFile, file_as(reported=True)),
    "a mistake before the report": (commands.ReturnChildFile, file_as(reported=True)),
    "the unit that reported waits": (commands.CloseChildFile, file_as(told_reporter=True)),
    "the school was not heard": (commands.CloseChildFile, file_as(school_result=ref(1))),
    "the guardian was not told": (
        commands.CloseChildFile,
        lambda _, file: replace(file, seats={MOTHER: Seat.GUARDIAN}),
    ),
    "a clock speaks twice": (commands.WatchChildClock, never_stepped),
}
WISHES: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "an outsider signs": (commands.SignForChild | commands.ReportHarm, outsider_as_officer),
    "an outsider reads": (READING, outsider_as_officer),
    "the leader signs": (commands.SignForChild | commands.ReportHarm, member_as_officer),
    "a counsellor reads it all": (commands.AskRead, member_as_officer),
    "a counsellor approves": (commands.ApproveRead | commands.DeclineRead, member_as_officer),
    "a report to nobody": (commands.ReportHarm, lambda wish: replace(wish, to=report().to)),
    "a counsellor of another house": (commands.GiveSeat, lambda wish: replace(wish, part=Role.COUNSELLOR)),
    "the group sits for the child": (
        commands.GiveSeat,
        lambda wish: wish if wish.seat is Seat.COUNSELLOR else replace(wish, part=None),
    ),
    "not on record": (commands.RecordInterview, lambda wish: replace(wish, recording=ref(0x400))),
    "a girl by a man": (commands.RecordInterview, lambda wish: replace(wish, girl=False)),
    "without words": (commands.CloseChildFile, lambda wish: replace(wish, answer=ref(0x600))),
    "a clock that runs fast": (commands.WatchChildClock, lambda wish: replace(wish, at=AT + timedelta(days=20))),
}


@pytest.mark.parametrize("taken_away", FILES)
def test_a_rule_that_was_taken_away_is_missed(taken_away: str) -> None:
    kinds, file_of = FILES[taken_away]
    misses(misled(kinds, None, file_of))


@pytest.mark.parametrize("taken_away", WISHES)
def test_a_rule_that_did_not_look_is_missed(taken_away: str) -> None:
    kinds, wish_of = WISHES[taken_away]
    misses(misled(kinds, wish_of, None))


NAMED: list[tuple[Any, str, Any]] = [
    (endings, "RETURNABLE", frozenset(ReasonCode)),
    (seats, "BESIDE_THE_CHILD", frozenset(Seat)),
    (sealed, sealed.needs_approval.__name__, lambda read, file: False),
    (sealed, sealed._require_approver.__name__, lambda wish, read, file: None),
    (decider, decider._without.__name__, lambda clocks, clock: clocks),
    (Open, "sealed_items", lambda file, read: tuple(each.notes.item for each in file.notes)),
]


@pytest.mark.parametrize(("place", "name", "instead"), NAMED, ids=[name for _, name, _ in NAMED])
def test_a_rule_with_a_name_is_missed(place: Any, name: str, instead: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, name, instead)
    misses(ChildsFile)


def test_a_seat_that_outlives_the_suspicion_is_missed() -> None:
    def evolve(state: ChildState, event: ChildEvent) -> ChildState:
        after = child_decider.evolve(state, event)
        return (
            replace(after, seats=state.seats)
            if isinstance(state, Open) and isinstance(after, Open) and isinstance(event, facts.ChildSeatExcluded)
            else after
        )

    class Broken(ChildsFile):
        decider = Decider(Unoffered(), child_decider.decide, evolve)

    misses(Broken)


def test_work_after_the_end_breaks_the_history() -> None:
    def decide(wish: ChildCommand, state: ChildState) -> tuple[ChildEvent, ...]:
        ends = isinstance(wish, commands.CloseChildFile | commands.ReturnChildFile | commands.StopChildFile)
        return child_decider.decide(wish, state.file if isinstance(state, Ended) and not ends else state)

    class Broken(ChildsFile):
        decider = Decider(Unoffered(), decide, child_decider.evolve)

    with pytest.raises(CorruptHistory):
        run_state_machine_as_test(Broken, settings=SEARCH)

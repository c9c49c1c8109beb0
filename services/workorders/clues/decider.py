"""A clue from the street to its verdict: filed by the certified only, verified by one officer, judged 有效 or 无效."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.workorders.clues.facts import (
    About,
    ClueAssigned,
    ClueEvent,
    ClueFiled,
    ClueJudged,
    Reporter,
    Source,
    Verdict,
)
from services.workorders.orders.rules.hands import Doer
from shared.kernel import (
    CorruptHistory,
    Decider,
    ItemCode,
    PersonId,
    Rejection,
    TextRef,
    UnitCode,
    command,
    fact_name,
    state,
)


@command
class FileClue:
    clue_id: UUID
    source: Source
    certified: bool
    """Trained, not expired, not struck off, on the day. Means nothing where no volunteer files."""
    reporter: Reporter | None
    group: ItemCode | None
    groups_told: tuple[ItemCode, ...]
    """Where the broadcast stood that is answered."""
    about: About | None
    text: TextRef
    unit: UnitCode
    officer: PersonId | None
    at: datetime


@command
class AssignClue:
    officer: PersonId
    at: datetime


@command
class JudgeClue:
    doer: Doer
    verdict: Verdict
    note: TextRef | None
    at: datetime


ClueCommand = FileClue | AssignClue | JudgeClue


@state
class Nothing:
    pass


@state
class Clue:
    clue_id: UUID
    unit: UnitCode
    officer: PersonId | None
    reporter: Reporter | None
    text: TextRef
    group: ItemCode | None
    about: About | None
    verdict: Verdict | None = None


ClueState = Nothing | Clue


class VolunteerNotCertified(Rejection):
    """Only volunteers whose training counts today bring clues."""


class ReporterMissing(Rejection):
    """A clue of a volunteer or grid worker is kept with its protected reporter."""

    rule = "R-23"


class ReporterNeverAsked(Rejection):
    """What is said in a group is taken without asking who said it."""

    rule = "R-23"


class GroupNotTold(Rejection):
    """The broadcast never stood in this group."""


class ClueUnknown(Rejection):
    """Nothing was filed under this id."""


class ClueJudgedAlready(Rejection):
    """A verdict is given once."""


class NotYourClue(Rejection):
    """Another officer verifies it."""


def evolve(state: ClueState, event: ClueEvent) -> ClueState:
    match event, state:
        case ClueFiled(), Nothing():
            return Clue(event.clue_id, event.unit, event.officer, event.reporter, event.text, event.group, event.about)
        case ClueAssigned(), Clue():
            return replace(state, officer=event.officer)
        case ClueJudged(), Clue():
            return replace(state, verdict=event.verdict)
        case _:
            raise CorruptHistory(f"{fact_name(event)} after {type(state).__name__}")


def decide(command: ClueCommand, state: ClueState) -> tuple[ClueEvent, ...]:
    match command:
        case FileClue():
            return _file(command, state)
        case AssignClue():
            return _assign(command, state)
        case JudgeClue():
            return _judge(command, state)
        case _:
            assert_never(command)


def _file(command: FileClue, state: ClueState) -> tuple[ClueEvent, ...]:
    if isinstance(state, Clue):
        return ()
    require_certified(command.source, certified=command.certified)
    _require_protected(command)
    if command.group is not None and command.group not in command.groups_told:
        raise GroupNotTold
    return (
        ClueFiled(
            clue_id=command.clue_id,
            source=command.source,
            reporter=command.reporter,
            group=command.group,
            about=command.about,
            text=command.text,
            unit=command.unit,
            officer=command.officer,
            occurred_at=command.at,
        ),
    )


def require_certified(source: Source, *, certified: bool) -> None:
    if source is Source.VOLUNTEER and not certified:
        raise VolunteerNotCertified


def _require_protected(command: FileClue) -> None:
    """R-23. Who came forward is kept sealed; who spoke in a group is not kept at all."""
    if command.source is Source.GROUP:
        if command.reporter is not None:
            raise ReporterNeverAsked
    elif command.reporter is None:
        raise ReporterMissing


def require_clue(state: ClueState) -> Clue:
    if isinstance(state, Nothing):
        raise ClueUnknown
    return state


def _assign(command: AssignClue, state: ClueState) -> tuple[ClueEvent, ...]:
    clue = require_clue(state)
    if clue.officer == command.officer:
        return ()
    if clue.verdict is not None:
        raise ClueJudgedAlready
    return (ClueAssigned(clue_id=clue.clue_id, officer=command.officer, occurred_at=command.at),)


def _judge(command: JudgeClue, state: ClueState) -> tuple[ClueEvent, ...]:
    clue = require_clue(state)
    mine = clue.officer == command.doer.person or (clue.officer is None and clue.unit == command.doer.unit)
    if not mine:
        raise NotYourClue
    if clue.verdict == command.verdict:
        return ()
    if clue.verdict is not None:
        raise ClueJudgedAlready
    return (ClueJudged(clue_id=clue.clue_id, verdict=command.verdict, note=command.note, occurred_at=command.at),)


clue_decider: Decider[ClueCommand, ClueState, ClueEvent] = Decider(Nothing(), decide, evolve)

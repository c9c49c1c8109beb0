"""Signs that a quarrel escalates, the score they make, and objections to it. R-10: a host's fear counts at once.

Each sign is counted once for its cause. Whoever is concerned may object to a part; another person decides, and a part
that was struck counts no more.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.routing.conflict.rules.score import Band, Part, PartPoints, Proposes, Score, Weights, WeightsId, score
from shared.contracts.codes import Role
from shared.kernel import Decider, PersonId, Rejection, RequestId, TextRef, command, fact, state, value


# ── facts ────────────────────────────────────────────────────────────────
@fact("conflict_sign_noted")
class ConflictSignNoted:
    request_id: RequestId
    part: Part
    cause: UUID
    """The record, request or duty that showed it."""
    occurred_at: datetime


@fact("conflict_sign_gone")
class ConflictSignGone:
    """What showed it was undone: a voice was parted again."""

    request_id: RequestId
    part: Part
    cause: UUID
    occurred_at: datetime


@fact("conflict_rated")
class ConflictRated:
    request_id: RequestId
    points: int
    band: Band
    parts: tuple[PartPoints, ...]
    proposes: tuple[Proposes, ...]
    weights: WeightsId
    occurred_at: datetime


@fact("conflict_contested")
class ConflictContested:
    request_id: RequestId
    part: Part
    by_role: Role
    contested_by: PersonId | None
    """None: by code and PIN."""
    note: TextRef
    occurred_at: datetime


@fact("conflict_contest_decided")
class ConflictContestDecided:
    request_id: RequestId
    part: Part
    upheld: bool
    decided_by: PersonId | None
    note: TextRef
    occurred_at: datetime


ConflictEvent = ConflictSignNoted | ConflictSignGone | ConflictRated | ConflictContested | ConflictContestDecided


# ── wishes ───────────────────────────────────────────────────────────────
@command
class NoteSign:
    request_id: RequestId
    part: Part
    cause: UUID
    at: datetime


@command
class DropSign:
    request_id: RequestId
    part: Part
    cause: UUID
    at: datetime


@command
class Contest:
    request_id: RequestId
    part: Part
    by_role: Role
    by: PersonId | None
    note: TextRef
    at: datetime


@command
class DecideContest:
    request_id: RequestId
    part: Part
    upheld: bool
    by: PersonId | None
    note: TextRef
    at: datetime


ConflictCommand = NoteSign | DropSign | Contest | DecideContest


# ── states ───────────────────────────────────────────────────────────────
@value
class Objection:
    by: PersonId | None


@state
class Conflict:
    signs: Mapping[Part, frozenset[UUID]] = field(default_factory=dict)
    since: datetime | None = None
    """When the first sign was seen."""
    struck: frozenset[Part] = frozenset()
    objections: Mapping[Part, Objection] = field(default_factory=dict)
    rated: tuple[int, Band] = (0, Band.LOW)


class NoSuchSign(Rejection):
    """Nothing of this kind counts here, so that there is nothing to object to."""


class AlreadyContested(Rejection):
    """An objection to this part waits for a decision."""


class NotContested(Rejection):
    """Nobody objected to this part, or it was decided."""


class OwnObjection(Rejection):
    """Whoever objected does not decide."""


def counts_of(conflict: Conflict) -> Mapping[Part, int]:
    return {part: len(causes) for part, causes in conflict.signs.items()}


def score_of(conflict: Conflict, weights: Weights, at: datetime) -> Score:
    return score(counts_of(conflict), conflict.struck, conflict.since or at, at, weights)


def evolve(before: Conflict, event: ConflictEvent) -> Conflict:
    match event:
        case ConflictSignNoted():
            causes = before.signs.get(event.part, frozenset()) | {event.cause}
            return replace(before, signs={**before.signs, event.part: causes}, since=before.since or event.occurred_at)
        case ConflictSignGone():
            causes = before.signs.get(event.part, frozenset()) - {event.cause}
            return replace(before, signs={**before.signs, event.part: causes})
        case ConflictRated():
            return replace(before, rated=(event.points, event.band))
        case ConflictContested():
            return replace(before, objections={**before.objections, event.part: Objection(event.contested_by)})
        case ConflictContestDecided():
            left = {part: each for part, each in before.objections.items() if part is not event.part}
            struck = before.struck | {event.part} if event.upheld else before.struck
            return replace(before, objections=left, struck=struck)
        case _:
            assert_never(event)


def decide(weights: Weights, command: ConflictCommand, before: Conflict) -> tuple[ConflictEvent, ...]:
    learned = _learned(command, before)
    after = before
    for event in learned:
        after = evolve(after, event)
    return (*learned, *_rated(weights, command, after)) if learned else ()


def conflict_decider(weights: Weights) -> Decider[ConflictCommand, Conflict, ConflictEvent]:
    def deciding(command: ConflictCommand, state: Conflict) -> tuple[ConflictEvent, ...]:
        return decide(weights, command, state)

    return Decider(Conflict(), deciding, evolve)


def _learned(command: ConflictCommand, conflict: Conflict) -> tuple[ConflictEvent, ...]:
    match command:
        case NoteSign(request_id=request_id, part=part, cause=cause, at=at):
            if cause in conflict.signs.get(part, frozenset()):
                return ()
            return (ConflictSignNoted(request_id=request_id, part=part, cause=cause, occurred_at=at),)
        case DropSign(request_id=request_id, part=part, cause=cause, at=at):
            if cause not in conflict.signs.get(part, frozenset()):
                return ()
            return (ConflictSignGone(request_id=request_id, part=part, cause=cause, occurred_at=at),)
        case Contest():
            return _contest(command, conflict)
        case DecideContest():
            return _decide_contest(command, conflict)
        case _:
            assert_never(command)


def _contest(command: Contest, conflict: Conflict) -> tuple[ConflictEvent, ...]:
    if not conflict.signs.get(command.part) or command.part in conflict.struck:
        raise NoSuchSign
    if command.part in conflict.objections:
        raise AlreadyContested
    return (
        ConflictContested(
            request_id=command.request_id,
            part=command.part,
            by_role=command.by_role,
            contested_by=command.by,
            note=command.note,
            occurred_at=command.at,
        ),
    )


def _decide_contest(command: DecideContest, conflict: Conflict) -> tuple[ConflictEvent, ...]:
    objection = conflict.objections.get(command.part)
    if objection is None:
        raise NotContested
    if objection.by is not None and objection.by == command.by:
        raise OwnObjection
    return (
        ConflictContestDecided(
            request_id=command.request_id,
            part=command.part,
            upheld=command.upheld,
            decided_by=command.by,
            note=command.note,
            occurred_at=command.at,
        ),
    )


def _rated(weights: Weights, command: ConflictCommand, conflict: Conflict) -> tuple[ConflictEvent, ...]:
    now = score_of(conflict, weights, command.at)
    if (now.points, now.band) == conflict.rated:
        return ()
    return (
        ConflictRated(
            request_id=command.request_id,
            points=now.points,
            band=now.band,
            parts=now.parts,
            proposes=now.proposes,
            weights=now.weights,
            occurred_at=command.at,
        ),
    )

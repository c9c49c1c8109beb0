"""One re-decision: past requests decided anew by a draft and by the pack that it would follow, slice by slice.

The input is what was judged then, as it is stored: codes, no text. Which requests would go elsewhere is recorded with
each slice, so that whoever publishes can prove what he was shown.
"""

from dataclasses import replace
from datetime import datetime
from typing import NewType, assert_never
from uuid import UUID

from services.routing.decisions.rules.pack import Row
from services.routing.decisions.rules.ruling import Ruling
from services.routing.rulepacks.facts import PackId
from shared.contracts.codes import Gate
from shared.kernel import (
    CorruptHistory,
    Decider,
    PackVersion,
    PersonId,
    Rejection,
    RequestId,
    RuleId,
    command,
    fact,
    state,
    value,
)

RedecisionId = NewType("RedecisionId", UUID)


@value
class Place:
    """How far down the list of past requests, by day of filing."""

    filed_at: datetime
    request_id: RequestId


@value
class Moved:
    """A request that would go elsewhere, or meet other gates."""

    request_id: RequestId
    before: Ruling
    after: Ruling
    gates_before: tuple[Gate, ...]
    gates_after: tuple[Gate, ...]
    row: RuleId | None
    """The row of the draft that had the last word; None where a row is missing that had it."""


@fact("redecision_begun")
class RedecisionBegun:
    redecision_id: RedecisionId
    pack_id: PackId
    revision: int
    version: PackVersion
    rows: tuple[Row, ...]
    against: PackVersion
    total: int
    until: datetime
    """Requests filed later are not looked at."""
    begun_by: PersonId
    occurred_at: datetime


@fact("redecision_advanced")
class RedecisionAdvanced:
    redecision_id: RedecisionId
    pack_id: PackId
    seen: int
    disagreed: int
    moved: tuple[Moved, ...]
    reached: Place
    occurred_at: datetime


@fact("redecision_finished")
class RedecisionFinished:
    redecision_id: RedecisionId
    pack_id: PackId
    seen: int
    changed: int
    disagreed: int
    occurred_at: datetime


RedecisionEvent = RedecisionBegun | RedecisionAdvanced | RedecisionFinished


@command
class BeginRedecision:
    redecision_id: RedecisionId
    pack_id: PackId
    revision: int
    version: PackVersion
    rows: tuple[Row, ...]
    against: PackVersion
    total: int
    by: PersonId
    at: datetime


@command
class TakeSlice:
    """The next slice. `after` is where it began; one that was taken already changes nothing."""

    redecision_id: RedecisionId
    after: Place | None
    seen: int
    disagreed: int
    moved: tuple[Moved, ...]
    reached: Place
    at: datetime


@command
class Finish:
    redecision_id: RedecisionId
    at: datetime


RedecisionCommand = BeginRedecision | TakeSlice | Finish


@state
class NotBegun:
    pass


@state
class Running:
    id: RedecisionId
    pack_id: PackId
    revision: int
    version: PackVersion
    rows: tuple[Row, ...]
    against: PackVersion
    total: int
    until: datetime
    begun_by: PersonId
    begun_at: datetime
    seen: int = 0
    changed: int = 0
    disagreed: int = 0
    reached: Place | None = None
    finished: bool = False


Redecision = NotBegun | Running


class RedecisionNotBegun(Rejection):
    """Nobody asked for it."""


def evolve(before: Redecision, event: RedecisionEvent) -> Redecision:
    if isinstance(event, RedecisionBegun):
        return Running(
            event.redecision_id,
            event.pack_id,
            event.revision,
            event.version,
            event.rows,
            event.against,
            event.total,
            event.until,
            event.begun_by,
            event.occurred_at,
        )
    if isinstance(before, NotBegun):
        raise CorruptHistory(f"{type(event).__name__} before a re-decision began")
    match event:
        case RedecisionAdvanced():
            return replace(
                before,
                seen=before.seen + event.seen,
                changed=before.changed + len(event.moved),
                disagreed=before.disagreed + event.disagreed,
                reached=event.reached,
            )
        case RedecisionFinished():
            return replace(before, finished=True)
        case _:
            assert_never(event)


def decide(wish: RedecisionCommand, before: Redecision) -> tuple[RedecisionEvent, ...]:
    if isinstance(wish, BeginRedecision):
        return _begin(wish) if isinstance(before, NotBegun) else ()
    if isinstance(before, NotBegun):
        raise RedecisionNotBegun
    if before.finished:
        return ()
    match wish:
        case TakeSlice():
            return _take(wish, before)
        case Finish():
            return (
                RedecisionFinished(
                    redecision_id=wish.redecision_id,
                    pack_id=before.pack_id,
                    seen=before.seen,
                    changed=before.changed,
                    disagreed=before.disagreed,
                    occurred_at=wish.at,
                ),
            )
        case _:
            assert_never(wish)


def _begin(wish: BeginRedecision) -> tuple[RedecisionEvent, ...]:
    return (
        RedecisionBegun(
            redecision_id=wish.redecision_id,
            pack_id=wish.pack_id,
            revision=wish.revision,
            version=wish.version,
            rows=wish.rows,
            against=wish.against,
            total=wish.total,
            until=wish.at,
            begun_by=wish.by,
            occurred_at=wish.at,
        ),
    )


def _take(wish: TakeSlice, running: Running) -> tuple[RedecisionEvent, ...]:
    if wish.after != running.reached:
        return ()
    return (
        RedecisionAdvanced(
            redecision_id=wish.redecision_id,
            pack_id=running.pack_id,
            seen=wish.seen,
            disagreed=wish.disagreed,
            moved=wish.moved,
            reached=wish.reached,
            occurred_at=wish.at,
        ),
    )


redecision_decider: Decider[RedecisionCommand, Redecision, RedecisionEvent] = Decider(NotBegun(), decide, evolve)

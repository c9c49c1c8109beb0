"""Which requests may be about the same matter as this one. R-22: a machine proposes, an officer links in intake.

What an officer said no to, or parted again, is not proposed a second time.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never

from services.routing.same.rules.likely import Found, Sign
from services.routing.same.rules.likely import SameAs as SameAs
from shared.kernel import Decider, Rejection, RequestId, command, fact, state


# ── facts ────────────────────────────────────────────────────────────────
@fact("same_matter_proposed")
class SameMatterProposed:
    request_id: RequestId
    other: RequestId
    relation: SameAs
    likeness: int
    place: int
    signs: tuple[Sign, ...]
    occurred_at: datetime


@fact("same_matter_declined")
class SameMatterDeclined:
    """An officer looked: it is another matter."""

    request_id: RequestId
    other: RequestId
    occurred_at: datetime


@fact("same_matter_linked")
class SameMatterLinked:
    """Intake linked it, proposed or not."""

    request_id: RequestId
    other: RequestId
    relation: SameAs
    occurred_at: datetime


@fact("same_matter_parted")
class SameMatterParted:
    request_id: RequestId
    other: RequestId
    occurred_at: datetime


SameEvent = SameMatterProposed | SameMatterDeclined | SameMatterLinked | SameMatterParted


# ── wishes ───────────────────────────────────────────────────────────────
@command
class Propose:
    request_id: RequestId
    found: tuple[Found, ...]
    at: datetime


@command
class Decline:
    request_id: RequestId
    other: RequestId
    at: datetime


@command
class NoteLinked:
    request_id: RequestId
    other: RequestId
    relation: SameAs
    at: datetime


@command
class NoteParted:
    request_id: RequestId
    other: RequestId
    at: datetime


SameCommand = Propose | Decline | NoteLinked | NoteParted


# ── states ───────────────────────────────────────────────────────────────
@state
class Likenesses:
    open: Mapping[RequestId, SameAs] = field(default_factory=dict)
    declined: frozenset[RequestId] = frozenset()
    linked: RequestId | None = None


class NothingProposed(Rejection):
    """Nobody said that these two are the same."""


def evolve(before: Likenesses, event: SameEvent) -> Likenesses:
    others = {other: relation for other, relation in before.open.items() if other != event.other}
    match event:
        case SameMatterProposed():
            return replace(before, open={**others, event.other: event.relation})
        case SameMatterDeclined():
            return replace(before, open=others, declined=before.declined | {event.other})
        case SameMatterLinked():
            return replace(before, open=others, linked=event.other, declined=before.declined - {event.other})
        case SameMatterParted():
            return replace(before, linked=None, declined=before.declined | {event.other})
        case _:
            assert_never(event)


def decide(command: SameCommand, known: Likenesses) -> tuple[SameEvent, ...]:
    match command:
        case Propose():
            return _propose(command, known)
        case Decline():
            if command.other in known.declined:
                return ()
            if command.other not in known.open:
                raise NothingProposed
            return (SameMatterDeclined(request_id=command.request_id, other=command.other, occurred_at=command.at),)
        case NoteLinked():
            if known.linked == command.other:
                return ()
            return (
                SameMatterLinked(
                    request_id=command.request_id,
                    other=command.other,
                    relation=command.relation,
                    occurred_at=command.at,
                ),
            )
        case NoteParted():
            if known.linked != command.other:
                return ()
            return (SameMatterParted(request_id=command.request_id, other=command.other, occurred_at=command.at),)
        case _:
            assert_never(command)


def _propose(command: Propose, known: Likenesses) -> tuple[SameEvent, ...]:
    if known.linked is not None:
        return ()
    return tuple(
        SameMatterProposed(
            request_id=command.request_id,
            other=each.other,
            relation=each.relation,
            likeness=each.likeness,
            place=each.place,
            signs=each.signs,
            occurred_at=command.at,
        )
        for each in command.found
        if each.other not in known.open and each.other not in known.declined
    )


same_decider: Decider[SameCommand, Likenesses, SameEvent] = Decider(Likenesses(), decide, evolve)

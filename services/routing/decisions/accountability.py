"""Who was accountable for a request at each moment, from receipt to close (包办, S64). Read from its history alone."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from services.routing.decisions.facts import (
    DecisionEvent,
    HandlingRevoked,
    RequestReturned,
    RequestRouted,
    ScreeningAsked,
    TriageBegun,
    TriageEnded,
    TriageReopened,
    TriageResumed,
)
from services.routing.decisions.placing_facts import HolderChanged, TakenOver
from shared.contracts.codes import ReasonCode
from shared.kernel import PersonId, UnitCode, value

OnDuty = Callable[[UnitCode, datetime], PersonId | None]


class Why(StrEnum):
    """How it came to whoever has it."""

    RECEIVED = "received"
    ASKED = "asked"
    """Somebody has to look."""
    ROUTED = "routed"
    SIGNED = "signed"
    """Another one than the owner signed for it."""
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    REVOKED = "revoked"
    REOPENED = "reopened"


@value
class Span:
    unit: UnitCode
    person: PersonId | None
    since: datetime
    until: datetime | None
    why: Why
    reason: ReasonCode | None


HANDLING = frozenset({Why.ROUTED, Why.SIGNED, Why.HANDED_OVER})
HOW = {TakenOver.SIGNED: Why.SIGNED, TakenOver.HANDED_OVER: Why.HANDED_OVER}


def accountable(history: Iterable[DecisionEvent], desk: UnitCode, on_duty: OnDuty) -> tuple[Span, ...]:
    """One after the other, without a hole until it is closed. While nobody handles it, whoever is on duty where it lies
    is accountable."""
    spans: list[Span] = []
    for event in history:
        now = spans[-1] if spans and spans[-1].until is None else None
        following = _next(event, now, desk, on_duty)
        if following is None and not isinstance(event, TriageEnded):
            continue
        if now is not None:
            spans[-1] = replace(now, until=event.occurred_at)
        if following is not None:
            spans.append(following)
    return tuple(span for span in spans if span.since != span.until)


def _next(event: DecisionEvent, now: Span | None, desk: UnitCode, on_duty: OnDuty) -> Span | None:
    """Who is accountable from this event on; None where it changes nothing, or ends it."""

    def lies(unit: UnitCode, at: datetime, why: Why, reason: ReasonCode | None = None) -> Span:
        return Span(unit, on_duty(unit, at), at, None, why, reason)

    match event:
        case TriageBegun():
            return lies(desk, event.filed_at, Why.RECEIVED)
        case ScreeningAsked():
            waits = now is None or now.why not in HANDLING
            return lies(event.unit, event.occurred_at, Why.ASKED) if waits and not _at(now, event.unit) else None
        case RequestRouted():
            return Span(event.unit, event.owner, event.occurred_at, None, Why.ROUTED, None)
        case HolderChanged():
            return Span(event.unit, event.owner, event.occurred_at, None, HOW[event.how], None)
        case HandlingRevoked():
            return lies(desk, event.occurred_at, Why.REVOKED, event.reason)
        case RequestReturned():
            return lies(desk, event.occurred_at, Why.RETURNED, event.reason)
        case TriageReopened():
            return lies(desk, event.occurred_at, Why.REOPENED, event.reason)
        case TriageResumed():
            return lies(desk, event.occurred_at, Why.RECEIVED)
    return None


def _at(now: Span | None, unit: UnitCode) -> bool:
    return now is not None and now.unit == unit

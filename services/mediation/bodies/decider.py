"""The register of bodies that mediate beside the committees: industry bodies and courts (R-60, R-61).

Being registered lets a body's mediators host; standing on a list on the day of the session makes what they mediate
binding. Both have first and last days, and neither is ever guessed.
"""

from dataclasses import field, replace
from datetime import date, datetime
from typing import assert_never

from services.mediation.cases.values import Body, BodyKind, Trade
from shared.kernel import Decider, Rejection, UnitCode, command, fact, state, value


@value
class Span:
    """Both days count; without `until` it runs on."""

    since: date
    until: date | None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@fact("body_registered")
class BodyRegistered:
    code: UnitCode
    kind: BodyKind
    trades: tuple[Trade, ...]
    span: Span
    occurred_at: datetime


@fact("body_listed")
class BodyListed:
    """A court or the justice bureau has it on its list."""

    code: UnitCode
    span: Span
    occurred_at: datetime


@fact("body_struck_off")
class BodyStruckOff:
    """From `on` it is neither listed nor registered."""

    code: UnitCode
    on: date
    occurred_at: datetime


BodyEvent = BodyRegistered | BodyListed | BodyStruckOff


@command
class RegisterBody:
    code: UnitCode
    kind: BodyKind
    trades: tuple[Trade, ...]
    span: Span
    at: datetime


@command
class ListBody:
    code: UnitCode
    span: Span
    at: datetime


@command
class StrikeOffBody:
    code: UnitCode
    on: date
    at: datetime


BodyCommand = RegisterBody | ListBody | StrikeOffBody


@state
class Entry:
    kind: BodyKind | None = None
    trades: tuple[Trade, ...] = ()
    span: Span | None = None
    lists: tuple[Span, ...] = field(default=())
    struck_off: date | None = None


class SpanEndsBeforeItBegins(Rejection):
    """The last day lies before the first."""


class BodyNotRegistered(Rejection):
    """Only a registered body is listed or struck off."""

    rule = "R-60"


class TradesMissing(Rejection):
    """An industry body names the trades it knows."""

    rule = "R-60"


def standing_on(entry: Entry, code: UnitCode, day: date) -> Body | None:
    """R-60. What the body is on that day: unknown before its first and after its last day."""
    if entry.kind is None or entry.span is None or not entry.span.holds(day):
        return None
    if entry.struck_off is not None and day >= entry.struck_off:
        return None
    return Body(code, entry.kind, entry.trades, any(span.holds(day) for span in entry.lists))


def evolve(state: Entry, event: BodyEvent) -> Entry:
    match event:
        case BodyRegistered():
            return Entry(event.kind, event.trades, event.span, state.lists)
        case BodyListed():
            return replace(state, lists=(*state.lists, event.span))
        case BodyStruckOff():
            return replace(state, struck_off=event.on, lists=())
        case _:
            assert_never(event)


def decide(command: BodyCommand, state: Entry) -> tuple[BodyEvent, ...]:
    match command:
        case RegisterBody():
            return _register(command, state)
        case ListBody():
            return _list(command, state)
        case StrikeOffBody():
            return _strike_off(command, state)
        case _:
            assert_never(command)


def _require_span(span: Span) -> None:
    if span.until is not None and span.until < span.since:
        raise SpanEndsBeforeItBegins


def _register(command: RegisterBody, entry: Entry) -> tuple[BodyEvent, ...]:
    _require_span(command.span)
    if command.kind is BodyKind.INDUSTRY and not command.trades:
        raise TradesMissing
    same = (entry.kind, entry.trades, entry.span) == (command.kind, command.trades, command.span)
    if same and entry.struck_off is None:
        return ()
    return (
        BodyRegistered(
            code=command.code, kind=command.kind, trades=command.trades, span=command.span, occurred_at=command.at
        ),
    )


def _list(command: ListBody, entry: Entry) -> tuple[BodyEvent, ...]:
    _require_span(command.span)
    if entry.kind is None or entry.struck_off is not None:
        raise BodyNotRegistered
    if command.span in entry.lists:
        return ()
    return (BodyListed(code=command.code, span=command.span, occurred_at=command.at),)


def _strike_off(command: StrikeOffBody, entry: Entry) -> tuple[BodyEvent, ...]:
    if entry.kind is None:
        raise BodyNotRegistered
    if entry.struck_off == command.on:
        return ()
    return (BodyStruckOff(code=command.code, on=command.on, occurred_at=command.at),)


body_decider: Decider[BodyCommand, Entry, BodyEvent] = Decider(Entry(), decide, evolve)

"""The register of people's mediators: who belongs to which committee, from when until when (R-11, R-59)."""

from datetime import date, datetime
from typing import assert_never

from shared.kernel import Decider, PersonId, Rejection, UnitCode, command, fact, state, value


@value
class Term:
    """Both days count; without `until` it runs on."""

    committee: UnitCode
    since: date
    until: date | None


@fact("mediator_registered")
class MediatorRegistered:
    person: PersonId
    term: Term
    occurred_at: datetime


@fact("mediator_removed")
class MediatorRemoved:
    """From `on` the person is a mediator no more."""

    person: PersonId
    on: date
    occurred_at: datetime


MediatorEvent = MediatorRegistered | MediatorRemoved


@command
class Register:
    person: PersonId
    term: Term
    at: datetime


@command
class Remove:
    person: PersonId
    on: date
    at: datetime


MediatorCommand = Register | Remove


@state
class Mediator:
    term: Term | None = None
    removed_on: date | None = None


class TermEndsBeforeItBegins(Rejection):
    """The last day lies before the first."""


class NotRegistered(Rejection):
    """Only a registered person can be removed."""

    rule = "R-11"


def committee_on(mediator: Mediator, day: date) -> UnitCode | None:
    """The committee on whose register the person stands on `day`."""
    term = mediator.term
    if term is None or day < term.since or (term.until is not None and day > term.until):
        return None
    if mediator.removed_on is not None and day >= mediator.removed_on:
        return None
    return term.committee


def evolve(state: Mediator, event: MediatorEvent) -> Mediator:
    match event:
        case MediatorRegistered():
            return Mediator(event.term)
        case MediatorRemoved():
            return Mediator(state.term, event.on)
        case _:
            assert_never(event)


def decide(command: MediatorCommand, state: Mediator) -> tuple[MediatorEvent, ...]:
    match command:
        case Register():
            return _register(command, state)
        case Remove():
            return _remove(command, state)
        case _:
            assert_never(command)


def _register(command: Register, mediator: Mediator) -> tuple[MediatorEvent, ...]:
    if command.term.until is not None and command.term.until < command.term.since:
        raise TermEndsBeforeItBegins
    if mediator == Mediator(command.term):
        return ()
    return (MediatorRegistered(person=command.person, term=command.term, occurred_at=command.at),)


def _remove(command: Remove, mediator: Mediator) -> tuple[MediatorEvent, ...]:
    """R-11: who broke the duties of the office, or left it, hosts no more from that day on."""
    if mediator.term is None:
        raise NotRegistered
    if mediator.removed_on == command.on:
        return ()
    return (MediatorRemoved(person=command.person, on=command.on, occurred_at=command.at),)


mediator_decider: Decider[MediatorCommand, Mediator, MediatorEvent] = Decider(Mediator(), decide, evolve)

"""The registry of volunteers: couriers, cleaners, drivers who may bring clues once they were trained.

Who stands here is known; what somebody of them reported is not: a clue names its reporter to nobody.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import assert_never

from shared.kernel import Decider, ItemCode, PersonId, Rejection, UnitCode, command, fact, state, value


@value
class Certificate:
    employer: ItemCode
    unit: UnitCode
    """The station that trained them."""
    trained_on: date
    until: date
    """The last day; training is repeated."""


@fact("volunteer_registered")
class VolunteerRegistered:
    person: PersonId
    certificate: Certificate
    occurred_at: datetime


@fact("volunteer_struck_off")
class VolunteerStruckOff:
    person: PersonId
    on: date
    occurred_at: datetime


VolunteerEvent = VolunteerRegistered | VolunteerStruckOff


@command
class RegisterVolunteer:
    person: PersonId
    certificate: Certificate
    at: datetime


@command
class StrikeOffVolunteer:
    person: PersonId
    on: date
    at: datetime


VolunteerCommand = RegisterVolunteer | StrikeOffVolunteer


@state
class Volunteer:
    certificate: Certificate | None = None
    struck_off: date | None = None

    def certified_on(self, day: date) -> bool:
        held = self.certificate
        if held is None or not held.trained_on <= day <= held.until:
            return False
        return self.struck_off is None or day < self.struck_off


class VolunteerUnknown(Rejection):
    """Nobody by this id was ever registered."""


class CertificateEndsBeforeTraining(Rejection):
    """The last day lies before the day of the training."""


class VolunteerOfAnotherUnit(Rejection):
    """The station that trained a volunteer keeps the entry."""


def evolve(state: Volunteer, event: VolunteerEvent) -> Volunteer:
    match event:
        case VolunteerRegistered():
            return Volunteer(event.certificate)
        case VolunteerStruckOff():
            return replace(state, struck_off=event.on)
        case _:
            assert_never(event)


def decide(command: VolunteerCommand, state: Volunteer) -> tuple[VolunteerEvent, ...]:
    match command:
        case RegisterVolunteer():
            return _register(command, state)
        case StrikeOffVolunteer():
            return _strike_off(command, state)
        case _:
            assert_never(command)


def _register(command: RegisterVolunteer, volunteer: Volunteer) -> tuple[VolunteerEvent, ...]:
    certificate = command.certificate
    if certificate.until < certificate.trained_on:
        raise CertificateEndsBeforeTraining
    if volunteer.certificate is not None and volunteer.certificate.unit != certificate.unit:
        raise VolunteerOfAnotherUnit
    if volunteer == Volunteer(certificate):
        return ()
    return (VolunteerRegistered(person=command.person, certificate=certificate, occurred_at=command.at),)


def _strike_off(command: StrikeOffVolunteer, volunteer: Volunteer) -> tuple[VolunteerEvent, ...]:
    if volunteer.certificate is None:
        raise VolunteerUnknown
    if volunteer.struck_off == command.on:
        return ()
    return (VolunteerStruckOff(person=command.person, on=command.on, occurred_at=command.at),)


volunteer_decider: Decider[VolunteerCommand, Volunteer, VolunteerEvent] = Decider(Volunteer(), decide, evolve)

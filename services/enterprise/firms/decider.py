"""A firm as the workstation keeps it: its number, who looks after it, who speaks for it. Its name lies in the vault."""

from dataclasses import replace
from datetime import date, datetime
from typing import NewType, assert_never
from uuid import UUID

from services.enterprise.firms.rules.credit_code import CreditCode, checks_hold
from shared.kernel import Decider, PersonId, Rejection, TextRef, UnitCode, command, fact, state, value

FirmId = NewType("FirmId", UUID)


@value
class Liaison:
    """The officer who looks after the firm; both days count, without `until` it runs on."""

    officer: PersonId
    since: date
    until: date | None


@fact("firm_filed")
class FirmFiled:
    firm_id: FirmId
    credit_code: CreditCode
    checks_hold: bool
    """False: the number is to be compared with the register."""
    unit: UnitCode
    name: TextRef
    contacts: TextRef | None
    occurred_at: datetime


@fact("firm_details_changed")
class FirmDetailsChanged:
    firm_id: FirmId
    name: TextRef
    contacts: TextRef | None
    occurred_at: datetime


@fact("liaison_named")
class LiaisonNamed:
    firm_id: FirmId
    liaison: Liaison
    occurred_at: datetime


@fact("key_project_marked")
class KeyProjectMarked:
    firm_id: FirmId
    marked: bool
    occurred_at: datetime


@fact("firm_member_joined")
class FirmMemberJoined:
    firm_id: FirmId
    person: PersonId
    occurred_at: datetime


@fact("firm_member_left")
class FirmMemberLeft:
    firm_id: FirmId
    person: PersonId
    occurred_at: datetime


FirmEvent = FirmFiled | FirmDetailsChanged | LiaisonNamed | KeyProjectMarked | FirmMemberJoined | FirmMemberLeft


@command
class FileFirm:
    firm_id: FirmId
    credit_code: CreditCode
    unit: UnitCode
    name: TextRef
    contacts: TextRef | None
    at: datetime


@command
class ChangeFirmDetails:
    name: TextRef
    contacts: TextRef | None
    at: datetime


@command
class NameLiaison:
    liaison: Liaison
    at: datetime


@command
class MarkKeyProject:
    marked: bool
    at: datetime


@command
class AddFirmMember:
    person: PersonId
    at: datetime


@command
class RemoveFirmMember:
    person: PersonId
    at: datetime


FirmCommand = FileFirm | ChangeFirmDetails | NameLiaison | MarkKeyProject | AddFirmMember | RemoveFirmMember


@state
class Unfiled:
    pass


@state
class Firm:
    firm_id: FirmId
    credit_code: CreditCode
    checks_hold: bool
    unit: UnitCode
    name: TextRef
    contacts: TextRef | None
    liaisons: tuple[Liaison, ...] = ()
    key_project: bool = False
    members: frozenset[PersonId] = frozenset()


FirmState = Unfiled | Firm


class FirmUnknown(Rejection):
    """No firm was filed under this id."""


class TermEndsBeforeItBegins(Rejection):
    """The last day lies before the first."""


class LiaisonTermsOverlap(Rejection):
    """One firm has one liaison officer on one day; the earlier term has to end first."""


class MemberNotRecognised(Rejection):
    """Nobody signs in with such a telephone."""


def liaison_on(firm: Firm, day: date) -> PersonId | None:
    """Who looks after the firm on `day`."""
    return next((each.officer for each in firm.liaisons if _holds(each, day)), None)


def _holds(liaison: Liaison, day: date) -> bool:
    return liaison.since <= day and (liaison.until is None or day <= liaison.until)


def require_filed(state: FirmState) -> Firm:
    if isinstance(state, Unfiled):
        raise FirmUnknown
    return state


def evolve(state: FirmState, event: FirmEvent) -> FirmState:
    if isinstance(event, FirmFiled):
        return Firm(
            event.firm_id, event.credit_code, event.checks_hold, event.unit, name=event.name, contacts=event.contacts
        )
    firm = require_filed(state)
    match event:
        case FirmDetailsChanged():
            return replace(firm, name=event.name, contacts=event.contacts)
        case LiaisonNamed():
            return replace(firm, liaisons=(*_kept(firm, event.liaison), event.liaison))
        case KeyProjectMarked():
            return replace(firm, key_project=event.marked)
        case FirmMemberJoined():
            return replace(firm, members=firm.members | {event.person})
        case FirmMemberLeft():
            return replace(firm, members=firm.members - {event.person})
        case _:
            assert_never(event)


def _kept(firm: Firm, liaison: Liaison) -> tuple[Liaison, ...]:
    """A term that begins on the same day takes the place of the former one."""
    return tuple(each for each in firm.liaisons if each.since != liaison.since)


def decide(command: FirmCommand, state: FirmState) -> tuple[FirmEvent, ...]:
    if isinstance(command, FileFirm):
        return _file(command, state)
    firm = require_filed(state)
    match command:
        case ChangeFirmDetails():
            return _change(command, firm)
        case NameLiaison():
            return _name_liaison(command, firm)
        case MarkKeyProject():
            if command.marked is firm.key_project:
                return ()
            return (KeyProjectMarked(firm_id=firm.firm_id, marked=command.marked, occurred_at=command.at),)
        case AddFirmMember():
            if command.person in firm.members:
                return ()
            return (FirmMemberJoined(firm_id=firm.firm_id, person=command.person, occurred_at=command.at),)
        case RemoveFirmMember():
            if command.person not in firm.members:
                return ()
            return (FirmMemberLeft(firm_id=firm.firm_id, person=command.person, occurred_at=command.at),)
        case _:
            assert_never(command)


def _file(command: FileFirm, state: FirmState) -> tuple[FirmEvent, ...]:
    """R-52: the same number is the same firm, however often somebody files it."""
    if isinstance(state, Firm):
        return ()
    return (
        FirmFiled(
            firm_id=command.firm_id,
            credit_code=command.credit_code,
            checks_hold=checks_hold(command.credit_code),
            unit=command.unit,
            name=command.name,
            contacts=command.contacts,
            occurred_at=command.at,
        ),
    )


def _change(command: ChangeFirmDetails, firm: Firm) -> tuple[FirmEvent, ...]:
    if (command.name, command.contacts) == (firm.name, firm.contacts):
        return ()
    return (
        FirmDetailsChanged(firm_id=firm.firm_id, name=command.name, contacts=command.contacts, occurred_at=command.at),
    )


def _name_liaison(command: NameLiaison, firm: Firm) -> tuple[FirmEvent, ...]:
    new = command.liaison
    if new.until is not None and new.until < new.since:
        raise TermEndsBeforeItBegins
    if new in firm.liaisons:
        return ()
    require_no_overlap(firm, new)
    ended = tuple(
        LiaisonNamed(
            firm_id=firm.firm_id,
            liaison=replace(each, until=date.fromordinal(new.since.toordinal() - 1)),
            occurred_at=command.at,
        )
        for each in _kept(firm, new)
        if each.until is None and each.since < new.since
    )
    return (*ended, LiaisonNamed(firm_id=firm.firm_id, liaison=new, occurred_at=command.at))


def require_no_overlap(firm: Firm, new: Liaison) -> None:
    """A term without an end gives way to the next one; a written end has to be kept."""
    for each in _kept(firm, new):
        if each.until is not None and each.since <= (new.until or each.until) and new.since <= each.until:
            raise LiaisonTermsOverlap(until=each.until)
    later = [each.since for each in _kept(firm, new) if each.since > new.since]
    if later and (new.until is None or new.until >= min(later)):
        raise LiaisonTermsOverlap(until=min(later))


firm_decider: Decider[FirmCommand, FirmState, FirmEvent] = Decider(Unfiled(), decide, evolve)

"""Requests about one matter. R-22: a repeat is explained and linked, not counted again; the voice stays.

A machine proposes, an officer links. The linked request waits for the lead's result, keeps its requester and verdict
and can be parted again until it has that result.
"""

from datetime import datetime
from typing import assert_never

from services.intake.requests.facts import NotAccepted, RequestEvent, RequestReopened, Supplemented, Withdrawn
from services.intake.requests.linking_commands import (
    JoinVoice,
    Lead,
    LeaveVoice,
    LinkDuplicate,
    LinkingCommand,
    NoteSharedOutcome,
    SplitLink,
)
from services.intake.requests.linking_facts import (
    DuplicateLinked,
    LinkUndone,
    SameAs,
    SharedOutcomeNoted,
    VoiceJoined,
    VoiceLeft,
)
from services.intake.requests.state import Closed, Declined, Filed, Link, Matter, Open, TakenBack, state_code
from shared.contracts.codes import Category, Outcome, ReasonCode
from shared.kernel import PersonId, Rejection, TextRef

APART = frozenset({Category.CPL, Category.MIN})
"""Kinds that go on only with their own kind."""


class CannotBeLinked(Rejection):
    """`state`: only what is open and has no result goes on with another."""


class LinkedToItself(Rejection):
    pass


class LinkedElsewhere(Rejection):
    """`lead`: with which it goes on already."""


class HasVoices(Rejection):
    """`voices`: others go on with this one; link the other way round."""


class LeadNotOpen(Rejection):
    """What is finished is reopened, not added to (R-22)."""

    rule = "R-22"


class LeadIsLinked(Rejection):
    """`lead`: with which it goes on itself."""


class DangerOfItsOwn(Rejection):
    """Danger is handled by itself, unless the lead is handled as danger already."""

    rule = "R-22"


class ComplaintStaysApart(Rejection):
    """A complaint about the police never comes before the unit complained of as somebody's other voice."""

    rule = "R-24"


class ChildStaysApart(Rejection):
    rule = "R-36"


class NotTheSamePerson(Rejection):
    """A repeat is the same, known person again."""

    rule = "R-22"


class OwnOtherVoice(Rejection):
    """Nobody is his own other side."""


class ResultIsShared(Rejection):
    """It has the lead's result: a bad verdict or a reopening parts it, with somebody else in charge."""


def linked(command: LinkingCommand, request: Filed) -> tuple[RequestEvent, ...]:
    match command:
        case LinkDuplicate():
            return _link(command, request)
        case SplitLink():
            return _split(command, request)
        case JoinVoice():
            return _join(command, request)
        case LeaveVoice():
            if command.member not in request.matter.voices:
                return ()
            return (VoiceLeft(request_id=request.matter.request_id, member=command.member, occurred_at=command.at),)
        case NoteSharedOutcome():
            return _share(command, request)
        case _:
            assert_never(command)


def freed(request: Filed, events: tuple[RequestEvent, ...], at: datetime) -> tuple[RequestEvent, ...]:
    """Whatever takes a linked request its own way parts it first. R-22: so does danger that it learns of."""
    link = request.matter.link
    if link is None:
        return events
    parting = next((event for event in events if _parts(event)), None)
    if parting is None:
        return events
    reason = parting.reason if isinstance(parting, RequestReopened | NotAccepted) else ReasonCode.NEW_FACTS
    resumes = isinstance(parting, Supplemented) and not any(isinstance(event, RequestReopened) for event in events)
    return (_undone(request.matter, link, reason, resumes, at), *events)


def _parts(event: RequestEvent) -> bool:
    if isinstance(event, Supplemented):
        return bool(event.danger)
    return isinstance(event, RequestReopened | Withdrawn | NotAccepted)


def _link(command: LinkDuplicate, request: Filed) -> tuple[RequestEvent, ...]:
    matter, lead = request.matter, command.lead
    if matter.link is not None:
        if (matter.link.lead, matter.link.relation) == (lead.request_id, command.relation):
            return ()
        raise LinkedElsewhere(lead=matter.link.lead)
    if lead.request_id == matter.request_id:
        raise LinkedToItself
    if not isinstance(request, Open) or matter.result is not None:
        raise CannotBeLinked(state=state_code(request))
    if matter.voices:
        raise HasVoices(voices=len(matter.voices))
    _check_lead(lead, matter)
    _check_person(command.relation, lead.requester, matter.requester)
    return (
        DuplicateLinked(
            request_id=matter.request_id,
            lead=lead.request_id,
            relation=command.relation,
            note=command.note,
            occurred_at=command.at,
        ),
    )


def _check_lead(lead: Lead, matter: Matter) -> None:
    """R-22, R-24, R-36."""
    if lead.linked_to is not None:
        raise LeadIsLinked(lead=lead.linked_to)
    if not lead.open or lead.finished:
        raise LeadNotOpen
    if matter.danger and not lead.danger:
        raise DangerOfItsOwn
    if lead.category is not matter.category:
        kinds = {lead.category, matter.category} & APART
        if Category.CPL in kinds:
            raise ComplaintStaysApart
        if kinds:
            raise ChildStaysApart


def _check_person(relation: SameAs, lead: PersonId | None, own: PersonId | None) -> None:
    """R-22: a repeat comes from the same, known person; the other voice from somebody else."""
    same = own is not None and own == lead
    if relation is SameAs.REPEAT and not same:
        raise NotTheSamePerson
    if relation is SameAs.OTHER_VOICE and same:
        raise OwnOtherVoice


def _split(command: SplitLink, request: Filed) -> tuple[RequestEvent, ...]:
    matter = request.matter
    if matter.link is None:
        return ()
    if not isinstance(request, Open) or matter.result is not None:
        raise ResultIsShared
    return (_undone(matter, matter.link, command.reason, True, command.at, command.note),)


def _undone(
    matter: Matter, link: Link, reason: ReasonCode, resumes: bool, at: datetime, note: TextRef | None = None
) -> LinkUndone:
    return LinkUndone(
        request_id=matter.request_id, lead=link.lead, reason=reason, note=note, resumes=resumes, occurred_at=at
    )


def _join(command: JoinVoice, request: Filed) -> tuple[RequestEvent, ...]:
    matter = request.matter
    if command.member in matter.voices:
        return ()
    if not isinstance(request, Open) or matter.result is not None or matter.link is not None:
        raise LeadNotOpen
    return (
        VoiceJoined(
            request_id=matter.request_id,
            member=command.member,
            relation=command.relation,
            number=matter.joined + 1,
            occurred_at=command.at,
        ),
    )


def _share(command: NoteSharedOutcome, request: Filed) -> tuple[RequestEvent, ...]:
    matter = request.matter
    if matter.link is None or matter.link.lead != command.lead or command.outcome is Outcome.HANDED_OVER:
        return ()
    if command.handling_id in matter.watched or isinstance(request, Closed | Declined | TakenBack):
        return ()
    return (
        SharedOutcomeNoted(
            request_id=matter.request_id,
            lead=command.lead,
            attempt=max(matter.attempt, command.attempt),
            handling_id=command.handling_id,
            channel=command.channel,
            outcome=command.outcome,
            detail=command.detail,
            answer=command.answer,
            answered=command.answered,
            handler=command.handler,
            occurred_at=command.at,
        ),
    )

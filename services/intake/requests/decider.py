"""A request from the door to the file. Intake alone opens, reopens and archives it (invariants 1, 5 and 8).

Danger is never turned away, never waits for papers and cannot be withdrawn before somebody has looked (R-22).
"""

from typing import assert_never

from services.intake.requests.commands import (
    Accept,
    Archive,
    FileRequest,
    InfoTimeOut,
    NoteAgreement,
    NoteDuty,
    NoteFeedback,
    NoteOutcome,
    NoteRating,
    NoteRouting,
    NoteTold,
    NoteTrouble,
    RatingTimeOut,
    RefuseAcceptance,
    Reopen,
    RequestCommand,
    RequestInfo,
    Supplement,
    Withdraw,
)
from services.intake.requests.facts import (
    ContactLeft,
    InfoReminded,
    InfoRequested,
    NotAccepted,
    RequestAccepted,
    RequestEvent,
    RequestFiled,
    Supplemented,
    Withdrawn,
)
from services.intake.requests.linking_commands import (
    JoinVoice,
    LeaveVoice,
    LinkDuplicate,
    NoteSharedOutcome,
    SplitLink,
)
from services.intake.requests.rules.acceptance import REFUSAL_REASONS
from services.intake.requests.rules.closing import archived, guard_closing
from services.intake.requests.rules.doors import agreed, door_of, feedback_noted, sourced
from services.intake.requests.rules.following import noted, with_consequences
from services.intake.requests.rules.linking import freed, linked
from services.intake.requests.rules.reopening import REOPENING_REASONS, reopened, trouble_noted
from services.intake.requests.state import (
    Closed,
    Declined,
    Filed,
    Open,
    RequestState,
    TakenBack,
    Unfiled,
    evolve,
    state_code,
)
from shared.contracts.codes import ReasonCode, State
from shared.kernel import Decider, NotFound, Rejection


class NotOpen(Rejection):
    """`state`: the code of the state it is in."""


class AlreadyRouted(Rejection):
    """It has a handler, who returns it or hands it over; the door cannot turn it away any more."""

    rule = "R-22"


class DangerNeverRefused(Rejection):
    rule = "R-22"


class DangerStaysOpen(Rejection):
    """Who withdraws may be doing so under the eyes of the one who threatens."""

    rule = "R-22"


class RefusalReasonNotAllowed(Rejection):
    rule = "R-22"


class ReopeningReasonNotAllowed(Rejection):
    pass


class InfoAlreadyAsked(Rejection):
    """Everything that is missing is told once (一次性告知). `due`: until when an answer is waited for."""


class InfoDueTooEarly(Rejection):
    rule = "R-26"


class OutcomeAlreadyReported(Rejection):
    pass


class StillInHand(Rejection):
    """Nothing to reopen: it is being handled."""


# ── decisions ────────────────────────────────────────────────────────────
def decide(command: RequestCommand, request: RequestState) -> tuple[RequestEvent, ...]:
    if isinstance(command, FileRequest):
        return _file(command) if isinstance(request, Unfiled) else ()
    if isinstance(request, Unfiled):
        raise NotFound("request")
    return freed(request, _decide(command, request), command.at)


def _decide(command: RequestCommand, request: Filed) -> tuple[RequestEvent, ...]:
    match command:
        case FileRequest():
            return ()
        case NoteAgreement():
            return agreed(command, request.matter)
        case NoteFeedback():
            return feedback_noted(command, request.matter)
        case Accept():
            return _accept(command, request)
        case RequestInfo():
            return _request_info(command, _require_open(request))
        case Supplement():
            return _supplement(command, request)
        case InfoTimeOut():
            return _info_time_out(command, request)
        case RefuseAcceptance():
            return _refuse(command, request)
        case Withdraw():
            return _withdraw(command, request)
        case Reopen():
            return _reopen(command, request)
        case Archive():
            return _archive(command, request)
        case NoteTrouble():
            return trouble_noted(command, request)
        case NoteRouting() | NoteOutcome() | NoteTold() | NoteRating() | NoteDuty() | RatingTimeOut():
            return with_consequences(request, noted(command, request), command.at)
        case LinkDuplicate() | SplitLink() | JoinVoice() | LeaveVoice() | NoteSharedOutcome():
            return linked(command, request)
        case _:
            assert_never(command)


def _file(command: FileRequest) -> tuple[RequestEvent, ...]:
    filed = RequestFiled(
        request_id=command.request_id,
        code=command.code,
        door=door_of(command),
        kind=command.kind,
        title=command.title,
        narrative=command.narrative,
        place=command.place,
        requester=command.requester,
        other_party=command.other_party,
        other_party_known=command.other_party_known,
        danger=command.danger,
        complete=command.complete,
        occurred_at=command.at,
    )
    events: tuple[RequestEvent, ...] = (filed, *sourced(command, filed.door))
    if command.contact is not None:
        events += (
            ContactLeft(
                request_id=command.request_id,
                person=command.requester,
                contact=command.contact.item,
                ways=command.contact.ways,
                occurred_at=command.at,
            ),
        )
    if command.complete or command.danger:
        events += (RequestAccepted(request_id=command.request_id, occurred_at=command.at),)
    return events


def _require_open(request: Filed) -> Open:
    if isinstance(request, Open):
        return request
    raise NotOpen(state=state_code(request))


def _accept(command: Accept, request: Filed) -> tuple[RequestEvent, ...]:
    if _require_open(request).accepted:
        return ()
    return (RequestAccepted(request_id=request.matter.request_id, occurred_at=command.at),)


def _request_info(command: RequestInfo, request: Open) -> tuple[RequestEvent, ...]:
    if command.due <= command.at:
        raise InfoDueTooEarly()
    if request.matter.result is not None:
        raise OutcomeAlreadyReported()
    if request.asked is not None and command.at < request.asked.due:
        if (command.items, command.due) == (request.asked.items, request.asked.due):
            return ()
        raise InfoAlreadyAsked(due=request.asked.due)
    return (
        InfoRequested(
            request_id=request.matter.request_id,
            items=command.items,
            note=command.note,
            warn_at=command.warn_at,
            due=command.due,
            occurred_at=command.at,
        ),
    )


def _supplement(command: Supplement, request: Filed) -> tuple[RequestEvent, ...]:
    matter = request.matter
    if command.text.item in matter.supplements:
        return ()
    if not isinstance(request, Open) and not command.danger:
        raise NotOpen(state=state_code(request))
    added = Supplemented(
        request_id=matter.request_id,
        text=command.text,
        answers_request=isinstance(request, Open) and request.asked is not None,
        danger=command.danger,
        occurred_at=command.at,
    )
    if isinstance(request, Open) and not request.accepted:
        return (added, RequestAccepted(request_id=matter.request_id, occurred_at=command.at))
    if command.danger and (matter.result is not None or not isinstance(request, Open)):
        return (added, reopened(request, ReasonCode.NEW_FACTS, None, command.at))
    return (added,)


def _info_time_out(command: InfoTimeOut, request: Filed) -> tuple[RequestEvent, ...]:
    if not isinstance(request, Open) or request.asked is None or command.at < request.asked.warn_at:
        return ()
    asked = request.asked
    if command.at < asked.due or request.matter.danger:
        if asked.reminded:
            return ()
        return (InfoReminded(request_id=request.matter.request_id, due=asked.due, occurred_at=command.at),)
    return (
        NotAccepted(
            request_id=request.matter.request_id,
            reason=ReasonCode.MATERIAL_MISSING,
            note=None,
            occurred_at=command.at,
        ),
    )


def _refuse(command: RefuseAcceptance, request: Filed) -> tuple[RequestEvent, ...]:
    if isinstance(request, Declined) and request.reason is command.reason:
        return ()
    matter = _require_open(request).matter
    if command.reason not in REFUSAL_REASONS:
        raise RefusalReasonNotAllowed(reason=command.reason)
    if matter.danger:
        raise DangerNeverRefused()
    if matter.category is not None:
        raise AlreadyRouted()
    return (
        NotAccepted(request_id=matter.request_id, reason=command.reason, note=command.note, occurred_at=command.at),
    )


def _withdraw(command: Withdraw, request: Filed) -> tuple[RequestEvent, ...]:
    if isinstance(request, TakenBack):
        return ()
    matter = _require_open(request).matter
    if matter.result is not None:
        raise OutcomeAlreadyReported()
    if matter.danger:
        raise DangerStaysOpen()
    return (Withdrawn(request_id=matter.request_id, note=command.note, occurred_at=command.at),)


def _reopen(command: Reopen, request: Filed) -> tuple[RequestEvent, ...]:
    if command.reason not in REOPENING_REASONS:
        raise ReopeningReasonNotAllowed(reason=command.reason)
    if isinstance(request, Open) and request.matter.result is None:
        raise StillInHand(state=state_code(request))
    if isinstance(request, TakenBack):
        raise NotOpen(state=State.WITHDRAWN)
    return (reopened(request, command.reason, command.note, command.at),)


def _archive(command: Archive, request: Filed) -> tuple[RequestEvent, ...]:
    if isinstance(request, Closed):
        return ()
    guard_closing(request, looked_at_additions=True)
    return (archived(request, command.at),)


request_decider: Decider[RequestCommand, RequestState, RequestEvent] = Decider(Unfiled(), decide, evolve)

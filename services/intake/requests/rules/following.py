"""What the desk learns of the handling, in any order and more than once, and what follows from it by itself."""

from datetime import datetime
from typing import assert_never

from services.intake.requests.commands import (
    NoteDuty,
    NoteOutcome,
    NoteRating,
    NoteRouting,
    Notes,
    NoteTold,
    RatingTimeOut,
)
from services.intake.requests.facts import (
    REQUESTER,
    DutyEnded,
    Notice,
    OutcomeNoted,
    RatingWindowEnded,
    RequestAccepted,
    RequestEvent,
    RoutingNoted,
    Side,
    SideTold,
    VerdictNoted,
    Voice,
)
from services.intake.requests.rules.closing import RATING_WINDOW, archived, closes_by_itself, dissatisfied
from services.intake.requests.rules.reopening import reopened
from services.intake.requests.state import Closed, Declined, Filed, Open, RequestState, TakenBack, Unfiled, evolve
from shared.contracts.codes import Outcome, ReasonCode
from shared.kernel import CorruptHistory


def noted(command: Notes, request: Filed) -> tuple[RequestEvent, ...]:
    match command:
        case NoteRouting():
            return _note_routing(command, request)
        case NoteOutcome():
            return _note_outcome(command, request)
        case NoteTold():
            return _note_told(command, request)
        case NoteRating():
            return _note_rating(command, request)
        case NoteDuty():
            return _note_duty(command, request)
        case RatingTimeOut():
            return _rating_time_out(command, request)
        case _:
            assert_never(command)


def with_consequences(request: Filed, learned: tuple[RequestEvent, ...], at: datetime) -> tuple[RequestEvent, ...]:
    """A bad verdict or a missed duty reopens; the last condition archives."""
    after: RequestState = request
    for event in learned:
        after = evolve(after, event)
    if isinstance(after, Unfiled):
        raise CorruptHistory("what was filed is not")
    if not learned:
        return ()
    return learned + _consequence(after, at)


def _consequence(request: Filed, at: datetime) -> tuple[RequestEvent, ...]:
    if isinstance(request, Open | Closed) and request.matter.result is not None:
        if dissatisfied(request.matter):
            return (reopened(request, ReasonCode.BAD_RATING, None, at),)
        if request.matter.default_open:
            return (reopened(request, ReasonCode.DUTY_DEFAULTED, None, at),)
    return (archived(request, at),) if closes_by_itself(request) else ()


def _note_routing(command: NoteRouting, request: Filed) -> tuple[RequestEvent, ...]:
    if not isinstance(request, Open) or command.attempt < request.matter.attempt:
        return ()
    matter = request.matter
    events: tuple[RequestEvent, ...] = ()
    if (command.attempt, command.category) != (matter.attempt, matter.category):
        events += (
            RoutingNoted(
                request_id=matter.request_id,
                attempt=command.attempt,
                category=command.category,
                occurred_at=command.at,
            ),
        )
    if not request.accepted:
        events += (RequestAccepted(request_id=matter.request_id, occurred_at=command.at),)
    return events


def _note_outcome(command: NoteOutcome, request: Filed) -> tuple[RequestEvent, ...]:
    matter = request.matter
    known = matter.result is not None and matter.result.attempt >= command.attempt
    if known or command.attempt < matter.attempt or command.handling_id in matter.watched:
        return ()
    if command.outcome is Outcome.HANDED_OVER or isinstance(request, Closed | Declined):
        return ()
    return (
        OutcomeNoted(
            request_id=matter.request_id,
            attempt=command.attempt,
            handling_id=command.handling_id,
            outcome=command.outcome,
            answered=command.answered,
            handler=command.handler,
            duties_watched=command.duties_watched,
            sides=command.sides,
            occurred_at=command.at,
        ),
    )


def _note_told(command: NoteTold, request: Filed) -> tuple[RequestEvent, ...]:
    matter = request.matter
    outcome = command.notice is Notice.OUTCOME
    if command.attempt < (matter.attempt if outcome else matter.reopened_as):
        return ()
    if not outcome and not _awaits(command.notice, request):
        return ()
    attempt = command.attempt if outcome else matter.attempt
    voice = _voice(command.voice)
    if (attempt, command.notice, voice) in matter.told:
        return ()
    return (
        SideTold(
            request_id=matter.request_id,
            attempt=attempt,
            notice=command.notice,
            voice=voice,
            rating_due=command.at + RATING_WINDOW if outcome else None,
            occurred_at=command.at,
        ),
    )


def _awaits(notice: Notice, request: Filed) -> bool:
    awaited = {Notice.REFUSAL: Declined, Notice.WITHDRAWAL: TakenBack}
    return isinstance(request, awaited[notice])


def _voice(voice: Voice) -> Voice:
    return REQUESTER if voice.side is Side.REQUESTER else voice


def _note_rating(command: NoteRating, request: Filed) -> tuple[RequestEvent, ...]:
    matter, voice = request.matter, _voice(command.voice)
    if not isinstance(request, Open | Closed) or command.attempt < matter.attempt:
        return ()
    if matter.verdicts.get((command.attempt, voice)) is command.satisfied:
        return ()
    return (
        VerdictNoted(
            request_id=matter.request_id,
            attempt=command.attempt,
            voice=voice,
            satisfied=command.satisfied,
            occurred_at=command.at,
        ),
    )


def _note_duty(command: NoteDuty, request: Filed) -> tuple[RequestEvent, ...]:
    if (command.handling_id, command.duty_id) in request.matter.ended_duties:
        return ()
    return (
        DutyEnded(
            request_id=request.matter.request_id,
            handling_id=command.handling_id,
            duty_id=command.duty_id,
            performed=command.performed,
            occurred_at=command.at,
        ),
    )


def _rating_time_out(command: RatingTimeOut, request: Filed) -> tuple[RequestEvent, ...]:
    matter = request.matter
    due = matter.rating_due.get(matter.attempt)
    if due is None or command.at < due or matter.attempt in matter.windows_over:
        return ()
    return (RatingWindowEnded(request_id=matter.request_id, attempt=matter.attempt, occurred_at=command.at),)

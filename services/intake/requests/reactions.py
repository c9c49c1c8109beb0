"""What other services report of a request becomes notes at the desk; timers become their commands."""

from services.intake.requests.commands import (
    InfoTimeOut,
    NoteDuty,
    NoteOutcome,
    NoteRating,
    NoteRouting,
    NoteTold,
    RatingTimeOut,
    RequestCommand,
)
from services.intake.requests.facts import Notice, Side, Voice
from services.intake.requests.store import CATEGORY, INFO_DUE, INFO_WARN, RATING_DUE, RequestHandler
from shared.contracts.codes import Outcome
from shared.contracts.handling import DutyDefaultedV1, DutyPerformedV1, OutcomeReportedV1
from shared.contracts.notifications import About, RatedV1, RequesterToldV1
from shared.contracts.routing import RequestRoutedV1
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.messaging import Reaction

HANDLERS = ("mediation", "workorders")

NOTICES = {
    About.OUTCOME: Notice.OUTCOME,
    About.NOT_ACCEPTED: Notice.REFUSAL,
    About.WITHDRAWN: Notice.WITHDRAWAL,
}


def follow_handling(requests: RequestHandler) -> Reaction:
    async def note(record: Incoming, tx: Transaction) -> None:
        command = note_of(record.body)
        if command is not None:
            await requests.within(tx).handle(record.key, command, record.context)

    return Reaction(
        reader="intake.follow_handling",
        causes=(
            ("routing", RequestRoutedV1),
            *((service, contract) for service in HANDLERS for contract in _HANDLING),
            ("notifications", RequesterToldV1),
            ("notifications", RatedV1),
        ),
        handle=note,
        on=requests,
    )


_HANDLING = (OutcomeReportedV1, DutyPerformedV1, DutyDefaultedV1)


def note_of(body: object) -> RequestCommand | None:
    match body:
        case RequestRoutedV1():
            return NoteRouting(attempt=body.attempt, category=body.category, at=body.at)
        case OutcomeReportedV1():
            return _outcome(body)
        case DutyPerformedV1() | DutyDefaultedV1():
            return NoteDuty(
                handling_id=body.handling_id,
                duty_id=body.duty_id,
                performed=isinstance(body, DutyPerformedV1),
                at=body.at,
            )
        case RequesterToldV1() if body.about in NOTICES:
            return NoteTold(
                attempt=body.attempt,
                notice=NOTICES[body.about],
                voice=Voice(Side(body.side), body.person),
                at=body.at,
            )
        case RatedV1():
            return NoteRating(
                attempt=body.attempt,
                voice=Voice(Side(body.side), body.person),
                satisfied=body.satisfied,
                at=body.at,
            )
    return None


def _outcome(body: OutcomeReportedV1) -> NoteOutcome:
    """A settlement and a detail such as PERSON_FOUND answer for themselves; all else needs the handler's words."""
    answers_itself = body.outcome is Outcome.SETTLED or body.detail is not None
    return NoteOutcome(
        attempt=body.attempt,
        handling_id=body.handling_id,
        outcome=body.outcome,
        answered=body.answer is not None or answers_itself,
        handler=body.handler,
        duties_watched=body.duties_watched,
        sides=body.sides,
        at=body.at,
    )


def request_timers(requests: RequestHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        await requests.within(tx).handle(due.id, _timed(due), due.context)

    return TimerReaction(category=CATEGORY, handle=wake)


def _timed(due: Due) -> RequestCommand:
    match due.name:
        case _ if due.name == INFO_WARN:
            # The reminder belongs to its own time: woken late, it still comes before the end.
            return InfoTimeOut(at=due.due_at)
        case _ if due.name == INFO_DUE:
            return InfoTimeOut(at=due.now)
        case _ if due.name == RATING_DUE:
            return RatingTimeOut(at=due.now)
    raise ValueError(f"no timer of a request: {due.name}")

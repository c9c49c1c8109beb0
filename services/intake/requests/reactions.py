"""What other services report of a request becomes notes at the desk; timers become their commands."""

from services.intake.adapters.pins import Pins
from services.intake.requests.commands import (
    FileRequest,
    InfoTimeOut,
    NoteDuty,
    NoteOutcome,
    NoteRating,
    NoteRouting,
    NoteTold,
    NoteTrouble,
    RatingTimeOut,
    RequestCommand,
)
from services.intake.requests.facts import Kind, Notice, Side, Voice
from services.intake.requests.store import CATEGORY, INFO_DUE, INFO_WARN, RATING_DUE, RequestHandler
from shared.contracts.codes import Door, Outcome
from shared.contracts.followups import Held, RevisitedV1
from shared.contracts.handling import DutyDefaultedV1, DutyPerformedV1, OutcomeReportedV1
from shared.contracts.mediation import SuitDockedV1
from shared.contracts.notifications import About, RatedV1, RequesterToldV1
from shared.contracts.routing import RequestRoutedV1
from shared.contracts.sweeps import FindingRaisedV1
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.messaging import Reaction

HANDLERS = ("enterprise", "mediation", "workorders")

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
            ("notifications", RevisitedV1),
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
        case RevisitedV1(found=Held.TROUBLE):
            return NoteTrouble(attempt=body.attempt, note=body.note, at=body.at)
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


def file_docked_suits(requests: RequestHandler, pins: Pins) -> Reaction:
    """A court's suit becomes a request under the id that its number gave it; the PIN is nobody's, the sides sign in.

    The claim lies in the vault; nobody typed it here, so that no danger sign is looked for in it.
    """

    async def file(record: Incoming, tx: Transaction) -> None:
        if not isinstance(record.body, SuitDockedV1):
            return
        docked = record.body
        command = FileRequest(
            request_id=docked.request_id,
            code=await pins.keep(docked.request_id, pins.pin_of(docked.request_id, str(record.record_id))),
            door=Door.COURT,
            kind=Kind.DISPUTE,
            narrative=docked.claim,
            requester=docked.claimant,
            other_party=docked.defendant,
            other_party_known=docked.defendant is not None,
            at=docked.at,
        )
        await requests.within(tx).handle(docked.request_id, command, record.context)

    return Reaction(reader="intake.file_docked_suits", causes=(("mediation", SuitDockedV1),), handle=file)


def file_findings(requests: RequestHandler, pins: Pins) -> Reaction:
    """What a walk found and did not settle is a request under the id that the finding gave it; who walked asks."""

    async def file(record: Incoming, tx: Transaction) -> None:
        if not isinstance(record.body, FindingRaisedV1):
            return
        found = record.body
        command = FileRequest(
            request_id=found.request_id,
            code=await pins.keep(found.request_id, pins.pin_of(found.request_id, str(record.record_id))),
            door=Door.GRID,
            kind=Kind.OTHER,
            narrative=found.narrative,
            place=found.place,
            requester=found.finder,
            danger=found.danger,
            at=found.at,
        )
        await requests.within(tx).handle(found.request_id, command, record.context)

    return Reaction(reader="intake.file_findings", causes=(("workorders", FindingRaisedV1),), handle=file)


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

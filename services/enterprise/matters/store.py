"""The histories of matters: what of them is published, which timers they arm, and their handler."""

from uuid import UUID

from services.enterprise.matters.commands import MatterCommand
from services.enterprise.matters.decider import matter_decider
from services.enterprise.matters.facts import (
    ConsentRecorded,
    FirmTold,
    FirstResponseGiven,
    GateNoted,
    HandlingStarted,
    Legality,
    LegalityChecked,
    MatterEvent,
    MatterOffered,
    MatterReturned,
    MatterSigned,
    MediationAsked,
    OutcomeReported,
    StaffLodged,
    TaskAnswered,
    TaskAssigned,
    TaskId,
    TaskObjected,
    TaskOverdue,
)
from services.enterprise.matters.state import MatterState, Unoffered
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel, Gate
from shared.contracts.enterprise import (
    ConsentRecordedV1,
    FirmToldV1,
    LegalityCheckedV1,
    MatterAnsweredV1,
    MatterAssignedV1,
    MatterOverdueV1,
    MediationAskedV1,
    StaffLodgedV1,
)
from shared.contracts.handling import (
    FirstResponseV1,
    HandlingOfferedV1,
    HandlingReturnedV1,
    HandlingSignedV1,
    HandlingStartedV1,
    OutcomeReportedV1,
)
from shared.contracts.vault import ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.web import Text

CATEGORY = "enterprise.matter"
GATE_DUE = "gate_due"
TASK_WARN = "task_warn:"
TASK_DUE = "task_due:"

matter_codec: Codec[MatterEvent] = Codec(MatterEvent)

MatterHandler = CommandHandler[MatterCommand, MatterState, MatterEvent]


def published(event: MatterEvent) -> Contract | None:
    return _of_protocol(event) or _of_matter(event)


def _of_protocol(event: MatterEvent) -> Contract | None:
    match event:
        case MatterOffered(offer=offer):
            return HandlingOfferedV1(
                request_id=offer.request_id,
                handling_id=offer.matter_id,
                attempt=offer.attempt,
                channel=offer.channel,
                unit=offer.unit,
                owner=offer.owner,
                at=event.occurred_at,
            )
        case MatterSigned():
            return HandlingSignedV1(
                request_id=event.request_id,
                handling_id=event.matter_id,
                attempt=event.attempt,
                unit=event.unit,
                owner=event.owner,
                at=event.occurred_at,
            )
        case FirstResponseGiven():
            return FirstResponseV1(
                request_id=event.request_id, handling_id=event.matter_id, note=event.note, at=event.occurred_at
            )
        case HandlingStarted():
            return HandlingStartedV1(request_id=event.request_id, handling_id=event.matter_id, at=event.occurred_at)
        case MatterReturned():
            return HandlingReturnedV1(
                request_id=event.request_id,
                handling_id=event.matter_id,
                attempt=event.attempt,
                reason=event.reason,
                owner=event.owner,
                at=event.occurred_at,
            )
        case OutcomeReported():
            return OutcomeReportedV1(
                request_id=event.request_id,
                handling_id=event.matter_id,
                attempt=event.attempt,
                channel=event.channel,
                outcome=event.outcome,
                detail=event.detail,
                answer=event.answer,
                duties_watched=0,
                handler=event.handler,
                sides=(),
                at=event.occurred_at,
            )
        case _:
            return None


def _of_matter(event: MatterEvent) -> Contract | None:
    match event:
        case ConsentRecorded():
            return ConsentRecordedV1(request_id=event.request_id, matter_id=event.matter_id, at=event.occurred_at)
        case LegalityChecked():
            return LegalityCheckedV1(
                request_id=event.request_id,
                matter_id=event.matter_id,
                lawful=event.result is Legality.LAWFUL,
                at=event.occurred_at,
            )
        case TaskAssigned():
            return MatterAssignedV1(
                request_id=event.request_id,
                matter_id=event.matter_id,
                task_id=event.task_id,
                unit=event.unit,
                due=event.due,
                at=event.occurred_at,
            )
        case TaskOverdue():
            return MatterOverdueV1(
                request_id=event.request_id,
                matter_id=event.matter_id,
                task_id=event.task_id,
                unit=event.unit,
                due=event.due,
                rung=event.rung,
                at=event.occurred_at,
            )
        case TaskAnswered():
            return MatterAnsweredV1(
                request_id=event.request_id, matter_id=event.matter_id, task_id=event.task_id, at=event.occurred_at
            )
        case StaffLodged():
            return StaffLodgedV1(
                request_id=event.request_id,
                matter_id=event.matter_id,
                lodged=len(event.workers),
                known=len(event.known),
                bad=len(event.bad),
                at=event.occurred_at,
            )
        case FirmTold():
            return FirmToldV1(
                request_id=event.request_id, matter_id=event.matter_id, answer=event.answer, at=event.occurred_at
            )
        case MediationAsked():
            return MediationAskedV1(
                request_id=event.request_id, matter_id=event.matter_id, channel=event.channel, at=event.occurred_at
            )
        case _:
            return None


def matter_timers(event: MatterEvent, state: MatterState) -> tuple[Timer | Cancel, ...]:
    """R-27: the investigator's seven days. CL-091: the day set for a department, and the rungs behind it."""
    match event:
        case MatterSigned() if event.gate_due is not None:
            return (Timer(GATE_DUE, event.gate_due),)
        case GateNoted() if event.gate is Gate.CRIME_OR_CIVIL:
            return (Cancel(GATE_DUE),)
        case TaskAssigned():
            return (Timer(TASK_WARN + str(event.task_id), event.warn_at), Timer(_due(event.task_id), event.due))
        case TaskOverdue():
            return (Timer(_due(event.task_id), event.climbs_at),) if event.climbs_at is not None else ()
        case TaskAnswered() | TaskObjected():
            return (Cancel(TASK_WARN + str(event.task_id)), Cancel(_due(event.task_id)))
        case _:
            return ()


def _due(task_id: TaskId) -> str:
    return f"{TASK_DUE}{task_id}"


def task_of_timer(name: str) -> TaskId:
    return TaskId(UUID(name.partition(":")[2]))


def _key(id: UUID, state: MatterState, events: tuple[MatterEvent, ...]) -> UUID:
    if not isinstance(state, Unoffered):
        return state.offer.request_id
    first = events[0] if events else None
    return first.offer.request_id if isinstance(first, MatterOffered) else id


def note_text(text: str | None) -> Text | None:
    return Text(ItemKind.NOTE, text) if text is not None else None


def evidence_text(text: str | None) -> Text | None:
    return Text(ItemKind.EVIDENCE, text) if text is not None else None


def demand_text(text: str) -> Text:
    """Written for the department, which may read no more than L2."""
    return Text(ItemKind.NOTE, text, DataLevel.L2)


def reply_text(text: str) -> Text:
    return Text(ItemKind.ANSWER, text, DataLevel.L2)


def answer_text(text: str) -> Text:
    """Written to be told: notices carry it, and they may carry no more than L2."""
    return Text(ItemKind.ANSWER, text, DataLevel.L2)


def address_text(text: str) -> Text:
    return Text(ItemKind.PLACE, text)


def matter_handler(store: EventStore) -> MatterHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=matter_decider,
        codec=matter_codec,
        publish=published,
        key=_key,
        timers=matter_timers,
    )

"""How children's files are stored, their timers, and the little that others learn: the handling protocol, no more.

R-34: no seat, no school, no report and no session leaves the slice as a contract; those records travel without data.
"""

from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from services.mediation.children.commands import ChildCommand
from services.mediation.children.decider import child_decider
from services.mediation.children.facts import (
    FEEDBACK,
    REPORT,
    SCHOOL,
    BullyingReported,
    ChildCaseworkFiled,
    ChildClockBreached,
    ChildEvent,
    ChildFileOffered,
    ChildFileReturned,
    ChildFileSigned,
    ChildFileStopped,
    ChildFirstResponse,
    ChildHandlingStarted,
    ChildId,
    ChildOutcomeReported,
    ClockStep,
    HarmSuspected,
    MandatoryReported,
    ReporterUnitTold,
    SchoolResultGiven,
)
from services.mediation.children.rules.clocks import LENGTHS
from services.mediation.children.state import ChildState
from shared.contracts.base import Contract
from shared.contracts.codes import Channel, DataLevel
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
from shared.kernel import ClockId, RequestId, derive_id
from shared.web import Text

CATEGORY = "mediation.child"
CHILDREN: Final = UUID("6f0b1c1a-94b7-5b0e-8d1c-2f6c0f3e7a0d")

ChildHandler: TypeAlias = CommandHandler[ChildCommand, ChildState, ChildEvent]

child_codec: Codec[ChildEvent] = Codec(ChildEvent)


def child_of(request_id: RequestId, attempt: int) -> ChildId:
    return ChildId(derive_id(CHILDREN, request_id, attempt))


def child_handler(store: EventStore) -> ChildHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=child_decider,
        codec=child_codec,
        publish=published,
        key=_key,
        timers=child_timers,
    )


def _key(id: UUID, state: ChildState, events: tuple[ChildEvent, ...]) -> UUID:
    first = events[0]
    return first.offer.request_id if isinstance(first, ChildFileOffered) else first.request_id


def timer(clock: ClockId, step: ClockStep) -> str:
    return f"{clock}:{step}"


def of_timer(name: str) -> tuple[ClockId, ClockStep]:
    clock, _, step = name.partition(":")
    return ClockId(clock), ClockStep(step)


def child_timers(event: ChildEvent, state: ChildState) -> tuple[Timer | Cancel, ...]:
    match event:
        case HarmSuspected():
            return (
                *_armed(REPORT, event.report_due, event.occurred_at),
                Timer(timer(REPORT, ClockStep.ESCALATE), event.escalates_at),
            )
        case ChildCaseworkFiled():
            return _armed(FEEDBACK, event.feedback_due, event.warn_at)
        case BullyingReported():
            return _armed(SCHOOL, event.result_due, event.warn_at)
        case ChildClockBreached() if event.clock != REPORT:
            return (Timer(timer(event.clock, ClockStep.ESCALATE), event.occurred_at),)
        case MandatoryReported():
            return _stopped(REPORT)
        case ReporterUnitTold():
            return _stopped(FEEDBACK)
        case SchoolResultGiven():
            return _stopped(SCHOOL)
        case ChildOutcomeReported() | ChildFileReturned() | ChildFileStopped():
            return tuple(cancel for clock in LENGTHS for cancel in _stopped(clock))
        case _:
            return ()


def _armed(clock: ClockId, due: datetime, warn_at: datetime | None) -> tuple[Timer, ...]:
    warn = (Timer(timer(clock, ClockStep.WARN), warn_at),) if warn_at is not None else ()
    return (*warn, Timer(timer(clock, ClockStep.DUE), due))


def _stopped(clock: ClockId) -> tuple[Cancel, ...]:
    return tuple(Cancel(timer(clock, step)) for step in ClockStep)


def published(event: ChildEvent) -> Contract | None:
    match event:
        case ChildFileOffered(offer=offer):
            return HandlingOfferedV1(
                request_id=offer.request_id,
                handling_id=offer.child_id,
                attempt=offer.attempt,
                channel=Channel.CHILD,
                unit=offer.unit,
                owner=offer.owner,
                at=event.occurred_at,
            )
        case ChildFileSigned():
            return HandlingSignedV1(
                request_id=event.request_id,
                handling_id=event.child_id,
                attempt=event.attempt,
                unit=event.unit,
                owner=event.owner,
                at=event.occurred_at,
            )
        case ChildFirstResponse():
            return FirstResponseV1(
                request_id=event.request_id, handling_id=event.child_id, note=None, at=event.occurred_at
            )
        case ChildHandlingStarted():
            return HandlingStartedV1(request_id=event.request_id, handling_id=event.child_id, at=event.occurred_at)
        case ChildFileReturned():
            return HandlingReturnedV1(
                request_id=event.request_id,
                handling_id=event.child_id,
                attempt=event.attempt,
                reason=event.reason,
                owner=event.owner,
                at=event.occurred_at,
            )
        case ChildOutcomeReported():
            return OutcomeReportedV1(
                request_id=event.request_id,
                handling_id=event.child_id,
                attempt=event.attempt,
                channel=Channel.CHILD,
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


def sealed_note(text: str) -> Text:
    """What a child told: the highest level there is."""
    return Text(ItemKind.NOTE, text, DataLevel.L4)


def note(text: str | None) -> Text | None:
    return Text(ItemKind.NOTE, text, DataLevel.L4) if text is not None else None


def purpose(text: str) -> Text:
    return Text(ItemKind.STATEMENT, text)


def evidence(reference: str | None) -> Text | None:
    return Text(ItemKind.EVIDENCE, reference, DataLevel.L4) if reference is not None else None


def school_words(text: str) -> Text:
    """The school's own result: read by the group with an approval, as everything in the file."""
    return Text(ItemKind.STATEMENT, text, DataLevel.L4)


def answer(text: str | None) -> Text | None:
    """Written for who asked, in words that suit; notices carry it."""
    return Text(ItemKind.ANSWER, text, DataLevel.L2) if text is not None else None

"""A request that another body sent, under its own number: what that body is told, and what it may demand to be told.

The stream's id is that of the request, so that the same number can never become two. S107: an oversight body that
gives a notice has a right to a reply in time, and "it is fixed" is proven, not said.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.workorders.arrivals.commands import (
    AnswerNotice,
    ArrivalCommand,
    GiveNotice,
    NoteArrival,
    NoteOverdue,
    ObjectToArrival,
    SendIn,
    TakeRequestBack,
    TellStage,
)
from services.workorders.arrivals.facts import (
    ArrivalEvent,
    ArrivalNoted,
    ArrivalObjected,
    RequestSent,
    RequestTakenBack,
    Stage,
    StageTold,
    SupervisionAnswered,
    SupervisionNoticed,
    SupervisionOverdue,
)
from services.workorders.transfers.rules.returning import OBJECTIONS, NotAnObjection, ObjectionTooLate
from shared.contracts.codes import Door
from shared.kernel import CorruptHistory, Decider, NotFound, Rejection, RequestId, TextRef, UnitCode, fact_name, state


@state
class Unknown:
    pass


@state
class Arrived:
    request_id: RequestId
    body: UnitCode | None
    door: Door
    external: TextRef | None = None
    danger: bool = False
    objected: bool = False
    taken_back: bool = False
    has_result: bool = False
    told: frozenset[UUID] = frozenset()
    """Causes of which the sender was told."""
    notices: Mapping[UUID, datetime] = field(default_factory=dict)
    """Those not answered, with the time of their reply."""
    answered: frozenset[UUID] = frozenset()
    overdue: frozenset[UUID] = frozenset()


ArrivalState = Unknown | Arrived


class NothingToTakeBack(Rejection):
    """It was not objected to, or it has its result already."""

    rule = "R-24"


class NobodyToObjectTo(Rejection):
    """No connected body sent it."""


class NotUnderSupervision(Rejection):
    """Only an oversight body's own matter carries the duty to reply."""


class ReplyTimePast(Rejection):
    """The reply would be due before the notice."""


class ReplyUnproven(Rejection):
    """Fixed, they say, and show no photo: that is the word of whoever was told to fix it."""


def evolve(state: ArrivalState, event: ArrivalEvent) -> ArrivalState:
    match state, event:
        case Unknown(), RequestSent():
            return Arrived(event.request_id, event.body, event.door, event.external, bool(event.danger))
        case Unknown(), ArrivalNoted():
            return Arrived(event.request_id, event.body, event.door, event.external)
        case Arrived(), StageTold():
            has_result = state.has_result or event.stage not in (Stage.ACCEPTED, Stage.IN_HAND)
            return replace(state, told=state.told | {event.cause}, has_result=has_result)
        case Arrived(), ArrivalObjected():
            return replace(state, objected=True)
        case Arrived(), RequestTakenBack():
            return replace(state, taken_back=True)
        case Arrived(), SupervisionNoticed():
            return replace(state, notices={**state.notices, event.notice_id: event.reply_due})
        case Arrived(), SupervisionAnswered():
            left = {id: due for id, due in state.notices.items() if id != event.notice_id}
            return replace(state, notices=left, answered=state.answered | {event.notice_id})
        case Arrived(), SupervisionOverdue():
            return replace(state, overdue=state.overdue | {event.notice_id})
        case _:
            raise CorruptHistory(f"{fact_name(event)} after {type(state).__name__}")


def decide(command: ArrivalCommand, state: ArrivalState) -> tuple[ArrivalEvent, ...]:
    if isinstance(command, SendIn | NoteArrival):
        return _arrive(command, state)
    if isinstance(state, Unknown):
        raise NotFound
    match command:
        case TellStage():
            return _tell(command, state)
        case ObjectToArrival():
            return _object(command, state)
        case TakeRequestBack():
            return _take_back(command, state)
        case GiveNotice():
            return _give_notice(command, state)
        case AnswerNotice():
            return _answer_notice(command, state)
        case NoteOverdue():
            return _note_overdue(command, state)
        case _:
            assert_never(command)


def _arrive(command: SendIn | NoteArrival, state: ArrivalState) -> tuple[ArrivalEvent, ...]:
    """The number decides: whatever else comes with it a second time, it is the same request."""
    if isinstance(state, Arrived):
        return ()
    if isinstance(command, NoteArrival):
        noted = ArrivalNoted(
            request_id=command.request_id,
            body=command.body,
            door=command.door,
            external=command.external,
            occurred_at=command.at,
        )
        return (noted,)
    sent = RequestSent(
        request_id=command.request_id,
        body=command.body,
        door=command.door,
        external=command.external,
        narrative=command.narrative,
        place=command.place,
        requester=command.requester,
        danger=command.danger,
        occurred_at=command.at,
    )
    return (sent,)


def _tell(command: TellStage, arrived: Arrived) -> tuple[ArrivalEvent, ...]:
    if command.cause in arrived.told:
        return ()
    return (
        StageTold(
            request_id=arrived.request_id,
            place=len(arrived.told) + 1,
            stage=command.stage,
            cause=command.cause,
            unit=command.unit,
            outcome=command.outcome,
            answer=command.answer,
            occurred_at=command.at,
        ),
    )


def _object(command: ObjectToArrival, arrived: Arrived) -> tuple[ArrivalEvent, ...]:
    """R-24: with a reason and in time; what nobody else takes stays with us (R-21)."""
    if arrived.objected:
        return ()
    if arrived.body is None:
        raise NobodyToObjectTo
    if command.reason not in OBJECTIONS:
        raise NotAnObjection(reason=command.reason)
    if command.at > command.due:
        raise ObjectionTooLate(due=command.due)
    return (
        ArrivalObjected(
            request_id=arrived.request_id,
            reason=command.reason,
            note=command.note,
            by=command.by,
            occurred_at=command.at,
        ),
    )


def _take_back(command: TakeRequestBack, arrived: Arrived) -> tuple[ArrivalEvent, ...]:
    """R-24, R-22: after our objection only, never what has a result, and never danger."""
    if arrived.taken_back:
        return ()
    if not arrived.objected or arrived.has_result or arrived.danger:
        raise NothingToTakeBack
    return (RequestTakenBack(request_id=arrived.request_id, occurred_at=command.at),)


def _give_notice(command: GiveNotice, arrived: Arrived) -> tuple[ArrivalEvent, ...]:
    if command.notice_id in arrived.notices or command.notice_id in arrived.answered:
        return ()
    if arrived.door is not Door.OVERSIGHT:
        raise NotUnderSupervision
    if command.reply_due <= command.at:
        raise ReplyTimePast
    return (
        SupervisionNoticed(
            request_id=arrived.request_id,
            notice_id=command.notice_id,
            notice=command.notice,
            reply_due=command.reply_due,
            occurred_at=command.at,
        ),
    )


def _answer_notice(command: AnswerNotice, arrived: Arrived) -> tuple[ArrivalEvent, ...]:
    if command.notice_id in arrived.answered:
        return ()
    if command.notice_id not in arrived.notices:
        raise NotFound
    if _is_unproven(command):
        raise ReplyUnproven
    return (
        SupervisionAnswered(
            request_id=arrived.request_id,
            notice_id=command.notice_id,
            reply=command.reply,
            fixed=command.fixed,
            proof=command.proof,
            by=command.by,
            occurred_at=command.at,
        ),
    )


def _is_unproven(command: AnswerNotice) -> bool:
    return command.fixed and command.proof is None


def _note_overdue(command: NoteOverdue, arrived: Arrived) -> tuple[ArrivalEvent, ...]:
    if command.notice_id not in arrived.notices or command.notice_id in arrived.overdue:
        return ()
    return (
        SupervisionOverdue(
            request_id=arrived.request_id,
            notice_id=command.notice_id,
            due=command.due,
            occurred_at=command.at,
        ),
    )


arrival_decider: Decider[ArrivalCommand, ArrivalState, ArrivalEvent] = Decider(Unknown(), decide, evolve)

"""A line to one body about one matter: messages leave in their order, each until it is taken, and never for ever.

What was taken is not sent again; what nobody takes for days is given up, and a person has to look.
"""

from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from shared.contracts.codes import Category, Outcome, Priority, ReasonCode
from shared.kernel import (
    CorruptHistory,
    Decider,
    NotFound,
    PersonId,
    RequestId,
    TextRef,
    UnitCode,
    command,
    fact,
    fact_name,
    state,
    value,
)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440, 1440, 1440, 1440))
"""Between one try and the next; nearly six days in all."""


class MessageKind(StrEnum):
    TRANSFER_OFFERED = "transfer_offered"
    TRANSFER_TAKEN_BACK = "transfer_taken_back"
    ANSWER_SENT_BACK = "answer_sent_back"
    TRANSFER_CLOSED = "transfer_closed"
    REQUEST_STATE = "request_state"
    REQUEST_OBJECTED = "request_objected"
    SUPERVISION_ANSWERED = "supervision_answered"


class Failure(StrEnum):
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    """It answered, and not with yes."""
    ADDRESS = "address"
    """An address that must not be called."""


class StageCode(StrEnum):
    ACCEPTED = "accepted"
    IN_HAND = "in_hand"
    RESULT = "result"
    NOT_ACCEPTED = "not_accepted"
    CLOSED = "closed"


@value
class Content:
    """What a message says: ids, codes and times, and where its words lie."""

    kind: MessageKind
    category: Category | None = None
    priority: Priority | None = None
    reason: ReasonCode | None = None
    proof_demanded: bool | None = None
    receipt_due: datetime | None = None
    answer_due: datetime | None = None
    stage: StageCode | None = None
    unit: UnitCode | None = None
    outcome: Outcome | None = None
    fixed: bool | None = None
    notice: UUID | None = None
    text: TextRef | None = None
    number: TextRef | None = None
    """The body's own number."""


@value
class Message:
    message_id: UUID
    place: int
    content: Content
    queued_at: datetime


@fact("message_queued")
class MessageQueued:
    line_id: UUID
    request_id: RequestId
    body: UnitCode
    matter: UUID
    """The transfer, or the request that the body sent."""
    message: Message
    occurred_at: datetime


@fact("message_taken")
class MessageTaken:
    line_id: UUID
    place: int
    status: int
    """The body's answer; 0: it came for the message itself."""
    occurred_at: datetime


@fact("message_failed")
class MessageFailed:
    line_id: UUID
    place: int
    tries: int
    failure: Failure
    status: int | None
    next_try: datetime
    occurred_at: datetime


@fact("line_given_up")
class LineGivenUp:
    line_id: UUID
    body: UnitCode
    place: int
    tries: int
    occurred_at: datetime


@fact("line_resumed")
class LineResumed:
    line_id: UUID
    by: PersonId
    occurred_at: datetime


LineEvent = MessageQueued | MessageTaken | MessageFailed | LineGivenUp | LineResumed


@command
class QueueMessage:
    line_id: UUID
    request_id: RequestId
    body: UnitCode
    matter: UUID
    message_id: UUID
    """Follows from its cause: the same cause is the same message."""
    content: Content
    at: datetime


@command
class NoteTaken:
    place: int
    status: int
    at: datetime


@command
class NoteFailed:
    place: int
    failure: Failure
    status: int | None
    at: datetime


@command
class ResumeLine:
    by: PersonId
    at: datetime


LineCommand = QueueMessage | NoteTaken | NoteFailed | ResumeLine


@state
class Silent:
    pass


@state
class Line:
    line_id: UUID
    request_id: RequestId
    body: UnitCode
    matter: UUID
    known: frozenset[UUID] = frozenset()
    waiting: tuple[Message, ...] = field(default_factory=tuple)
    tries: int = 0
    """Of the first that waits."""
    given_up: bool = False

    @property
    def first(self) -> Message | None:
        return self.waiting[0] if self.waiting else None


LineState = Silent | Line


def evolve(state: LineState, event: LineEvent) -> LineState:
    match state, event:
        case Silent(), MessageQueued():
            line = Line(event.line_id, event.request_id, event.body, event.matter)
            return _with(line, event.message)
        case Line(), MessageQueued():
            return _with(state, event.message)
        case Line(), MessageTaken():
            return replace(state, waiting=state.waiting[1:], tries=0, given_up=False)
        case Line(), MessageFailed():
            return replace(state, tries=event.tries)
        case Line(), LineGivenUp():
            return replace(state, given_up=True)
        case Line(), LineResumed():
            return replace(state, tries=0, given_up=False)
        case _:
            raise CorruptHistory(f"{fact_name(event)} after {type(state).__name__}")


def _with(line: Line, message: Message) -> Line:
    return replace(line, known=line.known | {message.message_id}, waiting=(*line.waiting, message))


def decide(command: LineCommand, state: LineState) -> tuple[LineEvent, ...]:
    if isinstance(command, QueueMessage):
        return _queue(command, state)
    if isinstance(state, Silent):
        raise NotFound
    match command:
        case NoteTaken():
            return _taken(command, state)
        case NoteFailed():
            return _failed(command, state)
        case ResumeLine():
            return _resume(command, state)
        case _:
            assert_never(command)


def _queue(command: QueueMessage, state: LineState) -> tuple[LineEvent, ...]:
    if isinstance(state, Line) and command.message_id in state.known:
        return ()
    place = len(state.known) + 1 if isinstance(state, Line) else 1
    return (
        MessageQueued(
            line_id=command.line_id,
            request_id=command.request_id,
            body=command.body,
            matter=command.matter,
            message=Message(command.message_id, place, command.content, command.at),
            occurred_at=command.at,
        ),
    )


def _is_its_turn(line: Line, place: int) -> bool:
    return line.first is not None and line.first.place == place


def _taken(command: NoteTaken, line: Line) -> tuple[LineEvent, ...]:
    """In their order: what was taken before, or is not yet its turn, changes nothing."""
    if not _is_its_turn(line, command.place):
        return ()
    return (MessageTaken(line_id=line.line_id, place=command.place, status=command.status, occurred_at=command.at),)


def _failed(command: NoteFailed, line: Line) -> tuple[LineEvent, ...]:
    if not _is_its_turn(line, command.place) or line.given_up:
        return ()
    tries = line.tries + 1
    if tries > len(PAUSES):
        given_up = LineGivenUp(
            line_id=line.line_id, body=line.body, place=command.place, tries=tries, occurred_at=command.at
        )
        return (given_up,)
    failed = MessageFailed(
        line_id=line.line_id,
        place=command.place,
        tries=tries,
        failure=command.failure,
        status=command.status,
        next_try=command.at + PAUSES[tries - 1],
        occurred_at=command.at,
    )
    return (failed,)


def _resume(command: ResumeLine, line: Line) -> tuple[LineEvent, ...]:
    if line.first is None or (line.tries == 0 and not line.given_up):
        return ()
    return (LineResumed(line_id=line.line_id, by=command.by, occurred_at=command.at),)


line_decider: Decider[LineCommand, LineState, LineEvent] = Decider(Silent(), decide, evolve)

"""A question that an answer closes. R-39: the answer names its source, and nothing is opened that nobody asked for."""

from dataclasses import replace
from datetime import datetime
from typing import NewType, assert_never
from uuid import UUID

from shared.contracts.codes import Category, Channel, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import (
    CorruptHistory,
    Decider,
    ItemCode,
    NotFound,
    Rejection,
    RequestId,
    RuleId,
    TextRef,
    command,
    fact,
    state,
)

InquiryId = NewType("InquiryId", UUID)


# ── facts ────────────────────────────────────────────────────────────────
@fact("inquiry_answered")
class InquiryAnswered:
    inquiry_id: InquiryId
    question: TextRef
    group: ItemCode | None
    item: ItemCode
    category: Category
    priority: Priority
    police: Police
    channel: Channel
    danger: tuple[DangerKind, ...]
    occurred_at: datetime


@fact("inquiry_made_request")
class InquiryMadeRequest:
    inquiry_id: InquiryId
    request_id: RequestId
    occurred_at: datetime


InquiryEvent = InquiryAnswered | InquiryMadeRequest


# ── wishes ───────────────────────────────────────────────────────────────
@command
class AnswerInquiry:
    inquiry_id: InquiryId
    question: TextRef
    group: ItemCode | None
    item: ItemCode | None
    """None: words without an item of the catalogue behind them."""
    danger: tuple[DangerKind, ...]
    at: datetime


@command
class MakeRequest:
    request_id: RequestId
    asked_for: bool
    at: datetime


InquiryCommand = AnswerInquiry | MakeRequest


# ── states ───────────────────────────────────────────────────────────────
@state
class Unasked:
    pass


@state
class Answered:
    inquiry_id: InquiryId
    question: TextRef
    group: ItemCode | None
    danger: tuple[DangerKind, ...]
    request_id: RequestId | None = None


InquiryState = Unasked | Answered


class AnswerWithoutSource(Rejection):
    rule = RuleId("R-39")


class RequestNotAskedFor(Rejection):
    """A question is not a request until who asks says so; only danger is taken up by itself."""

    rule = RuleId("R-39")


def evolve(inquiry: InquiryState, event: InquiryEvent) -> InquiryState:
    match event:
        case InquiryAnswered():
            return Answered(event.inquiry_id, event.question, event.group, event.danger)
        case InquiryMadeRequest() if isinstance(inquiry, Answered):
            return replace(inquiry, request_id=event.request_id)
        case InquiryMadeRequest():
            raise CorruptHistory("a request out of a question nobody asked")
        case _:
            assert_never(event)


def decide(command: InquiryCommand, inquiry: InquiryState) -> tuple[InquiryEvent, ...]:
    match command:
        case AnswerInquiry():
            return _answer(command) if isinstance(inquiry, Unasked) else ()
        case MakeRequest():
            return _make_request(command, inquiry)
        case _:
            assert_never(command)


def _answer(command: AnswerInquiry) -> tuple[InquiryEvent, ...]:
    """R-39: an answer that cannot say by which law is none."""
    if command.item is None:
        raise AnswerWithoutSource()
    return (
        InquiryAnswered(
            inquiry_id=command.inquiry_id,
            question=command.question,
            group=command.group,
            item=command.item,
            category=Category.INQ,
            priority=Priority.P3,
            police=Police.OWN,
            channel=Channel.BOT,
            danger=command.danger,
            occurred_at=command.at,
        ),
    )


def _make_request(command: MakeRequest, inquiry: InquiryState) -> tuple[InquiryEvent, ...]:
    if isinstance(inquiry, Unasked):
        raise NotFound("inquiry")
    if inquiry.request_id is not None:
        return ()
    require_asked(inquiry, asked_for=command.asked_for)
    return (InquiryMadeRequest(inquiry_id=inquiry.inquiry_id, request_id=command.request_id, occurred_at=command.at),)


def require_asked(inquiry: Answered, *, asked_for: bool) -> None:
    """R-39: a draft becomes a request by the word of the person, and danger by itself (R-22)."""
    if not asked_for and not inquiry.danger:
        raise RequestNotAskedFor()


inquiry_decider: Decider[InquiryCommand, InquiryState, InquiryEvent] = Decider(Unasked(), decide, evolve)

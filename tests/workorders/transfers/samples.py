"""A lamp that leans over the path, and those to whom it may go."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.workorders.transfers.commands import Answer, Object, OfferTransfer, SendOut, TakeReceipt, Voice
from services.workorders.transfers.facts import Destination, Offer, Result, Sees
from shared.contracts.codes import Category, Channel, Priority, ReasonCode, UnitKind
from shared.kernel import Digest, PersonId, RequestId, TextRef, UnitCode
from tests.workorders.samples import AT, DUE, REQUEST, REQUESTER

TRANSFER = UUID(int=0x901)
LIAISON = PersonId(UUID(int=0xD1))
ANOTHER = PersonId(UUID(int=0xD2))
DAY = timedelta(days=1)
SENT_AT, LATER = AT + timedelta(hours=1), AT + timedelta(hours=2)
RECEIPT_DUE, OBJECTION_DUE = SENT_AT + DAY, SENT_AT + 7 * DAY

NOTICE, TASK, NOTE, ANSWER, PHOTO, BETTER = (
    TextRef(UUID(int=0xE0 + number), Digest(f"{number}" * 64)) for number in range(6)
)

URBAN = Destination(UnitCode("URBAN-1"), UnitKind.DEPARTMENT, (Category.COM, Category.URB), Sees.TASK, (Category.COM,))
HOTLINE = Destination(UnitCode("HOTLINE-12345"), UnitKind.HOTLINE_12345, (Category.COM,), Sees.STUB, ())
PETITION = Destination(UnitCode("PETITION-1"), UnitKind.PETITION, (Category.COM, Category.CPL), Sees.TASK, ())
NEXT_COUNTY = Destination(UnitCode("POLICE-NEXT"), UnitKind.OTHER_POLICE, tuple(Category), Sees.TASK, ())
PLATFORM = Destination(UnitCode("PLATFORM-1"), UnitKind.INDUSTRY_BODY, (Category.DIS,), Sees.TASK, ())

BY_URBAN = Voice(URBAN.code)
BY_HAND = Voice(None, LIAISON)


def offer(category: Category = Category.COM, priority: Priority = Priority.P1) -> Offer:
    return Offer(
        transfer_id=TRANSFER,
        request_id=RequestId(REQUEST),
        attempt=1,
        category=category,
        priority=priority,
        channel=Channel.XFER,
        unit=URBAN.code,
        owner=None,
        requester=REQUESTER.person,
        other_party=None,
        excluded=(),
        narrative=NOTE,
        send_due=AT + DAY,
        answer_due=DUE,
    )


def offered(category: Category = Category.COM, priority: Priority = Priority.P1) -> OfferTransfer:
    return OfferTransfer(offer=offer(category, priority), at=AT)


def sending(to: Destination = URBAN, **changed: Any) -> SendOut:
    given: dict[str, Any] = {
        "by": LIAISON,
        "unit": UnitCode("LOUNGE-1"),
        "to": to,
        "reason": ReasonCode.NOT_POLICE,
        "notice": NOTICE,
        "task": None if to.sees is Sees.STUB else TASK,
        "task_names_somebody": False,
        "receipt_due": RECEIPT_DUE,
        "objection_due": OBJECTION_DUE,
        "at": SENT_AT,
    }
    return SendOut(**(given | changed))


def received(voice: Voice = BY_URBAN) -> TakeReceipt:
    return TakeReceipt(voice=voice, number=None, at=LATER)


def objected(voice: Voice = BY_URBAN, **changed: Any) -> Object:
    given: dict[str, Any] = {"voice": voice, "reason": ReasonCode.WRONG_CATEGORY, "note": NOTE, "at": LATER}
    return Object(**(given | changed))


def answered(voice: Voice = BY_URBAN, **changed: Any) -> Answer:
    given: dict[str, Any] = {"voice": voice, "result": Result.DONE, "answer": ANSWER, "proof": PHOTO, "at": LATER}
    return Answer(**(given | changed))

"""Who meets, and what is wished."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.workorders.meetings.commands import (
    AgreeSharing,
    AnswerTask,
    CallMeeting,
    CloseMeeting,
    ExtendAgenda,
    HoldMeeting,
    NoteTaskOverdue,
    SetTask,
    SignTask,
)
from services.workorders.meetings.facts import FirmId, MeetingId, MeetingKind, Summoned, TaskId
from services.workorders.orders.rules.hands import Doer
from shared.contracts.codes import Purpose, Role
from shared.kernel import Digest, ItemCode, PersonId, RequestId, RuleId, TextRef, UnitCode

MONDAY = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
TRAFFIC, MARKET, FIRE = UnitCode("TRAFFIC-1"), UnitCode("MARKET-1"), UnitCode("FIRE-1")
RED_RIDERS, BLUE_RIDERS, STRANGERS = FirmId(UUID(int=0xF1)), FirmId(UUID(int=0xF2)), FirmId(UUID(int=0xF3))
REQUEST, OTHER_REQUEST = RequestId(UUID(int=1)), RequestId(UUID(int=2))
FIRST, SECOND = TaskId(UUID(int=0xA1)), TaskId(UUID(int=0xA2))


def person(number: int) -> PersonId:
    return PersonId(UUID(int=number))


def text(number: int) -> TextRef:
    return TextRef(UUID(int=number), Digest("a" * 64))


def later(days: float) -> datetime:
    return MONDAY + timedelta(days=days)


OFFICER = Doer(person(11), Role.TRAFFIC_OFFICER, TRAFFIC)
AUXILIARY = Doer(person(12), Role.AUXILIARY, TRAFFIC)
CLERK = Doer(person(21), Role.DEPARTMENT_CLERK, MARKET)
COLLEAGUE = Doer(person(22), Role.DEPARTMENT_CLERK, MARKET)
STRANGER = Doer(person(31), Role.DEPARTMENT_CLERK, FIRE)


def calls(
    kind: MeetingKind = MeetingKind.TALK,
    units: tuple[UnitCode, ...] = (MARKET,),
    firms: tuple[FirmId, ...] = (RED_RIDERS, BLUE_RIDERS),
    doer: Doer = OFFICER,
) -> CallMeeting:
    return CallMeeting(
        doer=doer,
        meeting_id=MeetingId(UUID(int=9)),
        kind=kind,
        request_id=REQUEST,
        units=units,
        firms=tuple(Summoned(firm, person(firm.int)) for firm in firms),
        agenda=(REQUEST,),
        title=text(1),
        starts_at=later(1),
        at=MONDAY,
    )


def extends(request: RequestId = OTHER_REQUEST, doer: Doer = OFFICER) -> ExtendAgenda:
    return ExtendAgenda(doer=doer, request_id=request, at=MONDAY)


def holds(
    units: tuple[UnitCode, ...] = (MARKET,), firms: tuple[FirmId, ...] = (RED_RIDERS,), doer: Doer = OFFICER
) -> HoldMeeting:
    return HoldMeeting(doer=doer, units=units, firms=firms, minutes=text(2), at=later(1))


def sets(
    task: TaskId = FIRST,
    unit: UnitCode = MARKET,
    firm: FirmId | None = RED_RIDERS,
    due: datetime | None = None,
    doer: Doer = OFFICER,
) -> SetTask:
    return SetTask(
        doer=doer,
        task_id=task,
        unit=unit,
        firm=firm,
        about=REQUEST,
        what=text(3),
        due=due or later(10),
        at=later(1),
    )


def signs(task: TaskId = FIRST, doer: Doer = CLERK) -> SignTask:
    return SignTask(doer=doer, task_id=task, at=later(2))


def answers(task: TaskId = FIRST, doer: Doer = CLERK, *, kept: bool = True, words: int = 4) -> AnswerTask:
    return AnswerTask(doer=doer, task_id=task, kept=kept, answer=text(words), at=later(3))


def overdue(task: TaskId = FIRST, on: float = 10) -> NoteTaskOverdue:
    return NoteTaskOverdue(task_id=task, at=later(on))


def shares(*fields: str, partner: UnitCode = MARKET, ground: str | None = None, doer: Doer = OFFICER) -> AgreeSharing:
    return AgreeSharing(
        doer=doer,
        partner=partner,
        purpose=Purpose.SUPERVISION,
        fields=tuple(ItemCode(each) for each in fields),
        ground=RuleId(ground) if ground else None,
        at=later(1),
    )


def closes(doer: Doer = OFFICER) -> CloseMeeting:
    return CloseMeeting(doer=doer, at=later(12))

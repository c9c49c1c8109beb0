"""Seats, interviews, counselling and the reads of what is sealed, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.mediation.childgroup.store import part_of
from services.mediation.children import deadlines
from services.mediation.children.bodies import (
    ChildDone,
    ExclusionBody,
    InterviewBody,
    OpenedAnswer,
    ReadBody,
    SeatAnswer,
    SeatBody,
    SeatList,
    SeatRow,
    SessionBody,
    UrgentRead,
    UrgentReadList,
)
from services.mediation.children.commands import (
    ApproveRead,
    AskRead,
    DeclineRead,
    ExcludeSeat,
    GiveSeat,
    HoldCounselling,
    RecordInterview,
)
from services.mediation.children.desk import ChildDesk
from services.mediation.children.doors import ChildDoors
from services.mediation.children.facts import ReadId, SessionId
from services.mediation.children.refusals import SeatOfNobody
from services.mediation.children.store import evidence, purpose, sealed_note
from services.mediation.children.views import ChildBoard
from shared.contracts.codes import Role
from shared.kernel import PersonId, derive_id
from shared.web import Call, Query
from shared.web.errors import NotAllowed


def sealed_router(desk: ChildDesk, board: ChildBoard, doors: ChildDoors) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1", tags=["children"])
    now = desk.clock.now

    @router.get("/child-seats", operation_id="mediation.list_child_seats")
    async def list_seats(query: Annotated[Query, doors.own_seats], after: UUID | None = None) -> SeatList:
        if query.actor.person is None:
            raise NotAllowed
        rows = await board.seats_of(query.actor.person, after)
        return SeatList(seats=[SeatRow.model_validate(row) for row in rows])

    @router.get("/children/{child_id}/seat", operation_id="mediation.get_child_seat")
    async def own_seat(child_id: UUID, query: Annotated[Query, doors.own_seat]) -> SeatAnswer:
        return await desk.seat(child_id, query)

    @router.post("/children/{child_id}/seats", operation_id="mediation.give_child_seat")
    async def give_seat(child_id: UUID, body: SeatBody, call: Annotated[Call, doors.coordinating]) -> ChildDone:
        if body.person is not None:
            person = PersonId(body.person)
        elif body.phone is not None:
            person = await desk.person_of_phone(body.phone, child_id, call)
        else:
            raise SeatOfNobody
        wish = GiveSeat(
            hand=await desk.hand(call.actor),
            seat=body.seat,
            person=person,
            part=await part_of(desk.groups, person, now()),
            at=now(),
        )
        return await desk.act(child_id, wish, call, person=person)

    @router.post("/children/{child_id}/seats/{person_id}/exclusion", operation_id="mediation.exclude_child_seat")
    async def exclude(
        child_id: UUID, person_id: UUID, body: ExclusionBody, call: Annotated[Call, doors.coordinating]
    ) -> ChildDone:
        wish = ExcludeSeat(
            hand=await desk.hand(call.actor), person=PersonId(person_id), conflict=body.conflict, at=now()
        )
        return await desk.act(child_id, wish, call)

    @router.post("/children/{child_id}/interview", operation_id="mediation.record_child_interview")
    async def interview(child_id: UUID, body: InterviewBody, call: Annotated[Call, doors.interviewing]) -> ChildDone:
        session_id = SessionId(derive_id(child_id, "interview", call.principal, call.key))
        refs = await desk.seal(
            call, child_id, {"notes": sealed_note(body.notes), "recording": evidence(body.recording)}
        )
        wish = RecordInterview(
            hand=await desk.hand(call.actor),
            session_id=session_id,
            adult=PersonId(body.adult),
            girl=body.girl,
            woman_asks=body.woman_asks,
            recording=refs.get("recording"),
            notes=refs["notes"],
            at=now(),
        )
        return await desk.act(child_id, wish, call, session_id=session_id)

    @router.post("/children/{child_id}/counselling", operation_id="mediation.hold_counselling")
    async def counselling(child_id: UUID, body: SessionBody, call: Annotated[Call, doors.counselling]) -> ChildDone:
        session_id = SessionId(derive_id(child_id, "counselling", call.principal, call.key))
        refs = await desk.seal(call, child_id, {"notes": sealed_note(body.notes)})
        wish = HoldCounselling(hand=await desk.hand(call.actor), session_id=session_id, notes=refs["notes"], at=now())
        return await desk.act(child_id, wish, call, session_id=session_id)

    @router.post("/children/{child_id}/reads", operation_id="mediation.ask_sealed_read")
    async def ask(child_id: UUID, body: ReadBody, call: Annotated[Call, doors.reading]) -> ChildDone:
        read_id = ReadId(derive_id(child_id, "read", call.principal, call.key))
        refs = await desk.seal(call, child_id, {"why": purpose(body.why)})
        wish = AskRead(
            hand=await desk.hand(call.actor),
            read_id=read_id,
            scope=body.scope,
            why=refs["why"],
            until=now() + deadlines.APPROVAL_HOLDS,
            at=now(),
        )
        return await desk.act(child_id, wish, call, read_id=read_id)

    @router.post("/children/{child_id}/reads/{read_id}/approval", operation_id="mediation.approve_sealed_read")
    async def approve(child_id: UUID, read_id: UUID, call: Annotated[Call, doors.approving]) -> ChildDone:
        wish = ApproveRead(
            hand=await desk.hand(call.actor),
            read_id=ReadId(read_id),
            until=now() + deadlines.APPROVAL_HOLDS,
            at=now(),
        )
        return await desk.act(child_id, wish, call, read_id=read_id)

    @router.post("/children/{child_id}/reads/{read_id}/refusal", operation_id="mediation.decline_sealed_read")
    async def decline(child_id: UUID, read_id: UUID, call: Annotated[Call, doors.approving]) -> ChildDone:
        wish = DeclineRead(hand=await desk.hand(call.actor), read_id=ReadId(read_id), at=now())
        return await desk.act(child_id, wish, call, read_id=read_id)

    @router.post("/children/{child_id}/reads/{read_id}/opening", operation_id="mediation.open_sealed")
    async def open_sealed(child_id: UUID, read_id: UUID, call: Annotated[Call, doors.reading]) -> OpenedAnswer:
        return await desk.open(child_id, read_id, call)

    @router.get("/child-reads", operation_id="mediation.list_urgent_child_reads")
    async def list_urgent_reads(
        query: Annotated[Query, doors.looking_back], after: UUID | None = None
    ) -> UrgentReadList:
        """What danger opened without another person, for those who answer for it afterwards."""
        leads = query.actor.role == Role.BUREAU_LEADER or await desk.part(query.actor) is Role.STATION_LEADER
        if query.actor.person is None or not leads:
            raise NotAllowed
        rows = await board.urgent_reads(query.actor.person, after)
        return UrgentReadList(reads=[UrgentRead.model_validate(row) for row in rows])

    return router

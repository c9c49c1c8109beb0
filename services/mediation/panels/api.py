"""Panels over HTTP: called together by who coordinates, each seat taken by the person himself."""

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.mediation.cases.casefile import CaseFile
from services.mediation.cases.doors import coordinating, operation_of
from services.mediation.cases.facts import CaseId
from services.mediation.cases.refusals import CaseHasEnded
from services.mediation.cases.room import CaseRoom
from services.mediation.cases.state import Ended
from services.mediation.cases.store import note
from services.mediation.mediators.api import on_the_desk
from services.mediation.panels.bodies import (
    DecisionBody,
    FormBody,
    LeaveBody,
    OfferBody,
    PanelDone,
    PanelFile,
    TakeBody,
)
from services.mediation.panels.commands import (
    CaseSeen,
    Decide,
    Dissolve,
    FormPanel,
    LeaveSeat,
    OfferSeat,
    PanelCommand,
    TakeSeat,
)
from services.mediation.panels.decider import Standing
from services.mediation.panels.facts import Seat, SessionDecisionId
from services.mediation.panels.panelfile import panel_file
from services.mediation.panels.store import panel_of
from services.mediation.panels.views import OwnSeat, seats_of
from shared.contracts.codes import Operation, Role
from shared.kernel import PersonId, RequestId, derive_id
from shared.web import Call, Guard, Query
from shared.web.access import access_table
from shared.web.doors import command_by_role
from shared.web.errors import NotAllowed

SITTING: Final[Mapping[Role, Operation]] = {
    Role.COMMUNITY_OFFICER: Operation.COORDINATE,
    Role.ENTERPRISE_OFFICER: Operation.COORDINATE,
    Role.CENTRE_OFFICER: Operation.COORDINATE,
    Role.PEOPLES_MEDIATOR: Operation.COORDINATE,
    Role.CHILD_OFFICER: Operation.COORDINATE,
    Role.TRAFFIC_OFFICER: Operation.COORDINATE,
    Role.STATION_LEADER: Operation.ASSIGN,
    Role.DUTY_OFFICER: Operation.ASSIGN,
    Role.DEPARTMENT_CLERK: Operation.ANSWER_TASK,
    Role.INDUSTRY_MEDIATOR: Operation.HOST_IM,
    Role.COURT_MEDIATOR: Operation.HOST_JM,
}
"""Taking a seat is taking part; for those who hold no `take_part` it is what they come to a case with."""


class SeatList(BaseModel):
    seats: list[OwnSeat]


def seats_router(room: CaseRoom, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1/seats", tags=["panels"])

    @router.get("", operation_id="mediation.list_own_seats")
    async def list_own_seats(
        query: Annotated[Query, guard.query(Operation.READ, relation=on_the_desk)], after: UUID | None = None
    ) -> SeatList:
        """Where the caller was asked to sit, and where he sits."""
        return SeatList(seats=await seats_of(room.panels.store, query.actor.person, after))

    return router


def panels_router(room: CaseRoom, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1/cases", tags=["panels"])
    _calling(router, room, guard)
    _sitting(router, room, guard)
    return router


async def _act(room: CaseRoom, case_id: UUID, wish: PanelCommand, case: CaseSeen, call: Call) -> PanelDone:
    panel_id = panel_of(case_id)
    recorded = await room.panels.handle(
        panel_id,
        wish,
        call.context,
        once=call.once,
        answer=lambda recorded: {
            "panel_id": str(panel_id),
            "case_id": str(case_id),
            "lacking": recorded.state.lacking(case) if isinstance(recorded.state, Standing) else None,
            "version": recorded.version,
            "record_id": str(recorded.last) if recorded.last else None,
        },
        if_version=call.if_match,
    )
    return PanelDone.model_validate(recorded.answer)


async def _case(room: CaseRoom, case_id: UUID) -> CaseFile:
    if isinstance(await room.open_case(case_id), Ended):
        raise CaseHasEnded
    return await room.file(case_id)


def _calling(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    coordinator = coordinating(guard, room.relate)

    @router.get("/{case_id}/panel", operation_id="mediation.get_panel")
    async def get_panel(
        case_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=room.relate)]
    ) -> PanelFile:
        return await panel_file(room, case_id)

    @router.post("/{case_id}/panel", operation_id="mediation.form_panel", status_code=201)
    async def form_panel(case_id: UUID, body: FormBody, call: Annotated[Call, coordinator]) -> PanelDone:
        file = await _case(room, case_id)
        wish = FormPanel(
            panel_id=panel_of(case_id),
            case_id=CaseId(case_id),
            request_id=RequestId(file.request_id),
            template=body.template,
            at=room.now(),
        )
        return await _act(room, case_id, wish, await room.seen(file), call)

    @router.post("/{case_id}/panel/seats/{seat}/offer", operation_id="mediation.offer_seat")
    async def offer_seat(case_id: UUID, seat: Seat, body: OfferBody, call: Annotated[Call, coordinator]) -> PanelDone:
        case = await room.seen(await _case(room, case_id))
        wish = OfferSeat(seat=seat, person=PersonId(body.person), case=case, at=room.now())
        return await _act(room, case_id, wish, case, call)

    @router.post("/{case_id}/panel/dissolution", operation_id="mediation.dissolve_panel")
    async def dissolve_panel(case_id: UUID, call: Annotated[Call, coordinator]) -> PanelDone:
        case = await room.seen(await room.file(case_id))
        return await _act(room, case_id, Dissolve(at=room.now()), case, call)


def _coordinates(call: Call) -> bool:
    """Nobody else empties the seat of another one."""
    return any(
        access_table().may(role, operation_of(Operation.COORDINATE, role), call.relations).allowed
        for role in call.actor.roles
    )


def _sitting(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    sitting = command_by_role(guard, Operation.TAKE_PART, SITTING, relation=room.relate)

    @router.post("/{case_id}/panel/seats/{seat}", operation_id="mediation.take_seat")
    async def take_seat(case_id: UUID, seat: Seat, body: TakeBody, call: Annotated[Call, sitting]) -> PanelDone:
        file = await _case(room, case_id)
        by, case = await room.official(call.actor, file), await room.seen(file)
        wish = TakeSeat(seat=seat, by=by, neutral=body.neutral, case=case, at=room.now())
        return await _act(room, case_id, wish, case, call)

    @router.post("/{case_id}/panel/seats/{seat}/leave", operation_id="mediation.leave_seat")
    async def leave_seat(case_id: UUID, seat: Seat, body: LeaveBody, call: Annotated[Call, sitting]) -> PanelDone:
        """By the holder, who recuses himself, or by who coordinates and asks somebody else."""
        own = (await room.official(call.actor)).person
        person = PersonId(body.person) if body.person else own
        if person != own and not _coordinates(call):
            raise NotAllowed
        case = await room.seen(await room.file(case_id))
        wish = LeaveSeat(seat=seat, person=person, interest=body.interest, case=case, at=room.now())
        return await _act(room, case_id, wish, case, call)

    @router.post("/{case_id}/panel/decisions", operation_id="mediation.decide_in_panel")
    async def decide_in_panel(case_id: UUID, body: DecisionBody, call: Annotated[Call, sitting]) -> PanelDone:
        file = await _case(room, case_id)
        by, case = (await room.official(call.actor)).person, await room.seen(file)
        refs = await room.seal(call, case_id, file.request_id, {"note": note(body.note)})
        wish = Decide(
            decision_id=SessionDecisionId(derive_id(case_id, "decision", call.principal, call.key)),
            decision=body.decision,
            present=body.present,
            note=refs["note"],
            by=by,
            case=case,
            at=room.now(),
        )
        return await _act(room, case_id, wish, case, call)

"""The watch over HTTP: the board of clocks, what somebody is told of, courses and their acts, the rungs of a place."""

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param
from pydantic import AwareDatetime, Field

from services.routing.decisions.acting import Acting
from services.routing.decisions.doors import reading
from services.routing.decisions.lists import MAX_PAGE
from services.routing.decisions.relations import of_decision, of_lists
from services.routing.decisions.rosters import Rosters
from services.routing.decisions.store import DecisionHandler
from services.routing.watch.answers import CoursesAnswer, LadderAnswer, PlaceAnswer, courses_of, ladders_shown, place_of
from services.routing.watch.board import Board, ClockBoard, ToldList, Wanted, When
from services.routing.watch.commands import ClimbPlace, DropCourse, GoOn, NoteAct, StandStill, WatchCommand
from services.routing.watch.courses import CourseRules
from services.routing.watch.ladders import Ladders, PlaceRung
from services.routing.watch.store import WatchHandler
from shared.contracts.codes import Operation, ReasonCode, Role
from shared.kernel import Clock, ClockId, ItemCode, RequestId, UnitCode
from shared.web import Call, CodeText, Guard, LongText, Query, StrictModel
from shared.web.doors import command_by_role

NOTING: Final[Mapping[Role, Operation]] = {
    Role.DUTY_OFFICER: Operation.CLASSIFY,
    Role.TRIAGE_OFFICER: Operation.CLASSIFY,
    Role.STATION_LEADER: Operation.SUPERVISE_ORDER,
    Role.BUREAU_LEADER: Operation.SUPERVISE_ORDER,
    Role.SUPERVISOR: Operation.SUPERVISE_ORDER,
    Role.PEOPLES_MEDIATOR: Operation.COORDINATE,
    Role.INDUSTRY_MEDIATOR: Operation.HOST_IM,
    Role.HOTLINE_LIAISON: Operation.REGISTER,
}
"""The table has no row for noting an act of law: whoever may handle may, and these by the nearest that they hold."""

CLIMBING: Final[Mapping[Role, Operation]] = {
    Role.COMMUNITY_OFFICER: Operation.COORDINATE,
    Role.VILLAGE_OFFICIAL: Operation.COORDINATE,
    Role.PEOPLES_MEDIATOR: Operation.COORDINATE,
}
"""Who brings the sides together hands a dispute up; from anywhere else it takes `escalate`."""


Code = Annotated[str, Field(max_length=40)]


class ActBody(StrictModel):
    course: CodeText
    act: CodeText
    happened_at: AwareDatetime
    evidence: LongText | None = None


class GroundBody(StrictModel):
    ground: ReasonCode
    evidence: LongText | None = None


class DropBody(StrictModel):
    reason: ReasonCode


class RungBody(StrictModel):
    rung: PlaceRung
    reason: ReasonCode | None = None
    """Why it climbs; where it begins on a rung, none is needed."""
    note: LongText | None = None


class Noted(StrictModel):
    request_id: UUID
    version: int
    record_id: UUID | None
    """None where it was noted so already."""


def watch_router(
    watches: WatchHandler,
    board: ClockBoard,
    rules: CourseRules,
    ladders: Ladders,
    decisions: DecisionHandler,
    rosters: Rosters,
    acting: Acting,
    guard: Guard,
    clock: Clock,
) -> APIRouter:
    router = APIRouter(prefix="/routing/v1", tags=["watch"])
    _boards(router, board, rules, ladders, rosters, guard, clock)
    _courses(router, watches, rules, decisions, rosters, acting, guard, clock)
    return router


def _boards(
    router: APIRouter,
    board: ClockBoard,
    rules: CourseRules,
    ladders: Ladders,
    rosters: Rosters,
    guard: Guard,
    clock: Clock,
) -> None:
    @router.get("/clocks/board", operation_id="routing.list_late")
    async def list_late(
        query: Annotated[Query, reading(guard, of_lists)],
        when: When = When.ALL,
        unit: Annotated[str | None, Param(max_length=40)] = None,
        clock_id: Annotated[str | None, Param(alias="clock", max_length=6)] = None,
        cursor: Annotated[str | None, Param(max_length=200)] = None,
        limit: Annotated[int, Param(ge=1, le=MAX_PAGE)] = 40,
    ) -> Board:
        """The next to end first, each with its outlook; counts are of the whole part, whatever is picked from it."""
        now = clock.now()
        wanted = Wanted(when, UnitCode(unit) if unit else None, ClockId(clock_id) if clock_id else None, cursor, limit)
        return await board.board(query.actor, await rosters.desk(now), wanted, now)

    @router.get("/clocks/told", operation_id="routing.list_told")
    async def list_told(query: Annotated[Query, reading(guard, of_lists)]) -> ToldList:
        """What the reader is told of: warned, broken, climbed to him."""
        return await board.told(query.actor, await rosters.desk(clock.now()))

    @router.get("/ladders", operation_id="routing.get_ladders")
    async def get_ladders(query: Annotated[Query, reading(guard, of_lists)]) -> LadderAnswer:
        return ladders_shown(ladders, rules)


def _courses(
    router: APIRouter,
    watches: WatchHandler,
    rules: CourseRules,
    decisions: DecisionHandler,
    rosters: Rosters,
    acting: Acting,
    guard: Guard,
    clock: Clock,
) -> None:
    relate = of_decision(decisions, rosters, clock)
    noting = command_by_role(guard, Operation.HANDLE, NOTING, relation=relate)
    climbing = command_by_role(guard, Operation.ESCALATE, CLIMBING, relation=relate)

    async def act(request_id: UUID, command: WatchCommand, call: Call) -> Noted:
        await acting.require_outsider(request_id, call)
        recorded = await watches.handle(
            request_id,
            command,
            call.context,
            once=call.once,
            answer=lambda recorded: Noted(
                request_id=request_id, version=recorded.version, record_id=recorded.last
            ).model_dump(mode="json"),
            if_version=call.if_match,
        )
        return Noted.model_validate(recorded.answer)

    @router.get("/requests/{request_id}/courses", operation_id="routing.get_courses")
    async def get_courses(request_id: UUID, query: Annotated[Query, reading(guard, relate)]) -> CoursesAnswer:
        watch, version = await watches.state(request_id)
        return courses_of(watch, version, rules)

    @router.post("/requests/{request_id}/acts", operation_id="routing.note_act", status_code=201)
    async def note_act(request_id: UUID, body: ActBody, call: Annotated[Call, noting]) -> Noted:
        wish = NoteAct(
            request_id=RequestId(request_id),
            course=ItemCode(body.course),
            act=ItemCode(body.act),
            happened_at=body.happened_at,
            evidence=await acting.note(request_id, body.evidence, call),
            at=clock.now(),
        )
        return await act(request_id, wish, call)

    @router.post("/requests/{request_id}/courses/{course}/stillness", operation_id="routing.stand_still")
    async def stand_still(request_id: UUID, course: Code, body: GroundBody, call: Annotated[Call, noting]) -> Noted:
        wish = StandStill(
            request_id=RequestId(request_id),
            course=ItemCode(course),
            ground=body.ground,
            evidence=await acting.note(request_id, body.evidence, call),
            at=clock.now(),
        )
        return await act(request_id, wish, call)

    @router.post("/requests/{request_id}/courses/{course}/resumption", operation_id="routing.go_on")
    async def go_on(request_id: UUID, course: Code, call: Annotated[Call, noting]) -> Noted:
        return await act(
            request_id, GoOn(request_id=RequestId(request_id), course=ItemCode(course), at=clock.now()), call
        )

    @router.post("/requests/{request_id}/courses/{course}/end", operation_id="routing.drop_course")
    async def drop_course(request_id: UUID, course: Code, body: DropBody, call: Annotated[Call, noting]) -> Noted:
        wish = DropCourse(request_id=RequestId(request_id), course=ItemCode(course), reason=body.reason, at=clock.now())
        return await act(request_id, wish, call)

    @router.get("/requests/{request_id}/place", operation_id="routing.get_place")
    async def get_place(request_id: UUID, query: Annotated[Query, reading(guard, relate)]) -> PlaceAnswer:
        history = [stored.event for stored in await watches.history(request_id)]
        return place_of(request_id, watches.decider.fold(history), history)

    @router.post("/requests/{request_id}/place", operation_id="routing.climb_place")
    async def climb_place(request_id: UUID, body: RungBody, call: Annotated[Call, climbing]) -> Noted:
        wish = ClimbPlace(
            request_id=RequestId(request_id),
            rung=body.rung,
            reason=body.reason,
            note=await acting.note(request_id, body.note, call),
            at=clock.now(),
        )
        return await act(request_id, wish, call)

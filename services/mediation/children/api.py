"""The child lane over HTTP: files by the group, each act a fact."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param

from services.mediation.children import deadlines
from services.mediation.children.bodies import (
    ChildDone,
    ChildFile,
    ChildList,
    ChildRow,
    NoteBody,
    OutcomeBody,
    ReportBody,
    ReturnBody,
    WordsBody,
)
from services.mediation.children.commands import (
    CloseChildFile,
    GiveSchoolResult,
    NoteCasework,
    ReportBullying,
    ReportHarm,
    RespondToChild,
    ReturnChildFile,
    SignForChild,
    TellReporterUnit,
)
from services.mediation.children.desk import ChildDesk
from services.mediation.children.doors import ChildDoors
from services.mediation.children.facts import FEEDBACK, SCHOOL
from services.mediation.children.store import answer, note, school_words
from services.mediation.children.views import ChildBoard
from shared.contracts.codes import Role
from shared.web import Call, Query
from shared.web.errors import NotAllowed


def children_router(desk: ChildDesk, board: ChildBoard, doors: ChildDoors) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1/children", tags=["children"])
    now = desk.clock.now

    @router.get("", operation_id="mediation.list_child_files")
    async def list_files(
        query: Annotated[Query, doors.lists],
        request_id: UUID | None = None,
        closed: bool = False,
        cursor: Annotated[str | None, Param(max_length=200)] = None,
        after: UUID | None = None,
    ) -> ChildList:
        person, part = query.actor.person, await desk.part(query.actor)
        if person is None or part is None:
            raise NotAllowed
        rows, more = await board.page(person, Role(part), request_id, closed or request_id is not None, cursor, after)
        return ChildList(files=[ChildRow.model_validate(row) for row in rows], cursor=more)

    @router.get("/{child_id}", operation_id="mediation.get_child_file")
    async def get_file(child_id: UUID, query: Annotated[Query, doors.showing]) -> ChildFile:
        return await desk.show(child_id, query)

    @router.post("/{child_id}/signature", operation_id="mediation.sign_for_child_file")
    async def sign(child_id: UUID, call: Annotated[Call, doors.signing]) -> ChildDone:
        return await desk.act(child_id, SignForChild(hand=await desk.hand(call.actor), at=now()), call)

    @router.post("/{child_id}/first-response", operation_id="mediation.respond_to_child")
    async def respond(child_id: UUID, body: NoteBody, call: Annotated[Call, doors.handling]) -> ChildDone:
        refs = await desk.seal(call, child_id, {"note": note(body.note)})
        wish = RespondToChild(hand=await desk.hand(call.actor), note=refs.get("note"), at=now())
        return await desk.act(child_id, wish, call)

    @router.post("/{child_id}/mandatory-report", operation_id="mediation.report_harm")
    async def report(child_id: UUID, body: ReportBody, call: Annotated[Call, doors.reporting]) -> ChildDone:
        refs = await desk.seal(call, child_id, {"note": note(body.note)})
        wish = ReportHarm(
            hand=await desk.hand(call.actor), to=tuple(dict.fromkeys(body.to)), note=refs.get("note"), at=now()
        )
        return await desk.act(child_id, wish, call)

    @router.post("/{child_id}/casework", operation_id="mediation.note_child_casework")
    async def casework(child_id: UUID, call: Annotated[Call, doors.handling]) -> ChildDone:
        until = deadlines.deadline(FEEDBACK, now())
        wish = NoteCasework(hand=await desk.hand(call.actor), feedback_due=until.due, warn_at=until.warn_at, at=now())
        return await desk.act(child_id, wish, call)

    @router.post("/{child_id}/reporter-answer", operation_id="mediation.tell_reporter_unit")
    async def tell_reporter(child_id: UUID, body: WordsBody, call: Annotated[Call, doors.handling]) -> ChildDone:
        refs = await desk.seal(call, child_id, {"answer": note(body.text)})
        wish = TellReporterUnit(hand=await desk.hand(call.actor), answer=refs["answer"], at=now())
        return await desk.act(child_id, wish, call)

    @router.post("/{child_id}/bullying", operation_id="mediation.report_bullying")
    async def bullying(child_id: UUID, call: Annotated[Call, doors.reporting]) -> ChildDone:
        until = deadlines.deadline(SCHOOL, now())
        wish = ReportBullying(hand=await desk.hand(call.actor), result_due=until.due, warn_at=until.warn_at, at=now())
        return await desk.act(child_id, wish, call)

    @router.post("/{child_id}/school-result", operation_id="mediation.give_school_result")
    async def school_result(child_id: UUID, body: WordsBody, call: Annotated[Call, doors.answering]) -> ChildDone:
        refs = await desk.seal(call, child_id, {"result": school_words(body.text)})
        wish = GiveSchoolResult(hand=await desk.hand(call.actor), result=refs["result"], at=now())
        return await desk.act(child_id, wish, call)

    @router.post("/{child_id}/outcome", operation_id="mediation.close_child_file")
    async def close(child_id: UUID, body: OutcomeBody, call: Annotated[Call, doors.handling]) -> ChildDone:
        refs = await desk.seal(call, child_id, {"answer": answer(body.answer)})
        wish = CloseChildFile(
            hand=await desk.hand(call.actor),
            outcome=body.outcome,
            detail=body.detail,
            answer=refs.get("answer"),
            at=now(),
        )
        return await desk.act(child_id, wish, call)

    @router.post("/{child_id}/return", operation_id="mediation.return_child_file")
    async def send_back(child_id: UUID, body: ReturnBody, call: Annotated[Call, doors.leading]) -> ChildDone:
        wish = ReturnChildFile(hand=await desk.hand(call.actor), reason=body.reason, at=now())
        return await desk.act(child_id, wish, call)

    return router

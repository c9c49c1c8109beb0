"""HTTP of the front desk."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Query as Param

from services.intake.requests.answers import RequestReader
from services.intake.requests.bodies import (
    Done,
    FileBody,
    FiledAnswer,
    FollowAnswer,
    FollowBody,
    InfoBody,
    Receipt,
    RefusalBody,
    ReopeningBody,
    RequestAnswer,
    RequestList,
    SupplementBody,
    WithdrawalBody,
)
from services.intake.requests.commands import (
    Accept,
    Archive,
    RefuseAcceptance,
    Reopen,
    RequestCommand,
    RequestInfo,
    Supplement,
    Withdraw,
)
from services.intake.requests.filing import FrontDesk, danger_in, receipt_of
from services.intake.requests.following import Follow
from services.intake.requests.lists import RequestLists
from services.intake.requests.relations import Relate, of_list
from services.intake.requests.rules.papers import times_for_papers
from services.intake.requests.state import Unfiled, state_code
from services.intake.requests.store import ItemKind, RequestHandler
from services.intake.requests.views import progress
from shared.contracts.codes import Door, Operation, Role
from shared.kernel import Clock, NotFound, RequestId, TextRef
from shared.web import Call, Guard, LongText, Query, Text, Vault, own

MAX_PAGE = 200


def requests_router(
    requests: RequestHandler,
    front: FrontDesk,
    follow: Follow,
    reader: RequestReader,
    lists: RequestLists,
    vault: Vault,
    guard: Guard,
    of_request: Relate,
    clock: Clock,
    filings: str,
) -> APIRouter:
    router = APIRouter(prefix="/intake/v1", tags=["requests"])

    async def note_of(request_id: UUID, note: LongText | None, call: Call) -> TextRef | None:
        """What staff or the person wrote beside a command; it belongs to whoever wrote it."""
        if note is None:
            return None
        sealed = await vault.seal(
            request_id,
            call.key,
            {"note": Text(ItemKind.NOTE, note)},
            request_id=RequestId(request_id),
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs["note"]

    async def carry_out(request_id: UUID, command: RequestCommand, call: Call) -> Done:
        recorded = await requests.handle(
            request_id,
            command,
            call.context,
            once=call.once,
            answer=lambda recorded: Done(
                request_id=request_id,
                state=state_code(recorded.state) if not isinstance(recorded.state, Unfiled) else "",
                version=recorded.version,
                record_id=recorded.last,
            ).model_dump(mode="json"),
            if_version=call.if_match,
        )
        return Done.model_validate(recorded.answer)

    @router.post("/requests", operation_id="intake.file_request", status_code=201)
    async def file(
        body: FileBody, call: Annotated[Call, guard.command(Operation.FILE, relation=own, anonymous=True, replay=False)]
    ) -> FiledAnswer:
        if call.actor.person is None and call.answered is None:
            guard.limits.hit(filings, "filings", call.address)
        return await front.file(body, call, Door.PORTAL)

    @router.get("/requests", operation_id="intake.list_requests")
    async def list_requests(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_list)],
        state: Annotated[str | None, Param(max_length=30)] = None,
        after: UUID | None = None,
        cursor: Annotated[str | None, Param(max_length=200)] = None,
        limit: Annotated[int, Param(ge=1, le=MAX_PAGE)] = 50,
    ) -> RequestList:
        if after is not None:
            await requests.store.wait_for_view(progress.name, after)
        return await lists.page(query.actor, state, cursor, limit)

    @router.get("/requests/{request_id}", operation_id="intake.get_request")
    async def get_request(
        request_id: UUID, response: Response, query: Annotated[Query, guard.query(Operation.READ, relation=of_request)]
    ) -> RequestAnswer:
        answer = await reader.read(request_id, query.language)
        response.headers["ETag"] = f'"{answer.version}"'
        return answer

    @router.get("/requests/{request_id}/receipt", operation_id="intake.get_receipt")
    async def get_receipt(
        request_id: UUID, query: Annotated[Query, guard.query(Operation.FOLLOW, relation=of_request)]
    ) -> Receipt:
        """Own only. The texts and their salts are given once, in the answer to the filing."""
        return receipt_of((await requests.history(request_id))[0], None)

    @router.post("/follow", operation_id="intake.follow")
    async def follow_by_code(
        body: FollowBody, query: Annotated[Query, guard.query(Operation.FOLLOW, relation=own, anonymous=True)]
    ) -> FollowAnswer:
        request_id = await follow.open(body.code, body.pin, query.address)
        answer = await reader.read(request_id, query.language)
        token = guard.capabilities.issue(Role.REQUESTER, request_id)
        return FollowAnswer(**answer.model_dump(), token=token)

    @router.post("/requests/{request_id}/supplements", operation_id="intake.supplement")
    async def supplement(
        request_id: UUID,
        body: SupplementBody,
        call: Annotated[Call, guard.command(Operation.SUPPLEMENT, relation=of_request)],
    ) -> Done:
        text = await note_of(request_id, body.text, call)
        if text is None:
            raise NotFound("text")
        return await carry_out(request_id, Supplement(text=text, danger=danger_in(body.text), at=clock.now()), call)

    @router.post("/requests/{request_id}/info-requests", operation_id="intake.request_info")
    async def request_info(
        request_id: UUID,
        body: InfoBody,
        call: Annotated[Call, guard.command(Operation.REGISTER, relation=of_request)],
    ) -> Done:
        now = clock.now()
        warn_at, due = times_for_papers(now, body.due)
        note = await note_of(request_id, body.note, call)
        command = RequestInfo(items=body.codes, note=note, warn_at=warn_at, due=due, at=now)
        return await carry_out(request_id, command, call)

    @router.post("/requests/{request_id}/acceptance", operation_id="intake.accept_request")
    async def accept(
        request_id: UUID, call: Annotated[Call, guard.command(Operation.REGISTER, relation=of_request)]
    ) -> Done:
        return await carry_out(request_id, Accept(at=clock.now()), call)

    @router.post("/requests/{request_id}/refusal", operation_id="intake.refuse_request")
    async def refuse(
        request_id: UUID,
        body: RefusalBody,
        call: Annotated[Call, guard.command(Operation.REFUSE_NOTICE, relation=of_request)],
    ) -> Done:
        note = await note_of(request_id, body.note, call)
        if note is None:
            raise NotFound("note")
        return await carry_out(request_id, RefuseAcceptance(reason=body.reason, note=note, at=clock.now()), call)

    @router.post("/requests/{request_id}/withdrawal", operation_id="intake.withdraw")
    async def withdraw(
        request_id: UUID,
        body: WithdrawalBody,
        call: Annotated[Call, guard.command(Operation.WITHDRAW, relation=of_request)],
    ) -> Done:
        note = await note_of(request_id, body.note, call)
        return await carry_out(request_id, Withdraw(note=note, at=clock.now()), call)

    @router.post("/requests/{request_id}/reopening", operation_id="intake.reopen")
    async def reopen(
        request_id: UUID,
        body: ReopeningBody,
        call: Annotated[Call, guard.command(Operation.REOPEN, relation=of_request)],
    ) -> Done:
        note = await note_of(request_id, body.note, call)
        return await carry_out(request_id, Reopen(reason=body.reason, note=note, at=clock.now()), call)

    @router.post("/requests/{request_id}/archive", operation_id="intake.archive")
    async def archive(
        request_id: UUID, call: Annotated[Call, guard.command(Operation.REGISTER, relation=of_request)]
    ) -> Done:
        return await carry_out(request_id, Archive(at=clock.now()), call)

    return router

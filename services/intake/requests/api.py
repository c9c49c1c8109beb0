"""HTTP of the front desk: what the person who asks may do, and what the officers may."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Query as Param

from services.intake.requests.answers import RequestReader
from services.intake.requests.bodies import (
    Added,
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
from services.intake.requests.facts import RequestEvent
from services.intake.requests.filing import FrontDesk, danger_help, danger_in, receipt_of
from services.intake.requests.following import Follow
from services.intake.requests.lists import RequestLists, Wanted
from services.intake.requests.relations import Relate, of_list
from services.intake.requests.rules.papers import times_for_papers
from services.intake.requests.state import RequestState, Unfiled, state_code
from services.intake.requests.store import ItemKind, RequestHandler
from services.intake.requests.views import progress
from shared.contracts.codes import DataLevel, Door, Operation, Role
from shared.eventstore import Recorded
from shared.kernel import Clock, RequestId, TextRef
from shared.web import Call, Guard, LongText, Query, Text, Vault, own
from shared.web.doors import command_by_role

MAX_PAGE = 200

D = TypeVar("D", bound=Done)


@dataclass(frozen=True, slots=True)
class Acts:
    """Commands on one request, and the texts that come with them."""

    requests: RequestHandler
    vault: Vault
    clock: Clock

    async def text(self, request_id: UUID, words: LongText, call: Call) -> TextRef:
        """What somebody wrote beside a command. An officer's note is written to be told (L2)."""
        level = DataLevel.L2 if call.actor.unit else DataLevel.L3
        sealed = await self.vault.seal(
            request_id,
            call.key,
            {"note": Text(ItemKind.NOTE, words, level)},
            request_id=RequestId(request_id),
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs["note"]

    async def note(self, request_id: UUID, words: LongText | None, call: Call) -> TextRef | None:
        return await self.text(request_id, words, call) if words is not None else None

    async def carry_out(self, request_id: UUID, command: RequestCommand, call: Call, answer: Callable[[Done], D]) -> D:
        def told(recorded: Recorded[RequestState, RequestEvent]) -> D:
            state = recorded.state
            done = Done(
                request_id=request_id,
                state=state_code(state) if not isinstance(state, Unfiled) else "",
                version=recorded.version,
                record_id=recorded.last,
            )
            return answer(done)

        recorded = await self.requests.handle(
            request_id,
            command,
            call.context,
            once=call.once,
            answer=lambda recorded: told(recorded).model_dump(mode="json"),
            if_version=call.if_match,
        )
        return told(recorded)

    async def done(self, request_id: UUID, command: RequestCommand, call: Call) -> Done:
        return await self.carry_out(request_id, command, call, lambda done: done)


def filing_router(front: FrontDesk, guard: Guard, filings: str) -> APIRouter:
    router = _router()

    @router.post("/requests", operation_id="intake.file_request", status_code=201)
    async def file(
        body: FileBody, call: Annotated[Call, guard.command(Operation.FILE, relation=own, anonymous=True, replay=False)]
    ) -> FiledAnswer:
        if call.actor.person is None and call.answered is None:
            guard.limits.hit(filings, "filings", call.address)
        return await front.file(body, call, Door.PORTAL)

    return router


def reading_router(
    requests: RequestHandler, reader: RequestReader, lists: RequestLists, follow: Follow, guard: Guard, related: Relate
) -> APIRouter:
    router = _router()

    @router.get("/requests", operation_id="intake.list_requests")
    async def list_requests(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_list)],
        state: Annotated[str | None, Param(max_length=30)] = None,
        id: Annotated[tuple[UUID, ...], Param(max_length=MAX_PAGE)] = (),
        code: Annotated[str | None, Param(max_length=20)] = None,
        after: UUID | None = None,
        cursor: Annotated[str | None, Param(max_length=200)] = None,
        limit: Annotated[int, Param(ge=1, le=MAX_PAGE)] = 50,
    ) -> RequestList:
        if after is not None:
            await requests.store.wait_for_view(progress.name, after)
        return await lists.page(query.actor, Wanted(state, id, follow.code(code) if code else None, cursor, limit))

    @router.get("/requests/{request_id}", operation_id="intake.get_request")
    async def get_request(
        request_id: UUID, response: Response, query: Annotated[Query, guard.query(Operation.READ, relation=related)]
    ) -> RequestAnswer:
        answer = await reader.read(request_id, query.language)
        response.headers["ETag"] = f'"{answer.version}"'
        return answer

    @router.get("/requests/{request_id}/receipt", operation_id="intake.get_receipt")
    async def get_receipt(
        request_id: UUID, query: Annotated[Query, guard.query(Operation.FOLLOW, relation=related)]
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

    return router


def requester_router(acts: Acts, guard: Guard, related: Relate) -> APIRouter:
    router = _router()

    @router.post("/requests/{request_id}/supplements", operation_id="intake.supplement")
    async def supplement(
        request_id: UUID,
        body: SupplementBody,
        call: Annotated[Call, guard.command(Operation.SUPPLEMENT, relation=related)],
    ) -> Added:
        text = await acts.text(request_id, body.text, call)
        kinds = danger_in(body.text)
        help_words = danger_help(kinds, call.language)
        return await acts.carry_out(
            request_id,
            Supplement(text=text, danger=kinds, at=acts.clock.now()),
            call,
            lambda done: Added(**done.model_dump(), danger=help_words),
        )

    @router.post("/requests/{request_id}/withdrawal", operation_id="intake.withdraw")
    async def withdraw(
        request_id: UUID,
        body: WithdrawalBody,
        call: Annotated[Call, guard.command(Operation.WITHDRAW, relation=related)],
    ) -> Done:
        note = await acts.note(request_id, body.note, call)
        return await acts.done(request_id, Withdraw(note=note, at=acts.clock.now()), call)

    return router


def officer_router(acts: Acts, guard: Guard, related: Relate) -> APIRouter:
    """Asking for papers, accepting and filing away are parts of registering, and allowed to whoever registers. Whoever
    only triages registers nothing: he returns the request to the person, and the papers asked for are the reason.
    """
    router = _router()
    asking = command_by_role(guard, Operation.REGISTER, {Role.TRIAGE_OFFICER: Operation.RETURN}, relation=related)

    @router.post("/requests/{request_id}/info-requests", operation_id="intake.request_info")
    async def request_info(request_id: UUID, body: InfoBody, call: Annotated[Call, asking]) -> Done:
        now = acts.clock.now()
        warn_at, due = times_for_papers(now, body.due)
        note = await acts.note(request_id, body.note, call)
        command = RequestInfo(items=body.codes, note=note, warn_at=warn_at, due=due, at=now)
        return await acts.done(request_id, command, call)

    @router.post("/requests/{request_id}/acceptance", operation_id="intake.accept_request")
    async def accept(
        request_id: UUID, call: Annotated[Call, guard.command(Operation.REGISTER, relation=related)]
    ) -> Done:
        return await acts.done(request_id, Accept(at=acts.clock.now()), call)

    @router.post("/requests/{request_id}/refusal", operation_id="intake.refuse_request")
    async def refuse(
        request_id: UUID,
        body: RefusalBody,
        call: Annotated[Call, guard.command(Operation.REFUSE_NOTICE, relation=related)],
    ) -> Done:
        note = await acts.text(request_id, body.note, call)
        command = RefuseAcceptance(reason=body.reason, note=note, at=acts.clock.now())
        return await acts.done(request_id, command, call)

    @router.post("/requests/{request_id}/reopening", operation_id="intake.reopen")
    async def reopen(
        request_id: UUID, body: ReopeningBody, call: Annotated[Call, guard.command(Operation.REOPEN, relation=related)]
    ) -> Done:
        note = await acts.note(request_id, body.note, call)
        return await acts.done(request_id, Reopen(reason=body.reason, note=note, at=acts.clock.now()), call)

    @router.post("/requests/{request_id}/archive", operation_id="intake.archive")
    async def archive(
        request_id: UUID, call: Annotated[Call, guard.command(Operation.REGISTER, relation=related)]
    ) -> Done:
        return await acts.done(request_id, Archive(at=acts.clock.now()), call)

    return router


def _router() -> APIRouter:
    return APIRouter(prefix="/intake/v1", tags=["requests"])

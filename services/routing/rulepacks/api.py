"""Rule packs over HTTP: read, edited row by row, re-decided on past requests, published by a second person."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Query as Param
from pydantic import Field

from services.routing.adapters.tables import write_pack
from services.routing.rulepacks.bodies import RowBody
from services.routing.rulepacks.checking import check
from services.routing.rulepacks.decider import (
    MOST_ROWS,
    AddRow,
    DiscardDraft,
    DraftPack,
    MoveRow,
    PublishPack,
    RemoveRow,
    ReplaceRow,
    RulePackCommand,
    UndoEdit,
    WithdrawPack,
)
from services.routing.rulepacks.desk import DraftAnswer, PackAnswer, PackDesk, Packs, known_laws
from services.routing.rulepacks.facts import PackId
from services.routing.rulepacks.redeciding import count_past
from services.routing.rulepacks.redecision import BeginRedecision, RedecisionId
from services.routing.rulepacks.results import Asked, MovedPage, Result
from services.routing.rulepacks.store import SHELF_ID
from services.routing.rulepacks.views import redecisions as redecisions_view
from shared.contracts.codes import Channel, Operation, Role
from shared.kernel import BUREAU_ZONE, Actor, PackVersion, PersonId, derive_id
from shared.web import Call, CodeText, Guard, Query, StrictModel
from shared.web.coverage import Coverage
from shared.web.doors import query_by_role
from shared.web.errors import LogBehind, NotAllowed
from shared.web.guard import unrelated

Number = Annotated[int, Field(strict=True, ge=1, le=MOST_ROWS)]
Revision = Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)]


class DraftBody(StrictModel):
    based_on: CodeText
    """A pack at hand: the one in force to change it, an older one to go back to it."""


class AddBody(StrictModel):
    number: Number
    """Where it shall stand; what stands there moves down."""
    row: RowBody
    revision: Revision


class ReplaceBody(StrictModel):
    row: RowBody
    revision: Revision


class MoveBody(StrictModel):
    to: Number
    revision: Revision


class RevisionBody(StrictModel):
    revision: Revision


class PublishBody(StrictModel):
    in_force_from: date


class Done(StrictModel):
    pack_id: UUID
    version: int
    """Of the shelf."""
    record_id: UUID | None


class Begun(StrictModel):
    redecision_id: UUID
    total: int
    record_id: UUID | None


def rule_packs_router(desk: PackDesk, guard: Guard, coverage: Coverage) -> APIRouter:
    router = APIRouter(prefix="/routing/v1/rule-packs", tags=["rule-packs"])
    _readings(router, desk, guard)
    _drafting(router, desk, guard)
    _publishing(router, desk, guard, coverage)
    return router


def _readings(router: APIRouter, desk: PackDesk, guard: Guard) -> None:
    reading: Any = query_by_role(
        guard, Operation.DRAFT_RULES, {Role.BUREAU_LEADER: Operation.PUBLISH_RULES}, relation=unrelated
    )

    @router.get("", operation_id="routing.list_rule_packs")
    async def list_packs(query: Annotated[Query, reading]) -> Packs:
        return await desk.all()

    @router.get("/drafts/{pack_id}", operation_id="routing.get_rule_draft")
    async def get_draft(pack_id: UUID, query: Annotated[Query, reading]) -> DraftAnswer:
        return await desk.told(pack_id, query.actor.person, query.language)

    @router.get("/redecisions/{redecision_id}", operation_id="routing.get_redecision")
    async def get_redecision(
        redecision_id: UUID, query: Annotated[Query, reading], after: UUID | None = None
    ) -> Result:
        if after is not None:
            await desk.packs.store.wait_for_view(redecisions_view.name, after)
        return await desk.result(RedecisionId(redecision_id))

    @router.get("/redecisions/{redecision_id}/requests", operation_id="routing.list_redecided")
    async def list_redecided(
        redecision_id: UUID,
        query: Annotated[Query, reading],
        before: Channel | None = None,
        after: Channel | None = None,
        cursor: Annotated[str | None, Param(max_length=200)] = None,
        limit: Annotated[int, Param(ge=1, le=200)] = 40,
    ) -> MovedPage:
        """Those that would go elsewhere, the newest first; what is in the child lane is counted and not listed."""
        return await desk.results.moved(RedecisionId(redecision_id), Asked(before, after, cursor, limit))

    @router.get("/redecisions/{redecision_id}/export", operation_id="routing.export_redecided", response_class=Response)
    async def export_redecided(
        redecision_id: UUID,
        query: Annotated[Query, reading],
        before: Channel | None = None,
        after: Channel | None = None,
    ) -> Response:
        written = await desk.results.exported(RedecisionId(redecision_id), Asked(before, after))
        name = f'attachment; filename="redecision-{redecision_id}.csv"'
        return Response(written, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})

    @router.get("/{version}", operation_id="routing.get_rule_pack")
    async def get_pack(version: CodeText, query: Annotated[Query, reading]) -> PackAnswer:
        return await desk.one(version)

    @router.get("/{version}/table", operation_id="routing.export_rule_pack", response_class=Response)
    async def export_pack(version: CodeText, query: Annotated[Query, reading]) -> Response:
        """The pack as a JDM decision table, for any editor of such tables."""
        await desk.shelf.newest()
        written = write_pack(desk.named(version))
        name = f'attachment; filename="{version}.json"'
        return Response(written, media_type="application/json", headers={"Content-Disposition": name})


def _drafting(router: APIRouter, desk: PackDesk, guard: Guard) -> None:
    drafting: Any = guard.command(Operation.DRAFT_RULES)

    async def edit(pack_id: UUID, wish: Callable[[PersonId], RulePackCommand], call: Call) -> Done:
        await desk.draft(pack_id)
        return await _carry_out(desk, pack_id, wish(_person(call.actor)), call)

    @router.post("/drafts", operation_id="routing.draft_rule_pack", status_code=201)
    async def draft(body: DraftBody, call: Annotated[Call, drafting]) -> Done:
        person, now = _person(call.actor), desk.clock.now()
        pack_id = PackId(derive_id(person, "rule pack", call.key))
        command = DraftPack(
            pack_id=pack_id,
            version=_version(pack_id, now.astimezone(BUREAU_ZONE).date()),
            based_on=PackVersion(body.based_on),
            by=person,
            at=now,
        )
        return await _carry_out(desk, pack_id, command, call)

    @router.post("/drafts/{pack_id}/rows", operation_id="routing.add_rule_row", status_code=201)
    async def add(pack_id: UUID, body: AddBody, call: Annotated[Call, drafting]) -> Done:
        row, now = body.row.row(body.number), desk.clock.now()
        return await edit(
            pack_id,
            lambda by: AddRow(pack_id=PackId(pack_id), row=row, revision=body.revision, by=by, at=now),
            call,
        )

    @router.put("/drafts/{pack_id}/rows/{number}", operation_id="routing.replace_rule_row")
    async def put_row(pack_id: UUID, number: int, body: ReplaceBody, call: Annotated[Call, drafting]) -> Done:
        row, now = body.row.row(number), desk.clock.now()
        return await edit(
            pack_id,
            lambda by: ReplaceRow(pack_id=PackId(pack_id), row=row, revision=body.revision, by=by, at=now),
            call,
        )

    @router.post("/drafts/{pack_id}/rows/{number}/place", operation_id="routing.move_rule_row")
    async def move(pack_id: UUID, number: int, body: MoveBody, call: Annotated[Call, drafting]) -> Done:
        now = desk.clock.now()
        return await edit(
            pack_id,
            lambda by: MoveRow(
                pack_id=PackId(pack_id), number=number, to=body.to, revision=body.revision, by=by, at=now
            ),
            call,
        )

    @router.post("/drafts/{pack_id}/rows/{number}/removal", operation_id="routing.remove_rule_row")
    async def remove(pack_id: UUID, number: int, body: RevisionBody, call: Annotated[Call, drafting]) -> Done:
        now = desk.clock.now()
        return await edit(
            pack_id,
            lambda by: RemoveRow(pack_id=PackId(pack_id), number=number, revision=body.revision, by=by, at=now),
            call,
        )

    @router.post("/drafts/{pack_id}/undo", operation_id="routing.undo_rule_edit")
    async def undo(pack_id: UUID, body: RevisionBody, call: Annotated[Call, drafting]) -> Done:
        now = desk.clock.now()
        return await edit(
            pack_id, lambda by: UndoEdit(pack_id=PackId(pack_id), revision=body.revision, by=by, at=now), call
        )

    @router.post("/drafts/{pack_id}/discard", operation_id="routing.discard_rule_draft")
    async def discard(pack_id: UUID, call: Annotated[Call, drafting]) -> Done:
        command = DiscardDraft(pack_id=PackId(pack_id), by=_person(call.actor), at=desk.clock.now())
        return await _carry_out(desk, pack_id, command, call)

    @router.post("/drafts/{pack_id}/redecision", operation_id="routing.redecide", status_code=201)
    async def redecide(pack_id: UUID, call: Annotated[Call, drafting]) -> Begun:
        """Begins in the background; `get_redecision` tells how far it is."""
        found, now = await desk.draft(pack_id), desk.clock.now()
        check(found.rows, known_laws())
        redecision_id = RedecisionId(derive_id(pack_id, "redecision", call.principal, call.key))
        total = await count_past(desk.results.pool, now)
        command = BeginRedecision(
            redecision_id=redecision_id,
            pack_id=PackId(pack_id),
            revision=found.revision,
            version=found.version,
            rows=found.rows,
            against=desk.shelf.on(desk.today).version,
            total=total,
            by=_person(call.actor),
            at=now,
        )
        recorded = await desk.redecisions.handle(
            redecision_id,
            command,
            call.context,
            once=call.once,
            answer=lambda recorded: Begun(redecision_id=redecision_id, total=total, record_id=recorded.last).model_dump(
                mode="json"
            ),
        )
        return Begun.model_validate(recorded.answer)


def _publishing(router: APIRouter, desk: PackDesk, guard: Guard, coverage: Coverage) -> None:
    publishing: Any = guard.command(Operation.PUBLISH_RULES)

    @router.post("/drafts/{pack_id}/publication", operation_id="routing.publish_rule_pack")
    async def publish(pack_id: UUID, body: PublishBody, call: Annotated[Call, publishing]) -> Done:
        """While the log does not cover what happened, rules wait (503)."""
        if await coverage.stale():
            raise LogBehind
        command = PublishPack(
            pack_id=PackId(pack_id),
            in_force_from=body.in_force_from,
            redecided=await desk.redecided(pack_id),
            by=_person(call.actor),
            at=desk.clock.now(),
        )
        return await _carry_out(desk, pack_id, command, call)

    @router.post("/drafts/{pack_id}/withdrawal", operation_id="routing.withdraw_rule_pack")
    async def withdraw(pack_id: UUID, call: Annotated[Call, publishing]) -> Done:
        """Of a published pack that is not in force yet."""
        command = WithdrawPack(pack_id=PackId(pack_id), by=_person(call.actor), at=desk.clock.now())
        return await _carry_out(desk, pack_id, command, call)


async def _carry_out(desk: PackDesk, pack_id: UUID, command: RulePackCommand, call: Call) -> Done:
    recorded = await desk.packs.handle(
        SHELF_ID,
        command,
        call.context,
        once=call.once,
        answer=lambda recorded: Done(pack_id=pack_id, version=recorded.version, record_id=recorded.last).model_dump(
            mode="json"
        ),
    )
    await desk.shelf.newest()
    return Done.model_validate(recorded.answer)


def _person(actor: Actor) -> PersonId:
    if actor.person is None:
        raise NotAllowed
    return actor.person


def _version(pack_id: PackId, day: date) -> PackVersion:
    """The day of drafting, and enough of the id to tell two of a day apart."""
    return PackVersion(f"pack-{day:%Y-%m-%d}-{pack_id.hex[:4]}")

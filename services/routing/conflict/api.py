"""The score of a quarrel over HTTP: its parts, a way to object for whoever is concerned, a person who decides."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.routing.conflict.decider import ConflictCommand, Contest, DecideContest, score_of
from services.routing.conflict.rules.score import Band, Part, Proposes, Weights
from services.routing.conflict.store import ConflictHandler
from services.routing.decisions.doors import reading
from services.routing.decisions.relations import Relate
from services.routing.decisions.store import ItemKind
from shared.contracts.codes import DataLevel, Operation, Role
from shared.kernel import Clock, RequestId, TextRef
from shared.web import Call, Guard, LongText, Query, StrictModel, Text, Vault
from shared.web.doors import command_by_role

OFFICERS = dict.fromkeys((Role.DUTY_OFFICER, Role.TRIAGE_OFFICER, Role.STATION_LEADER), Operation.OVERRULE)
"""Officers object to what a machine counted by the right to overrule it; everybody else asks for a review."""


class PartAnswer(StrictModel):
    part: Part
    count: int
    points: int
    each: int
    most: int
    struck: bool
    contested: bool


class ScoreAnswer(StrictModel):
    request_id: UUID
    points: int
    band: Band
    watch_from: int
    high_from: int
    parts: tuple[PartAnswer, ...]
    proposes: tuple[Proposes, ...]
    weights: str
    since: datetime | None


class ContestBody(StrictModel):
    part: Part
    note: LongText


class ContestDecisionBody(StrictModel):
    part: Part
    upheld: bool
    note: LongText


class Objected(StrictModel):
    request_id: UUID
    part: Part
    record_id: UUID | None


def conflict_router(
    conflicts: ConflictHandler, weights: Weights, vault: Vault, guard: Guard, clock: Clock, relate: Relate
) -> APIRouter:
    router = APIRouter(prefix="/routing/v1", tags=["conflict"])
    objecting = command_by_role(guard, Operation.ASK_REVIEW, OFFICERS, relation=relate)

    async def note_of(request_id: UUID, note: LongText, call: Call) -> TextRef:
        sealed = await vault.seal(
            request_id,
            call.key,
            {"note": Text(ItemKind.NOTE, note, DataLevel.L3)},
            request_id=RequestId(request_id),
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs["note"]

    async def carry_out(request_id: UUID, part: Part, command: ConflictCommand, call: Call) -> Objected:
        recorded = await conflicts.handle(
            request_id,
            command,
            call.context,
            once=call.once,
            answer=lambda done: Objected(request_id=request_id, part=part, record_id=done.last).model_dump(mode="json"),
        )
        return Objected.model_validate(recorded.answer)

    @router.get("/decisions/{request_id}/conflict", operation_id="routing.get_conflict")
    async def get_conflict(request_id: UUID, query: Annotated[Query, reading(guard, relate)]) -> ScoreAnswer:
        """As of now. Whoever is concerned sees it too: what may be objected to must be seen."""
        conflict, _ = await conflicts.state(request_id)
        now = score_of(conflict, weights, clock.now())
        return ScoreAnswer(
            request_id=request_id,
            points=now.points,
            band=now.band,
            watch_from=weights.watch_from,
            high_from=weights.high_from,
            parts=tuple(
                PartAnswer(
                    part=each.part,
                    count=each.count,
                    points=each.points,
                    each=weights.parts[each.part].each,
                    most=weights.parts[each.part].most,
                    struck=each.struck,
                    contested=each.part in conflict.objections,
                )
                for each in now.parts
            ),
            proposes=now.proposes,
            weights=now.weights,
            since=conflict.since,
        )

    @router.post("/decisions/{request_id}/conflict/objections", operation_id="routing.contest_conflict")
    async def contest(request_id: UUID, body: ContestBody, call: Annotated[Call, objecting]) -> Objected:
        command = Contest(
            request_id=RequestId(request_id),
            part=body.part,
            by_role=Role(call.actor.role),
            by=call.actor.person,
            note=await note_of(request_id, body.note, call),
            at=clock.now(),
        )
        return await carry_out(request_id, body.part, command, call)

    @router.post("/decisions/{request_id}/conflict/objections/decision", operation_id="routing.decide_contest")
    async def decide_contest(
        request_id: UUID,
        body: ContestDecisionBody,
        call: Annotated[Call, guard.command(Operation.OVERRULE, relation=relate)],
    ) -> Objected:
        """By somebody else than whoever objected; a part that is struck counts no more."""
        command = DecideContest(
            request_id=RequestId(request_id),
            part=body.part,
            upheld=body.upheld,
            by=call.actor.person,
            note=await note_of(request_id, body.note, call),
            at=clock.now(),
        )
        return await carry_out(request_id, body.part, command, call)

    return router

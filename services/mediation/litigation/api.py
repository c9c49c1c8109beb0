"""A dispute at court over HTTP: the party or the desk tells what the court did, the desk keeps its time (R-19)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from services.mediation.cases.doors import coordinating
from services.mediation.cases.facts import CaseId
from services.mediation.cases.room import CaseRoom
from services.mediation.cases.state import Ended
from services.mediation.cases.store import evidence
from services.mediation.cases.values import Limit
from services.mediation.litigation import limits
from services.mediation.litigation.commands import (
    BeginLitigation,
    ChangeProcedure,
    ExtendTrial,
    LitigationCommand,
    RecordJudgment,
    ResumeTrial,
    SuspendTrial,
)
from services.mediation.litigation.decider import AtCourt, Judged, LitigationState, NotAtCourt
from services.mediation.litigation.facts import Procedure
from services.mediation.litigation.store import LitigationHandler, litigation_of
from shared.contracts.codes import Operation, State
from shared.kernel import NotFound, PersonId, RequestId
from shared.web import Call, Guard, LongText, Query, ShortText, StrictModel


class FilingBody(StrictModel):
    procedure: Procedure
    filed_at: AwareDatetime
    number: ShortText


class RulingBody(StrictModel):
    ruling: LongText


class JudgmentBody(StrictModel):
    paper: LongText


class TrialFile(BaseModel):
    litigation_id: UUID
    case_id: UUID
    request_id: UUID
    state: str
    procedure: str | None = None
    filed_at: datetime | None = None
    clock: str | None = None
    due: datetime | None = None
    warn_at: datetime | None = None
    overdue: bool = False
    suspended: bool = False
    extended: bool = False
    version: int
    record_id: UUID | None = None


class Bench:
    """Disputes at court, each beside its case."""

    def __init__(self, room: CaseRoom, litigations: LitigationHandler) -> None:
        self.room = room
        self.litigations = litigations

    async def at_court(self, case_id: UUID) -> AtCourt | Judged:
        state, _ = await self.litigations.state(litigation_of(case_id))
        if isinstance(state, NotAtCourt):
            raise NotFound("litigation")
        return state

    async def file(self, case_id: UUID) -> TrialFile:
        state, version = await self.litigations.state(litigation_of(case_id))
        return TrialFile.model_validate(_file(state, version, None))

    async def begin(self, case_id: UUID, body: FilingBody, call: Call) -> TrialFile:
        case = await self.room.open_case(case_id)
        refs = await self.room.seal(call, case_id, case.request_id, {"number": evidence(body.number)})
        wish = BeginLitigation(
            litigation_id=litigation_of(case_id),
            case_id=CaseId(case_id),
            request_id=RequestId(case.request_id),
            mediation_over=isinstance(case, Ended),
            procedure=body.procedure,
            filed_at=body.filed_at,
            number=refs["number"],
            limit=limits.from_filing(body.procedure, body.filed_at),
            at=self.room.now(),
        )
        return await self.act(case_id, wish, call)

    async def judge(self, case_id: UUID, body: JudgmentBody, by: PersonId, call: Call) -> TrialFile:
        trial = await self.at_court(case_id)
        refs = await self.room.seal(call, case_id, trial.request_id, {"paper": evidence(body.paper)})
        return await self.act(case_id, RecordJudgment(paper=refs["paper"], by=by, at=self.room.now()), call)

    async def act(self, case_id: UUID, wish: LitigationCommand, call: Call) -> TrialFile:
        recorded = await self.litigations.handle(
            litigation_of(case_id),
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: _file(recorded.state, recorded.version, recorded.last),
            if_version=call.if_match,
        )
        return TrialFile.model_validate(recorded.answer)


def _file(state: LitigationState, version: int, record_id: UUID | None) -> dict[str, Any]:
    if isinstance(state, NotAtCourt):
        raise NotFound("litigation")
    known = {
        "litigation_id": str(state.litigation_id),
        "case_id": str(state.case_id),
        "request_id": str(state.request_id),
        "version": version,
        "record_id": str(record_id) if record_id else None,
    }
    if isinstance(state, Judged):
        return known | {"state": State.JUDGED}
    return known | {
        "state": State.LITIGATING,
        "procedure": state.procedure,
        "filed_at": state.filed_at.isoformat(),
        "clock": state.limit.clock,
        "due": state.limit.due.isoformat(),
        "warn_at": state.limit.warn_at.isoformat() if state.limit.warn_at else None,
        "overdue": state.overdue,
        "suspended": state.suspended_at is not None,
        "extended": state.procedure in state.extended,
    }


def litigation_router(bench: Bench, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1/cases/{case_id}", tags=["litigation"])
    _told(router, bench, guard)
    _course(router, bench, guard)
    return router


def _told(router: APIRouter, bench: Bench, guard: Guard) -> None:
    room = bench.room
    party = guard.command(Operation.TAKE_PART, relation=room.relate)
    desk = coordinating(guard, room.relate)

    @router.get("/litigation", operation_id="mediation.get_litigation")
    async def get_litigation(
        case_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=room.relate)]
    ) -> TrialFile:
        return await bench.file(case_id)

    @router.post("/litigation", operation_id="mediation.tell_of_suit", status_code=201)
    async def tell_of_suit(case_id: UUID, body: FilingBody, call: Annotated[Call, party]) -> TrialFile:
        await room.party(call, case_id)
        return await bench.begin(case_id, body, call)

    @router.post("/recorded-litigation", operation_id="mediation.record_suit", status_code=201)
    async def record_suit(case_id: UUID, body: FilingBody, call: Annotated[Call, desk]) -> TrialFile:
        return await bench.begin(case_id, body, call)

    @router.post("/litigation/judgment", operation_id="mediation.tell_of_judgment")
    async def tell_of_judgment(case_id: UUID, body: JudgmentBody, call: Annotated[Call, party]) -> TrialFile:
        by, _ = await room.party(call, case_id)
        return await bench.judge(case_id, body, by, call)

    @router.post("/recorded-litigation/judgment", operation_id="mediation.record_judgment")
    async def record_judgment(case_id: UUID, body: JudgmentBody, call: Annotated[Call, desk]) -> TrialFile:
        return await bench.judge(case_id, body, (await room.official(call.actor)).person, call)


def _course(router: APIRouter, bench: Bench, guard: Guard) -> None:
    room = bench.room
    desk = coordinating(guard, room.relate)

    @router.post("/litigation/procedure", operation_id="mediation.change_procedure")
    async def change_procedure(case_id: UUID, call: Annotated[Call, desk]) -> TrialFile:
        """From simple to ordinary."""
        trial = await bench.at_court(case_id)
        filed_at = trial.filed_at if isinstance(trial, AtCourt) else room.now()
        wish = ChangeProcedure(limit=limits.from_filing(Procedure.ORDINARY, filed_at), at=room.now())
        return await bench.act(case_id, wish, call)

    @router.post("/litigation/extension", operation_id="mediation.extend_trial")
    async def extend_trial(case_id: UUID, body: RulingBody, call: Annotated[Call, desk]) -> TrialFile:
        trial, now = await bench.at_court(case_id), room.now()
        refs = await room.seal(call, case_id, trial.request_id, {"ruling": evidence(body.ruling)})
        procedure = trial.procedure if isinstance(trial, AtCourt) else Procedure.ORDINARY
        due = trial.limit.due if isinstance(trial, AtCourt) else now
        wish = ExtendTrial(limit=limits.longer(procedure, due), ruling=refs["ruling"], at=now)
        return await bench.act(case_id, wish, call)

    @router.post("/litigation/suspension", operation_id="mediation.suspend_trial")
    async def suspend_trial(case_id: UUID, body: RulingBody, call: Annotated[Call, desk]) -> TrialFile:
        trial = await bench.at_court(case_id)
        refs = await room.seal(call, case_id, trial.request_id, {"ruling": evidence(body.ruling)})
        return await bench.act(case_id, SuspendTrial(ruling=refs["ruling"], at=room.now()), call)

    @router.post("/litigation/resumption", operation_id="mediation.resume_trial")
    async def resume_trial(case_id: UUID, call: Annotated[Call, desk]) -> TrialFile:
        trial, now = await bench.at_court(case_id), room.now()
        return await bench.act(case_id, ResumeTrial(limit=_resumed(trial, now), at=now), call)


def _resumed(trial: AtCourt | Judged, now: datetime) -> Limit:
    if isinstance(trial, Judged):
        return limits.from_filing(Procedure.ORDINARY, now)
    since = trial.suspended_at
    return trial.limit if since is None else limits.after_the_pause(trial.limit, since, now)

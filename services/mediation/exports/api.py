"""The file of a case over HTTP: asked for, approved by another person, fetched as PDF or JSON."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.mediation.cases.facts import CaseId
from services.mediation.cases.room import CaseRoom, id_in
from services.mediation.cases.standing import PARTY_ROLES
from services.mediation.cases.store import note
from services.mediation.exports.decider import (
    ApproveExport,
    Asked,
    AskExport,
    ExportCommand,
    ExportId,
    FetchFile,
    Form,
    RefuseExport,
)
from services.mediation.exports.store import ExportHandler
from services.mediation.exports.views import ExportBoard
from services.mediation.papers.dossier import DossierPrinter
from shared.contracts.codes import Operation, Purpose, Relation
from shared.kernel import Actor, Context, NotFound, PersonId, RequestId, derive_id
from shared.web import Call, Guard, LongText, Query, StrictModel
from shared.web.access import Effect, access_table
from shared.web.coverage import Coverage
from shared.web.errors import LogBehind, NotAllowed


class AskBody(StrictModel):
    purpose: Literal["data_rights", "mediation", "handling"] | None = None
    """Left out: the own copy for a party, the mediation's for staff."""


class JudgeBody(StrictModel):
    note: LongText | None = None


class NothingBody(StrictModel):
    pass


class ExportAnswer(BaseModel):
    export_id: UUID
    case_id: UUID
    request_id: UUID
    asked_by: UUID
    purpose: str
    standing: str
    until: str | None
    record_id: UUID | None = None


class ExportList(BaseModel):
    exports: list[dict[str, Any]]


class ExportDesk:
    """Who may have the file of a case, and whose word it takes."""

    def __init__(
        self, room: CaseRoom, exports: ExportHandler, guard: Guard, coverage: Coverage, printer: DossierPrinter
    ) -> None:
        self.room = room
        self.exports = exports
        self.printer = printer
        self._guard = guard
        self._coverage = coverage

    async def export(self, export_id: UUID) -> Asked:
        state, _ = await self.exports.state(export_id)
        if not isinstance(state, Asked):
            raise NotFound("export")
        return state

    async def relate(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        export = await self.export(id_in(path, "export_id"))
        return await self.room.relate(actor, {"case_id": str(export.case_id)})

    async def needs_approval(self, query: Query) -> bool:
        """Raises NotAllowed where the table denies the export, which is a fact as every denial is."""
        roles = sorted(query.actor.roles)
        _, decision = access_table().best(roles, Operation.EXPORT, query.relations)
        if decision.effect is Effect.DENY:
            await self._guard.denials.of(query.actor, Operation.EXPORT, query.address)
            raise NotAllowed
        return decision.effect is Effect.APPROVE

    async def require_covered(self) -> None:
        await require_covered(self._coverage)

    async def act(self, export_id: UUID, wish: ExportCommand, call: Call) -> ExportAnswer:
        recorded = await self.exports.handle(
            export_id,
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: _answer(recorded.state, recorded.last),
            if_version=call.if_match,
        )
        return ExportAnswer.model_validate(recorded.answer)

    async def person(self, actor: Actor, case_id: UUID) -> PersonId:
        """As whom the caller asks: the person signed in, or the requester whose code and PIN opened the door."""
        if actor.person is not None:
            return actor.person
        file = await self.room.file(case_id)
        if actor.about == file.request_id:
            return file.parties[0].party
        raise NotAllowed

    async def fetch(self, export_id: UUID, form: Form, query: Query) -> Response:
        export = await self.export(export_id)
        await self.needs_approval(query)
        await self.require_covered()
        by = await self.person(query.actor, export.case_id)
        context = Context(actor=query.actor, trace=query.context.trace)
        await self.exports.handle(export_id, FetchFile(by=by, form=form, at=self.room.now()), context)
        party = query.actor.role in PARTY_ROLES
        return await self.printer.printed(export, form, query.context, for_party=by if party else None)


async def require_covered(coverage: Coverage) -> None:
    """A file does not leave while the log lags: whoever asks later must find what left."""
    if await coverage.stale():
        raise LogBehind


def _answer(state: object, record_id: UUID | None) -> dict[str, Any]:
    assert isinstance(state, Asked)
    return {
        "export_id": str(state.export_id),
        "case_id": str(state.case_id),
        "request_id": str(state.request_id),
        "asked_by": str(state.asked_by),
        "purpose": state.purpose,
        "standing": state.standing,
        "until": state.until.isoformat() if state.until else None,
        "record_id": str(record_id) if record_id else None,
    }


def exports_router(desk: ExportDesk, board: ExportBoard, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1", tags=["exports"])
    _askings(router, desk, board, guard)
    _judgements(router, desk, board, guard)
    return router


def _askings(router: APIRouter, desk: ExportDesk, board: ExportBoard, guard: Guard) -> None:
    @router.post("/cases/{case_id}/exports", operation_id="mediation.ask_export", status_code=201)
    async def ask_export(
        case_id: UUID,
        call: Annotated[Call, guard.command(Operation.READ, relation=desk.room.relate)],
        body: AskBody | None = None,
    ) -> ExportAnswer:
        """Whoever may read a case may ask; whether another person has to approve, the access table says."""
        needs_approval = await desk.needs_approval(call)
        file = await desk.room.file(case_id)
        by_party = call.actor.role in PARTY_ROLES
        usual = Purpose.DATA_RIGHTS if by_party else Purpose.MEDIATION
        export_id = ExportId(derive_id(case_id, "export", call.principal, call.key))
        wish = AskExport(
            export_id=export_id,
            case_id=CaseId(file.case_id),
            request_id=RequestId(file.request_id),
            by=await desk.person(call.actor, case_id),
            by_party=by_party,
            purpose=Purpose(body.purpose) if body and body.purpose else usual,
            needs_approval=needs_approval,
            at=desk.room.now(),
        )
        return await desk.act(export_id, wish, call)

    @router.get("/cases/{case_id}/exports", operation_id="mediation.list_own_exports")
    async def list_own_exports(
        case_id: UUID,
        query: Annotated[Query, guard.query(Operation.READ, relation=desk.room.relate)],
        after: UUID | None = None,
    ) -> ExportList:
        """What the caller asked for himself, and how it stands."""
        return ExportList(exports=await board.of_case(case_id, await desk.person(query.actor, case_id), after))

    @router.get("/exports/{export_id}", operation_id="mediation.get_export")
    async def get_export(
        export_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=desk.relate)]
    ) -> ExportAnswer:
        return ExportAnswer.model_validate(_answer(await desk.export(export_id), None))

    @router.get("/exports/{export_id}/file", operation_id="mediation.fetch_file", response_class=Response)
    async def fetch_file(
        export_id: UUID,
        query: Annotated[Query, guard.query(Operation.READ, relation=desk.relate)],
        form: Form = Form.PDF,
    ) -> Response:
        """Every fetch is a fact before the file leaves."""
        return await desk.fetch(export_id, form, query)


def _judgements(router: APIRouter, desk: ExportDesk, board: ExportBoard, guard: Guard) -> None:
    @router.get("/exports", operation_id="mediation.list_exports")
    async def list_exports(
        query: Annotated[Query, guard.query(Operation.APPROVE_EXPORT)], after: UUID | None = None
    ) -> ExportList:
        """What waits for a second person."""
        return ExportList(exports=await board.asked(after))

    @router.post("/exports/{export_id}/approval", operation_id="mediation.approve_export")
    async def approve_export(
        export_id: UUID,
        call: Annotated[Call, guard.command(Operation.APPROVE_EXPORT, relation=desk.relate)],
        body: NothingBody | None = None,
    ) -> ExportAnswer:
        await desk.require_covered()
        by = await desk.person(call.actor, (await desk.export(export_id)).case_id)
        return await desk.act(export_id, ApproveExport(by=by, at=desk.room.now()), call)

    @router.post("/exports/{export_id}/refusal", operation_id="mediation.refuse_export")
    async def refuse_export(
        export_id: UUID,
        call: Annotated[Call, guard.command(Operation.APPROVE_EXPORT, relation=desk.relate)],
        body: JudgeBody | None = None,
    ) -> ExportAnswer:
        export = await desk.export(export_id)
        words = note(body.note if body else None)
        refs = await desk.room.seal(call, export.case_id, export.request_id, {"note": words})
        by = await desk.person(call.actor, export.case_id)
        return await desk.act(export_id, RefuseExport(by=by, note=refs.get("note"), at=desk.room.now()), call)

"""The judicial confirmation over HTTP: joined by each side, filed by both, accepted and decided by the court (R-13)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.mediation.agreements import limits
from services.mediation.agreements.api import Paperwork
from services.mediation.agreements.bodies import (
    AgreementDone,
    DecisionBody,
    JoiningBody,
    NothingBody,
    RecordedJoiningBody,
)
from services.mediation.agreements.commands import (
    AcceptConfirmation,
    DecideConfirmation,
    ExtendConfirmation,
    FileConfirmation,
    JoinConfirmation,
    RecordJoining,
)
from services.mediation.agreements.views import waiting
from services.mediation.cases.room import CaseRoom
from services.mediation.cases.steps import ACCESS
from services.mediation.cases.store import evidence
from services.mediation.channels.commands import Official
from shared.contracts.codes import Operation
from shared.kernel import PersonId
from shared.web import Call, Guard, Query, Relate

PLACE = "/agreements/{agreement_id}/confirmation"


class Application(BaseModel):
    agreement_id: UUID
    case_id: UUID
    state: str
    due: datetime | None
    filed_at: datetime


class ApplicationList(BaseModel):
    applications: list[Application]


def confirmation_router(room: CaseRoom, guard: Guard, court: Relate) -> APIRouter:
    """`court`: whether the caller comes from a court that is on the register."""
    router = APIRouter(prefix="/mediation/v1", tags=["agreements"])
    papers = Paperwork(room)

    @router.get("/confirmations", operation_id="mediation.list_confirmations")
    async def list_confirmations(
        query: Annotated[Query, guard.query(Operation.CONFIRM, relation=court)], after: UUID | None = None
    ) -> ApplicationList:
        """What both sides asked a court to confirm, and no court has decided yet."""
        rows = await waiting(room.agreements.store, after)
        return ApplicationList(applications=[Application(**row) for row in rows])

    _applications(router, room, papers, guard)
    _decisions(router, room, papers, guard)
    return router


def _applications(router: APIRouter, room: CaseRoom, papers: Paperwork, guard: Guard) -> None:
    @router.post(f"{PLACE}/joining", operation_id="mediation.join_confirmation")
    async def join_confirmation(
        agreement_id: UUID,
        call: Annotated[Call, guard.command(ACCESS["join_confirmation"], relation=papers.relate)],
        body: JoiningBody | None = None,
    ) -> AgreementDone:
        file = await room.agreement_file(agreement_id)
        party, how = await room.party(call, file.case_id)
        scope = (body or JoiningBody()).scope
        return await papers.act(agreement_id, JoinConfirmation(party=party, scope=scope, how=how, at=room.now()), call)

    @router.post(f"{PLACE}/recorded-joining", operation_id="mediation.record_joining")
    async def record_joining(
        agreement_id: UUID,
        body: RecordedJoiningBody,
        call: Annotated[Call, guard.command(Operation.DRAFT_AGREEMENT, relation=papers.relate)],
    ) -> AgreementDone:
        file = await room.agreement_file(agreement_id)
        refs = await room.seal(call, file.case_id, file.request_id, {"evidence": evidence(body.evidence)})
        wish = RecordJoining(
            party=PersonId(body.party),
            scope=body.scope,
            how=body.how,
            evidence=refs["evidence"],
            by=(await room.official(call.actor)).person,
            at=room.now(),
        )
        return await papers.act(agreement_id, wish, call)

    @router.post(PLACE, operation_id="mediation.file_confirmation")
    async def file_confirmation(
        agreement_id: UUID,
        call: Annotated[Call, guard.command(ACCESS["file_confirmation"], relation=papers.relate)],
        body: JoiningBody | None = None,
    ) -> AgreementDone:
        """By one side in the name of both, once both have joined."""
        now = room.now()
        wish = FileConfirmation(scope=(body or JoiningBody()).scope, acceptance_due=limits.acceptance_due(now), at=now)
        return await papers.act(agreement_id, wish, call)


async def _judge(room: CaseRoom, agreement_id: UUID, call: Call) -> tuple[Official, frozenset[PersonId]]:
    """Who decides, with what the own history knows of him and the parties, and who hosted."""
    case = await room.file((await room.agreement_file(agreement_id)).case_id)
    hosts = {case.host, *(session.host for session in case.sessions)}
    return await room.official(call.actor, case), frozenset(host for host in hosts if host is not None)


def _decisions(router: APIRouter, room: CaseRoom, papers: Paperwork, guard: Guard) -> None:
    @router.post(f"{PLACE}/acceptance", operation_id="mediation.accept_confirmation")
    async def accept_confirmation(
        agreement_id: UUID,
        call: Annotated[Call, guard.command(Operation.CONFIRM, relation=papers.relate)],
        body: NothingBody | None = None,
    ) -> AgreementDone:
        now = room.now()
        by, hosts = await _judge(room, agreement_id, call)
        wish = AcceptConfirmation(by=by, hosts=hosts, decision_due=limits.decision_due(now), at=now)
        return await papers.act(agreement_id, wish, call)

    @router.post(f"{PLACE}/extension", operation_id="mediation.extend_confirmation")
    async def extend_confirmation(
        agreement_id: UUID,
        call: Annotated[Call, guard.command(Operation.CONFIRM, relation=papers.relate)],
        body: NothingBody | None = None,
    ) -> AgreementDone:
        file = await room.agreement_file(agreement_id)
        due = file.confirmation.decision_due if file.confirmation else None
        by, hosts = await _judge(room, agreement_id, call)
        longer = limits.extended_due(due or room.now())
        wish = ExtendConfirmation(by=by, hosts=hosts, decision_due=longer, at=room.now())
        return await papers.act(agreement_id, wish, call)

    @router.post(f"{PLACE}/decision", operation_id="mediation.decide_confirmation")
    async def decide_confirmation(
        agreement_id: UUID,
        body: DecisionBody,
        call: Annotated[Call, guard.command(Operation.CONFIRM, relation=papers.relate)],
    ) -> AgreementDone:
        file = await room.agreement_file(agreement_id)
        refs = await room.seal(call, file.case_id, file.request_id, {"ruling": evidence(body.ruling)})
        by, hosts = await _judge(room, agreement_id, call)
        wish = DecideConfirmation(
            by=by,
            hosts=hosts,
            confirmed=body.confirmed,
            reason=body.reason,
            ruling=refs.get("ruling"),
            at=room.now(),
        )
        return await papers.act(agreement_id, wish, call)

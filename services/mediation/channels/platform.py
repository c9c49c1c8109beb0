"""Talks on line over HTTP, and the papers of firms and of the next higher police body (R-14, R-28, R-08)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.mediation.cases import deadlines
from services.mediation.cases.bodies import Done, EmptyBody
from services.mediation.cases.doors import coordinating
from services.mediation.cases.room import CaseRoom
from services.mediation.cases.steps import ACCESS
from services.mediation.cases.store import evidence
from services.mediation.channels.bodies import ApprovalBody, FirmConsentBody, RemoteBody
from services.mediation.channels.commands import (
    AcceptHosting,
    ChooseRemote,
    DeclineHosting,
    ExtendCasework,
    RecordFirmConsent,
    RecordRemote,
)
from shared.kernel import PersonId
from shared.web import Call, Guard


def platform_router(room: CaseRoom, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1/cases", tags=["channels"])
    _choosing(router, room, guard)
    _hosting(router, room, guard)
    _papers(router, room, guard)
    return router


def _choosing(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    @router.post("/{case_id}/remote", operation_id="mediation.choose_remote")
    async def choose_remote(
        case_id: UUID,
        call: Annotated[Call, guard.command(ACCESS["choose_remote"], relation=room.relate)],
        body: EmptyBody | None = None,
    ) -> Done:
        """One side agrees to talk on line; the time begins when the last one has."""
        party, how = await room.party(call, case_id)
        now = room.now()
        wish = ChooseRemote(party=party, how=how, term=deadlines.remote_term(now), at=now)
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/recorded-remote", operation_id="mediation.record_remote")
    async def record_remote(
        case_id: UUID,
        body: RemoteBody,
        call: Annotated[Call, guard.command(ACCESS["record_remote"], relation=room.relate)],
    ) -> Done:
        case, now = await room.open_case(case_id), room.now()
        refs = await room.seal(call, case_id, case.request_id, {"evidence": evidence(body.evidence)})
        wish = RecordRemote(
            party=PersonId(body.party),
            how=body.how,
            evidence=refs["evidence"],
            by=(await room.official(call.actor)).person,
            term=deadlines.remote_term(now),
            at=now,
        )
        return Done(**await room.act(case_id, wish, call))


def _hosting(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    host = guard.command(ACCESS["accept_hosting"], relation=room.relate)

    @router.post("/{case_id}/hosting", operation_id="mediation.accept_hosting")
    async def accept_hosting(case_id: UUID, call: Annotated[Call, host], body: EmptyBody | None = None) -> Done:
        by, now = (await room.official(call.actor)).person, room.now()
        wish = AcceptHosting(by=by, term=deadlines.remote_term(now), at=now)
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/hosting/refusal", operation_id="mediation.decline_hosting")
    async def decline_hosting(case_id: UUID, call: Annotated[Call, host], body: EmptyBody | None = None) -> Done:
        by, now = (await room.official(call.actor)).person, room.now()
        wish = DeclineHosting(by=by, term=deadlines.remote_term(now), at=now)
        return Done(**await room.act(case_id, wish, call))


def _papers(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    @router.post("/{case_id}/firm-consent", operation_id="mediation.record_firm_consent")
    async def record_firm_consent(
        case_id: UUID,
        body: FirmConsentBody,
        call: Annotated[Call, guard.command(ACCESS["record_firm_consent"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"paper": evidence(body.paper)})
        by = (await room.official(call.actor)).person
        wish = RecordFirmConsent(party=PersonId(body.party), paper=refs["paper"], by=by, at=room.now())
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/casework-extension", operation_id="mediation.extend_casework")
    async def extend_casework(
        case_id: UUID, body: ApprovalBody, call: Annotated[Call, coordinating(guard, room.relate)]
    ) -> Done:
        """Thirty days more for a violation case, by the paper of the next higher police body."""
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"approval": evidence(body.approval)})
        wish = ExtendCasework(
            approval=refs["approval"],
            by=await room.official(call.actor),
            limit=deadlines.longer_casework(case, room.now()),
            at=room.now(),
        )
        return Done(**await room.act(case_id, wish, call))

"""Agreements over HTTP: drafted by the host, signed by the parties, performed before everybody's eyes."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter

from services.mediation.agreements import limits
from services.mediation.agreements.agreementfile import AgreementFile
from services.mediation.agreements.bodies import (
    AgreementDone,
    DraftBody,
    DutyBody,
    PerformanceBody,
    RecordedPerformanceBody,
    RecordedSignatureBody,
    SignatureBody,
)
from services.mediation.agreements.commands import (
    AgreementCommand,
    ConfirmDuty,
    DraftAgreement,
    RecordPerformance,
    RecordSignature,
    SignAgreement,
)
from services.mediation.agreements.facts import (
    AgreementId,
    Duty,
    DutyId,
    DutyKind,
    Goods,
    GoodsUnit,
    Schedule,
)
from services.mediation.agreements.rules.schedule import times_until
from services.mediation.agreements.state import Drafted, InEffect, stage
from services.mediation.agreements.store import terms
from services.mediation.cases import deadlines
from services.mediation.cases.facts import CaseId
from services.mediation.cases.reactions import agreement_of
from services.mediation.cases.room import CaseRoom, id_in
from services.mediation.cases.steps import ACCESS
from services.mediation.cases.store import evidence, shared_words
from services.mediation.cases.values import is_court
from shared.contracts.codes import Operation, Relation, Role
from shared.kernel import Actor, ItemCode, PersonId, TextRef, derive_id
from shared.web import Call, Guard, Query, Text


class Paperwork:
    """An agreement and the case that it ends."""

    def __init__(self, room: CaseRoom) -> None:
        self.room = room

    async def relate(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        """The court has a seat from the day on which both sides apply to it (R-13)."""
        file = await self.room.agreement_file(id_in(path, "agreement_id"))
        found = await self.room.relate(actor, {"case_id": str(file.case_id)})
        filed = file.confirmation is not None and file.confirmation.filed_at is not None
        if filed and Role.COURT_MEDIATOR in actor.roles and await self._from_court(actor):
            return found | {Relation.PANEL, Relation.DISPUTE}
        return found

    async def _from_court(self, actor: Actor) -> bool:
        return actor.unit is not None and is_court(await self.room.desk.body(actor.unit, self.room.now()))

    async def act(self, agreement_id: UUID, wish: AgreementCommand, call: Call) -> AgreementDone:
        recorded = await self.room.agreements.handle(
            agreement_id,
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: _done(agreement_id, recorded.state, recorded.version, recorded.last),
            if_version=call.if_match,
        )
        return AgreementDone.model_validate(recorded.answer)


def _done(agreement_id: UUID, state: object, version: int, record_id: UUID | None) -> dict[str, Any]:
    assert isinstance(state, Drafted | InEffect)
    return {
        "agreement_id": str(agreement_id),
        "case_id": str(state.case_id),
        "request_id": str(state.request_id),
        "state": stage(state),
        "version": version,
        "record_id": str(record_id) if record_id else None,
    }


def agreements_router(room: CaseRoom, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1", tags=["agreements"])
    papers = Paperwork(room)
    _drafts(router, room, papers, guard)
    _signatures(router, room, papers, guard)
    _duties(router, room, papers, guard)
    return router


def _drafts(router: APIRouter, room: CaseRoom, papers: Paperwork, guard: Guard) -> None:
    @router.post("/cases/{case_id}/agreements", operation_id="mediation.draft_agreement", status_code=201)
    async def draft_agreement(
        case_id: UUID,
        body: DraftBody,
        call: Annotated[Call, guard.command(ACCESS["draft_agreement"], relation=room.relate)],
    ) -> AgreementDone:
        case = await room.open_case(case_id)
        agreement_id = agreement_of(case_id)
        refs = await room.seal(call, case_id, case.request_id, _texts(body))
        wish = DraftAgreement(
            agreement_id=agreement_id,
            case_id=CaseId(case_id),
            request_id=case.request_id,
            case=case,
            product=body.product,
            terms=refs["terms"],
            record=refs.get("record"),
            duties=tuple(
                _duty(duty, DutyId(derive_id(agreement_id, call.principal, call.key, place)), refs.get(f"what-{place}"))
                for place, duty in enumerate(body.duties)
            ),
            identity_relation=body.identity_relation,
            at=room.now(),
        )
        return await papers.act(agreement_id, wish, call)

    @router.get("/agreements/{agreement_id}", operation_id="mediation.get_agreement")
    async def get_agreement(
        agreement_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=papers.relate)]
    ) -> AgreementFile:
        file = await room.agreement_file(agreement_id)
        items = (file.terms_item, *(duty.what_item for duty in file.duties if duty.what_item))
        words = await room.texts(query, file.request_id, items)
        file.terms = words.get(file.terms_item)
        for duty in file.duties:
            duty.what = words.get(duty.what_item) if duty.what_item else None
        return file


def _texts(body: DraftBody) -> dict[str, Text | None]:
    acts = {f"what-{place}": shared_words(duty.what) for place, duty in enumerate(body.duties) if duty.what is not None}
    return {"terms": terms(body.terms), "record": evidence(body.record), **acts}


def _duty(body: DutyBody, duty_id: DutyId, what: TextRef | None) -> Duty:
    return Duty(
        duty_id,
        body.kind,
        PersonId(body.by),
        PersonId(body.to),
        body.amount_fen,
        what,
        body.due,
        deadlines.warn_at(body.due) if body.due else None,
        deadlines.lapses_at(body.due) if body.due else None,
        goods=_goods(body),
        schedule=_schedule(body),
    )


def _goods(body: DutyBody) -> Goods | None:
    given = body.goods
    if given is None:
        return Goods(None, 1, GoodsUnit.LOT) if body.kind is DutyKind.GOODS else None
    return Goods(ItemCode(given.item) if given.item else None, given.count, given.unit)


def _schedule(body: DutyBody) -> Schedule | None:
    given = body.schedule
    if given is None:
        return None
    if given.times is not None or given.until is None or body.due is None:
        return Schedule(given.every, given.times or 1)
    return Schedule(given.every, times_until(body.due, given.every, given.until))


def _signatures(router: APIRouter, room: CaseRoom, papers: Paperwork, guard: Guard) -> None:
    @router.post("/agreements/{agreement_id}/signature", operation_id="mediation.sign_agreement")
    async def sign_agreement(
        agreement_id: UUID,
        call: Annotated[Call, guard.command(ACCESS["sign_agreement"], relation=papers.relate)],
        body: SignatureBody | None = None,
    ) -> AgreementDone:
        file = await room.agreement_file(agreement_id)
        party, how = await room.party(call, file.case_id)
        wish = SignAgreement(
            party=party,
            version=body.draft if body and body.draft else file.draft,
            how=how,
            case=await room.open_case(file.case_id),
            confirm_due=limits.application_due(room.now()),
            at=room.now(),
        )
        return await papers.act(agreement_id, wish, call)

    @router.post("/agreements/{agreement_id}/recorded-signature", operation_id="mediation.record_signature")
    async def record_signature(
        agreement_id: UUID,
        body: RecordedSignatureBody,
        call: Annotated[Call, guard.command(ACCESS["record_signature"], relation=papers.relate)],
    ) -> AgreementDone:
        file = await room.agreement_file(agreement_id)
        refs = await room.seal(call, file.case_id, file.request_id, {"evidence": evidence(body.evidence)})
        wish = RecordSignature(
            party=PersonId(body.party),
            version=body.draft or file.draft,
            how=body.how,
            evidence=refs["evidence"],
            by=(await room.official(call.actor)).person,
            case=await room.open_case(file.case_id),
            confirm_due=limits.application_due(room.now()),
            at=room.now(),
        )
        return await papers.act(agreement_id, wish, call)


def _duties(router: APIRouter, room: CaseRoom, papers: Paperwork, guard: Guard) -> None:
    place = "/agreements/{agreement_id}/duties/{duty_id}"

    @router.post(f"{place}/performance", operation_id="mediation.confirm_duty")
    async def confirm_duty(
        agreement_id: UUID,
        duty_id: UUID,
        call: Annotated[Call, guard.command(ACCESS["confirm_duty"], relation=papers.relate)],
        body: PerformanceBody | None = None,
    ) -> AgreementDone:
        """By the party that receives; who owes it cannot confirm."""
        file = await room.agreement_file(agreement_id)
        party, _ = await room.party(call, file.case_id)
        wish = ConfirmDuty(duty_id=DutyId(duty_id), party=party, at=room.now())
        return await papers.act(AgreementId(agreement_id), wish, call)

    @router.post(f"{place}/recorded-performance", operation_id="mediation.record_performance")
    async def record_performance(
        agreement_id: UUID,
        duty_id: UUID,
        body: RecordedPerformanceBody,
        call: Annotated[Call, guard.command(ACCESS["record_performance"], relation=papers.relate)],
    ) -> AgreementDone:
        file = await room.agreement_file(agreement_id)
        refs = await room.seal(call, file.case_id, file.request_id, {"proof": evidence(body.proof)})
        wish = RecordPerformance(
            duty_id=DutyId(duty_id),
            proof=refs["proof"],
            by=(await room.official(call.actor)).person,
            at=room.now(),
        )
        return await papers.act(AgreementId(agreement_id), wish, call)

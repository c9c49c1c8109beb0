"""Advice and referral over HTTP. The aid body sees the applicant's need, and nothing of the other side (R-25)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.mediation.agreements.agreementfile import read_agreement
from services.mediation.agreements.limits import days_from
from services.mediation.cases.facts import CaseId
from services.mediation.cases.reactions import agreement_of
from services.mediation.cases.room import CaseRoom, id_in
from services.mediation.cases.standing import party_of
from services.mediation.cases.store import shared_words, statement
from services.mediation.referrals.advice import Advice, advice, in_words
from services.mediation.referrals.decider import (
    ApplyForAid,
    AssignLawyer,
    DecideAid,
    ReferralCommand,
    Referred,
)
from services.mediation.referrals.store import ReferralHandler, referral_of
from shared.contracts.codes import Operation, Relation, Role
from shared.kernel import Actor, NotFound, PersonId, RequestId
from shared.web import Call, Guard, LongText, Query, ShortText, StrictModel

DECISION_DAYS = 7
ASSIGNMENT_DAYS = 3
SEATED = frozenset({Relation.OWN, Relation.PANEL, Relation.DISPUTE})


class NeedBody(StrictModel):
    need: LongText
    party: UUID | None = None
    """Whom the desk refers; left out by a party, who speaks for himself."""


class AidDecisionBody(StrictModel):
    granted: bool
    reason: LongText | None = None


class LawyerBody(StrictModel):
    lawyer: ShortText


class AdviceList(BaseModel):
    ways: list[Advice]


class ReferralAnswer(BaseModel):
    """What the aid body and the applicant see; the other side does not stand in it."""

    referral_id: UUID
    request_id: UUID
    applicant: UUID
    standing: str
    decision_due: datetime
    assignment_due: datetime | None
    need: str | None = None
    lawyer: str | None = None
    record_id: UUID | None = None


class AidDesk:
    def __init__(self, room: CaseRoom, referrals: ReferralHandler) -> None:
        self.room = room
        self.referrals = referrals

    async def referral(self, referral_id: UUID) -> Referred:
        state, _ = await self.referrals.state(referral_id)
        if not isinstance(state, Referred):
            raise NotFound("referral")
        return state

    async def relate(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        """A task of the aid body, an own matter of the applicant, seen by who handles the case: not by the other
        side, and not by everybody of the unit."""
        referral = await self.referral(id_in(path, "referral_id"))
        if Role.LEGAL_AID_OFFICER in actor.roles:
            return frozenset({Relation.TASK, Relation.DISPUTE})
        file = await self.room.file(referral.case_id)
        others = {each.party for each in file.parties} - {referral.applicant}
        if actor.person in others:
            return frozenset()
        found = await self.room.relate(actor, {"case_id": str(referral.case_id)})
        return (found & SEATED) | ({Relation.OWN} if actor.person == referral.applicant else frozenset())

    async def act(self, referral_id: UUID, wish: ReferralCommand, call: Call) -> ReferralAnswer:
        recorded = await self.referrals.handle(
            referral_id,
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: _answer(recorded.state, recorded.last),
            if_version=call.if_match,
        )
        return ReferralAnswer.model_validate(recorded.answer)

    async def read(self, referral_id: UUID, query: Query) -> ReferralAnswer:
        referral = await self.referral(referral_id)
        items = (referral.need.item, *((referral.lawyer.item,) if referral.lawyer else ()))
        words = await self.room.texts(query, referral.request_id, items)
        lawyer = words.get(referral.lawyer.item) if referral.lawyer else None
        told = {**_answer(referral, None), "need": words.get(referral.need.item), "lawyer": lawyer}
        return ReferralAnswer(**told)

    async def advice(self, case_id: UUID, language: str) -> AdviceList:
        history = [stored.event for stored in await self.room.agreements.history(agreement_of(case_id))]
        found = advice(await self.room.file(case_id), read_agreement(history) if history else None)
        return AdviceList(ways=in_words(found, language))


def _answer(state: object, record_id: UUID | None) -> dict[str, Any]:
    assert isinstance(state, Referred)
    return {
        "referral_id": str(state.referral_id),
        "request_id": str(state.request_id),
        "applicant": str(state.applicant),
        "standing": state.standing,
        "decision_due": state.decision_due.isoformat(),
        "assignment_due": state.assignment_due.isoformat() if state.assignment_due else None,
        "record_id": str(record_id) if record_id else None,
    }


def referrals_router(desk: AidDesk, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1", tags=["referrals"])
    _applications(router, desk, guard)
    _decisions(router, desk, guard)
    return router


def _applications(router: APIRouter, desk: AidDesk, guard: Guard) -> None:
    room = desk.room

    @router.get("/cases/{case_id}/advice", operation_id="mediation.get_advice")
    async def get_advice(
        case_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=room.relate)]
    ) -> AdviceList:
        return await desk.advice(case_id, query.language)

    @router.get("/cases/{case_id}/legal-aid", operation_id="mediation.get_own_referral")
    async def get_own_referral(
        case_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=room.relate)]
    ) -> ReferralAnswer:
        """What became of the caller's own application; nobody learns here whether the other side applied."""
        party = party_of(query.actor, await room.file(case_id))
        if party is None:
            raise NotFound("referral")
        return await desk.read(referral_of(case_id, party), query)

    @router.post("/cases/{case_id}/legal-aid", operation_id="mediation.apply_for_aid", status_code=201)
    async def apply_for_aid(
        case_id: UUID,
        body: NeedBody,
        call: Annotated[Call, guard.command(Operation.TAKE_PART, relation=room.relate)],
    ) -> ReferralAnswer:
        party, _ = await room.party(call, case_id)
        return await _apply(case_id, party, body, call)

    @router.post("/cases/{case_id}/recorded-legal-aid", operation_id="mediation.refer_to_aid", status_code=201)
    async def refer_to_aid(
        case_id: UUID,
        body: NeedBody,
        call: Annotated[Call, guard.command(Operation.COORDINATE, relation=room.relate)],
    ) -> ReferralAnswer:
        """By the desk for a party who asks for it."""
        party = PersonId(body.party) if body.party else (await room.official(call.actor)).person
        return await _apply(case_id, party, body, call)

    async def _apply(case_id: UUID, applicant: PersonId, body: NeedBody, call: Call) -> ReferralAnswer:
        file, now = await room.file(case_id), room.now()
        refs = await room.seal(call, case_id, file.request_id, {"need": shared_words(body.need)})
        referral_id = referral_of(case_id, applicant)
        wish = ApplyForAid(
            referral_id=referral_id,
            case_id=CaseId(case_id),
            request_id=RequestId(file.request_id),
            applicant=applicant,
            parties=tuple(each.party for each in file.parties),
            need=refs["need"],
            decision_due=days_from(now, DECISION_DAYS),
            at=now,
        )
        return await desk.act(referral_id, wish, call)


def _decisions(router: APIRouter, desk: AidDesk, guard: Guard) -> None:
    room = desk.room
    place = "/legal-aid/{referral_id}"

    @router.get(place, operation_id="mediation.get_referral")
    async def get_referral(
        referral_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=desk.relate)]
    ) -> ReferralAnswer:
        return await desk.read(referral_id, query)

    @router.post(f"{place}/decision", operation_id="mediation.decide_aid")
    async def decide_aid(
        referral_id: UUID,
        body: AidDecisionBody,
        call: Annotated[Call, guard.command(Operation.ASSIGN_AID, relation=desk.relate)],
    ) -> ReferralAnswer:
        referral, now = await desk.referral(referral_id), room.now()
        refs = await room.seal(call, referral.case_id, referral.request_id, {"reason": statement(body.reason)})
        wish = DecideAid(
            by=(await room.official(call.actor)).person,
            granted=body.granted,
            reason=refs.get("reason"),
            assignment_due=days_from(now, ASSIGNMENT_DAYS),
            at=now,
        )
        return await desk.act(referral_id, wish, call)

    @router.post(f"{place}/lawyer", operation_id="mediation.assign_lawyer")
    async def assign_lawyer(
        referral_id: UUID,
        body: LawyerBody,
        call: Annotated[Call, guard.command(Operation.ASSIGN_AID, relation=desk.relate)],
    ) -> ReferralAnswer:
        referral = await desk.referral(referral_id)
        refs = await room.seal(call, referral.case_id, referral.request_id, {"lawyer": shared_words(body.lawyer)})
        by = (await room.official(call.actor)).person
        return await desk.act(referral_id, AssignLawyer(by=by, lawyer=refs["lawyer"], at=room.now()), call)

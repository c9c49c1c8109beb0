"""The channel of a case over HTTP: who leads and helps, who is not neutral, and what stops its time."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.mediation.cases import deadlines
from services.mediation.cases.bodies import Done, EmptyBody
from services.mediation.cases.doors import coordinating
from services.mediation.cases.facts import Limit, Trade
from services.mediation.cases.room import CaseRoom
from services.mediation.cases.state import Ended
from services.mediation.cases.steps import ACCESS
from services.mediation.cases.store import confided, evidence, note
from services.mediation.channels.bodies import (
    AgentBody,
    ApplicationBody,
    AssistanceBody,
    HandOverBody,
    InterestBody,
    PenaltyBody,
    SuitStageBody,
    SuspensionBody,
    TradeBody,
    ViolenceBody,
)
from services.mediation.channels.commands import (
    Apply,
    AppointAgent,
    AskAssistance,
    DiscloseInterest,
    HandOver,
    NameTrade,
    NoteSuit,
    RecordApplication,
    RecordPenalty,
    ReportViolence,
    Resume,
    Suspend,
)
from services.mediation.channels.leadfile import LeadFile, leads_of
from services.mediation.channels.rules.limits import TRAFFIC
from shared.contracts.codes import Channel, Operation
from shared.kernel import PersonId, UnitCode
from shared.web import Call, Guard, Query


class LeadList(BaseModel):
    leads: list[LeadFile]


def channels_router(room: CaseRoom, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1/cases", tags=["channels"])
    _lead(router, room, guard)
    _trade(router, room, guard)
    _neutrality(router, room, guard)
    _time(router, room, guard)
    return router


def _lead(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    coordinator = coordinating(guard, room.relate)

    @router.get("/{case_id}/leads", operation_id="mediation.list_leads")
    async def list_leads(
        case_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=room.relate)]
    ) -> LeadList:
        """Each channel as if somebody wished it now; nothing is recorded."""
        case = await room.open_case(case_id)
        return LeadList(leads=leads_of(case, room.now(), lambda refusal: room.in_words(refusal, query.language)))

    @router.post("/{case_id}/lead", operation_id="mediation.hand_over")
    async def hand_over(case_id: UUID, body: HandOverBody, call: Annotated[Call, coordinator]) -> Done:
        """The same case goes on under another channel; a refusal names the law in its way."""
        case, now = await room.open_case(case_id), room.now()
        refs = await room.seal(call, case_id, case.request_id, {"application": evidence(body.application)})
        term = deadlines.term_of(case, body.channel, now)
        wish = HandOver(
            channel=body.channel,
            reason=body.reason,
            paper=refs.get("application"),
            mediation_due=term.mediation_due,
            limits=term.limits,
            at=now,
        )
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/assistance", operation_id="mediation.ask_assistance")
    async def ask_assistance(case_id: UUID, body: AssistanceBody, call: Annotated[Call, coordinator]) -> Done:
        wish = AskAssistance(channel=body.channel, unit=UnitCode(body.unit), at=room.now())
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/suit", operation_id="mediation.note_suit")
    async def note_suit(
        case_id: UUID,
        body: SuitStageBody,
        call: Annotated[Call, guard.command(ACCESS["note_suit"], relation=room.relate)],
    ) -> Done:
        """By the court, for a dispute that came to it another way than by docking."""
        now = room.now()
        term = deadlines.term(Channel.JM, None, body.stage, now)
        wish = NoteSuit(
            stage=body.stage,
            by=await room.official(call.actor),
            mediation_due=term.mediation_due,
            limits=term.limits,
            at=now,
        )
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/penalty", operation_id="mediation.record_penalty")
    async def record_penalty(case_id: UUID, body: PenaltyBody, call: Annotated[Call, coordinator]) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"reference": evidence(body.reference)})
        by = await room.official(call.actor)
        wish = RecordPenalty(reference=refs["reference"], by=by, at=room.now())
        return Done(**await room.act(case_id, wish, call))


def _trade(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    coordinator = coordinating(guard, room.relate)

    @router.post("/{case_id}/trade", operation_id="mediation.name_trade")
    async def name_trade(case_id: UUID, body: TradeBody, call: Annotated[Call, coordinator]) -> Done:
        """The trade's own time counts from the day on which industry mediation took the lead (R-16)."""
        file = await room.file(case_id)
        term = deadlines.term(Channel.IM, body.trade, None, file.course.legs[-1].since)
        letter = body.letter_received_at
        road = deadlines.joint_application(letter) if letter and body.trade is Trade.TRAFFIC else None
        wish = NameTrade(
            trade=body.trade,
            letter_received_at=letter,
            apply_by=road.due if road else None,
            mediation_due=term.mediation_due,
            limits=(road,) if road else term.limits,
            at=room.now(),
        )
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/application", operation_id="mediation.apply_for_mediation")
    async def apply_for_mediation(
        case_id: UUID,
        call: Annotated[Call, guard.command(ACCESS["apply_for_mediation"], relation=room.relate)],
        body: EmptyBody | None = None,
    ) -> Done:
        party, how = await room.party(call, case_id)
        limit = _ten_days(room)
        wish = Apply(party=party, how=how, mediation_due=limit.due, limits=(limit,), at=room.now())
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/recorded-application", operation_id="mediation.record_application")
    async def record_application(
        case_id: UUID,
        body: ApplicationBody,
        call: Annotated[Call, guard.command(ACCESS["record_application"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"evidence": evidence(body.evidence)})
        limit = _ten_days(room)
        wish = RecordApplication(
            party=PersonId(body.party),
            how=body.how,
            evidence=refs["evidence"],
            by=(await room.official(call.actor)).person,
            mediation_due=limit.due,
            limits=(limit,),
            at=room.now(),
        )
        return Done(**await room.act(case_id, wish, call))


def _ten_days(room: CaseRoom) -> Limit:
    return deadlines.limit(TRAFFIC, room.now())


def _neutrality(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    @router.post("/{case_id}/interests", operation_id="mediation.disclose_interest")
    async def disclose_interest(
        case_id: UUID, body: InterestBody, call: Annotated[Call, coordinating(guard, room.relate)]
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"note": confided(body.note)})
        own = (await room.official(call.actor)).person
        wish = DiscloseInterest(
            person=PersonId(body.person) if body.person else own,
            interest=body.interest,
            note=refs.get("note"),
            at=room.now(),
        )
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/agents", operation_id="mediation.appoint_agent")
    async def appoint_agent(
        case_id: UUID,
        body: AgentBody,
        call: Annotated[Call, guard.command(ACCESS["appoint_agent"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"mandate": evidence(body.mandate)})
        wish = AppointAgent(
            party=PersonId(body.party),
            agent=PersonId(body.agent),
            mandate=refs["mandate"],
            panel=await room.panel_seen(await room.file(case_id)),
            at=room.now(),
        )
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/violence", operation_id="mediation.report_violence")
    async def report_violence(
        case_id: UUID,
        body: ViolenceBody,
        call: Annotated[Call, guard.command(ACCESS["report_violence"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"note": note(body.note)})
        by = (await room.official(call.actor)).person
        return Done(**await room.act(case_id, ReportViolence(note=refs["note"], by=by, at=room.now()), call))


def _time(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    @router.post("/{case_id}/suspension", operation_id="mediation.suspend_case")
    async def suspend_case(
        case_id: UUID,
        body: SuspensionBody,
        call: Annotated[Call, guard.command(ACCESS["suspend_case"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"evidence": evidence(body.evidence)})
        wish = Suspend(reason=body.reason, evidence=refs["evidence"], at=room.now())
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/resumption", operation_id="mediation.resume_case")
    async def resume_case(
        case_id: UUID,
        call: Annotated[Call, guard.command(ACCESS["resume_case"], relation=room.relate)],
        body: EmptyBody | None = None,
    ) -> Done:
        case, now = await room.open_case(case_id), room.now()
        due, limits = (None, ()) if isinstance(case, Ended) else deadlines.after_the_pause(case, now)
        return Done(**await room.act(case_id, Resume(mediation_due=due, limits=limits, at=now), call))

"""The case room: both sides, the timeline, and the one next legal step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.acts import ActSpec, carry_out, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.case_acts import ORDER, SEVERAL, case_acts
from services.portal.pages.contexts import Act, CaseRoomView, Choice, Document, InvitedView, Side, Tone
from services.portal.pages.door import pages_router
from services.portal.pages.party import LAWS
from services.portal.pages.staffroom import DESK, Moment, history, named, stub_of, trace_url
from services.portal.pages.words import zh_names
from shared.kernel import BUREAU_ZONE

LETTERS = "甲乙丙丁戊己"
UNREADABLE = "反映人的原话按规定不给您看，或者现在读不到。请听他自己说。"
HEARD_IN_PERSON = "对方的说法由主持人当面听取；他的补充只给主持人看。"


class Party(Answer):
    party: UUID
    side: str = ""
    consented: bool = False
    refused: bool = False
    how: str | None = None
    invited: bool = False
    guardian: str | None = None
    attended: bool = False


class Session(Answer):
    session_id: UUID
    kind: str
    opened_at: datetime
    ended_at: datetime | None = None
    result: str | None = None


class WhyNot(Answer):
    title: str = ""
    detail: str = ""


class Step(Answer):
    operation: str
    allowed: bool
    done: bool = False
    why_not: WhyNot | None = None
    rule: str | None = None

    @property
    def name(self) -> str:
        return self.operation.removeprefix("mediation.")


class Signed(Answer):
    party: UUID
    signed: bool = False


class AgreementRef(Answer):
    agreement_id: UUID
    state: str
    signatures: tuple[Signed, ...] = ()


class Case(Answer):
    case_id: UUID
    request_id: UUID
    channel: str
    category: str
    state: str
    unit: str
    owner: UUID | None = None
    signed_by: UUID | None = None
    host: UUID | None = None
    parties: tuple[Party, ...]
    consent_due: datetime | None = None
    consent_overdue: bool = False
    mediation_due: datetime | None = None
    sessions: tuple[Session, ...] = ()
    outcome: str | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    claim: str | None = None
    agreement: AgreementRef | None = None
    next: tuple[Step, ...] = ()

    @property
    def sitting(self) -> Session | None:
        return next((each for each in self.sessions if each.ended_at is None), None)


class Mediator(Answer):
    person: UUID
    committee: str = ""


class Mediators(Answer):
    mediators: tuple[Mediator, ...] = ()


def case_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/cases/{case_id}")
    async def room(case_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        case = await _case(caller.desk, case_id)
        return caller.show("case.html", await _view(site, caller, case), caller.page(surface=DESK))

    @router.get("/cases/{case_id}/{name}")
    async def ask(case_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(site, caller, await _case(caller.desk, case_id), name)
        return question(caller, spec, _back(case_id), surface=DESK)

    @router.post("/cases/{case_id}/{name}")
    async def do(case_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(site, caller, await _case(caller.desk, case_id), name)
        told, again = await carry_out(caller, caller.desk, spec, case_id, _back(case_id), surface=DESK)
        if again is not None or told is None:
            return again or caller.go(_back(case_id)[0])
        if name == "invite_party":
            view = InvitedView(str(told["code"]), str(told["pin"]), f"/cases/{case_id}")
            return caller.show("invited.html", view, caller.page(surface=DESK))
        return caller.go(_back(case_id)[0])

    return router


async def _case(desk: DeskClient, case_id: UUID) -> Case:
    return await desk.get(f"/mediation/v1/cases/{case_id}", Case, texts="true")


def _back(case_id: UUID) -> tuple[str, str]:
    return f"/cases/{case_id}", "回调解室"


def sides_of(case: Case) -> tuple[Choice, ...]:
    labels = {"requester": "反映人", "other_party": "另一方"}
    return tuple(
        Choice(str(each.party), f"{LETTERS[min(place, 5)]}方（{labels.get(each.side, '加入的一方')}）")
        for place, each in enumerate(case.parties)
    )


async def _spec(site: Site, caller: Caller, case: Case, name: str) -> ActSpec:
    found = (await _specs(site, caller, case)).get(name)
    if found is None:
        raise HTTPException(404)
    path = found.path
    if case.sitting is not None:
        path = path.replace("{session}", str(case.sitting.session_id))
    if case.agreement is not None:
        path = path.replace("{agreement}", str(case.agreement.agreement_id))
    if "{session}" in path or "{agreement}" in path:
        raise HTTPException(404)
    return found.at(path)


async def _specs(site: Site, caller: Caller, case: Case) -> dict[str, ActSpec]:
    today = caller.now.astimezone(BUREAU_ZONE).date()
    hosts = await _hosts(site, caller) if case.channel == "PM" else ()
    return dict(case_acts(case.channel, sides_of(case), hosts, today))


async def _hosts(site: Site, caller: Caller) -> tuple[Choice, ...]:
    """The people's mediators on the register today."""
    try:
        register = await caller.desk.get("/mediation/v1/mediators", Mediators)
    except (Refused, Unreachable):
        return ()
    names = await site.staff.names()
    return tuple(
        Choice(str(each.person), named(each.person, names, "登记在册的调解员"), site.bureau.unit(each.committee))
        for each in register.mediators
    )


async def _view(site: Site, caller: Caller, case: Case) -> CaseRoomView:
    names = await site.staff.names()
    stub = await stub_of(caller.desk, case.request_id)
    specs = await _specs(site, caller, case)
    first = next_step(case)
    due, due_for = _due(case)
    return CaseRoomView(
        code=stub.code if stub else str(case.case_id)[:8].upper(),
        subject=f"{zh_names()['categories'].get(case.category, '纠纷')}调解",
        state=zh_names()["states"].get(case.state, case.state),
        lead=named(case.host or case.signed_by or case.owner, names, "还没有人"),
        lead_body=site.bureau.unit(case.unit),
        led="主持" if case.host else "承办，主持人待定",
        channel=case.channel,
        law=LAWS.get(case.channel, LAWS["PM"]).split("：")[0],
        law_plain=LAWS.get(case.channel, LAWS["PM"]).split("：")[-1],
        due=due,
        due_for=due_for,
        sides=tuple(_side(case, each, place) for place, each in enumerate(case.parties)),
        timeline=history(stub.timeline if stub else _moments(case), site.bureau),
        next_act=_act(case, first, specs) if first else None,
        acts=_others(case, first, specs),
        panel=_panel(case, names),
        documents=(Document("协议", f"/agreements/{case.agreement.agreement_id}", ""),) if case.agreement else (),
        trace_url=trace_url(case.request_id, caller.staff.roles),
    )


def next_step(case: Case) -> Step | None:
    steps = {step.name: step for step in case.next}
    settled = {"open_session"} if case.state == "AGREED" else set[str]()
    ordered = [steps[name] for name in ORDER if name in steps and name not in SEVERAL | settled]
    return next((step for step in ordered if step.allowed and not step.done), None)


def _act(case: Case, step: Step, specs: Mapping[str, ActSpec]) -> Act | None:
    spec = specs.get(step.name)
    if spec is None:
        return None
    why = ""
    if not step.allowed:
        told = step.why_not.detail or step.why_not.title if step.why_not else "现在还不行"
        why = f"{told.rstrip('。')}（{step.rule}）" if step.rule and step.rule not in told else told.rstrip("。")
    return offered(spec, f"/cases/{case.case_id}/{step.name}", why_not=why)


def _others(case: Case, first: Step | None, specs: Mapping[str, ActSpec]) -> tuple[Act, ...]:
    """What can be done now stands above what cannot yet."""
    acts = (_act(case, step, specs) for step in case.next if not step.done and step is not first)
    return tuple(sorted((each for each in acts if each is not None), key=lambda each: bool(each.why_not)))


def _moments(case: Case) -> tuple[Moment, ...]:
    """For those who see the case and not the request: what the case itself tells."""
    held = [(Moment(fact="session_opened", at=each.opened_at, unit=case.unit), each.ended_at) for each in case.sessions]
    return (
        Moment(fact="handling_offered", at=case.opened_at),
        *(opened for opened, _ in held),
        *(Moment(fact="session_held", at=ended, unit=case.unit) for _, ended in held if ended is not None),
        *((Moment(fact="case_closed", at=case.closed_at),) if case.closed_at else ()),
    )


def _due(case: Case) -> tuple[datetime | None, str]:
    if case.closed_at is not None:
        return None, ""
    waiting = any(not each.consented for each in case.parties)
    if waiting and case.consent_due is not None:
        return case.consent_due, "征求意愿"
    return case.mediation_due, "调解期限"


def _side(case: Case, party: Party, place: int) -> Side:
    consent: tuple[str, Tone] = ("还没有答复", "soon")
    if party.consented:
        consent = ("已同意", "good")
    elif party.refused:
        consent = ("不同意", "late")
    elif case.consent_overdue:
        consent = ("过了期限没有答复，按没有同意办，不开会", "late")
    return Side(
        role=sides_of(case)[place].label,
        consent=consent[0],
        consent_tone=consent[1],
        claim=(case.claim or UNREADABLE) if place == 0 else HEARD_IN_PERSON,
        times="",
        present="到过场" if party.attended else "还没到",
    )


def _panel(case: Case, names: dict[UUID, str]) -> tuple[str, ...]:
    seats = [f"{named(case.host, names, '主持人')}，主持"] if case.host else []
    owner = case.signed_by or case.owner
    if owner is not None and owner != case.host:
        seats.append(f"{named(owner, names, '承办人')}，承办")
    return tuple(seats) or ("还没有定",)

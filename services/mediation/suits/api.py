"""Court docking over HTTP: a court's client sends a suit under its own number and takes back what came of it."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator, AwareDatetime, BaseModel, StringConstraints

from services.mediation.cases.room import id_in
from services.mediation.cases.standing import Desk
from services.mediation.cases.values import BodyKind, SuitStage
from services.mediation.dockets.store import DocketHandler
from services.mediation.suits.decider import (
    CourtReportMade,
    Docked,
    DockSuit,
    NoteStage,
    SuitCommand,
    SuitDocked,
    SuitNumberCode,
    SuitState,
    TakeReport,
)
from services.mediation.suits.store import SuitHandler, claim, request_of_suit
from services.mediation.suits.views import suits_of
from shared.contracts.codes import Operation, Relation
from shared.eventstore import Recorded
from shared.kernel import Actor, Clock, NotFound, PersonId, RequestId, UnitCode
from shared.web import Call, Guard, LongText, Query, ShortText, StrictModel, Vault


def _normal(number: str) -> str:
    """Full and half width brackets, and blanks between, are the same number."""
    return "".join(unicodedata.normalize("NFKC", number).split())


SuitNumber = Annotated[
    str,
    StringConstraints(max_length=40, pattern=r"^\s*[(（]\s*\d{4}\s*[)）]\s*\p{Han}\d{2,6}\p{Han}{1,4}\d{1,8}号\s*$"),
    AfterValidator(_normal),
]
"""（2026）冀0581民诉前调17号: year, court, kind, serial."""


class SideBody(StrictModel):
    name: ShortText | None = None
    phone: ShortText | None = None
    id_number: ShortText | None = None


class SuitBody(StrictModel):
    number: SuitNumber
    stage: SuitStage = SuitStage.PRE_SUIT
    claim: LongText
    claimant: SideBody
    defendant: SideBody


class StageBody(StrictModel):
    stage: SuitStage


class SuitDone(BaseModel):
    suit_id: UUID
    request_id: UUID
    number: str
    stage: str
    version: int
    record_id: UUID | None


class ReportFile(BaseModel):
    place: int
    kind: str
    case_id: UUID
    reason: str | None
    duties_watched: int
    taken: bool
    at: AwareDatetime


class SuitFile(BaseModel):
    suit_id: UUID
    request_id: UUID
    case_id: UUID | None
    court: str
    number: str
    stage: str
    docked_at: AwareDatetime
    reports: list[ReportFile]
    """Facts only: what was said in the talks never goes to the judge (R-15)."""


class SuitRow(BaseModel):
    request_id: UUID
    court: str
    number: str
    stage: str
    reports: int
    taken: int
    docked_at: AwareDatetime


class SuitList(BaseModel):
    suits: list[SuitRow]


class Courthouse:
    """Suits, and how a court's client stands to them."""

    def __init__(self, suits: SuitHandler, dockets: DocketHandler, desk: Desk, vault: Vault, clock: Clock) -> None:
        self.suits = suits
        self._dockets = dockets
        self._desk = desk
        self._vault = vault
        self.clock = clock

    async def relate(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        state, _ = await self.suits.state(id_in(path, "suit_id"))
        if not isinstance(state, Docked):
            raise NotFound("suit")
        return frozenset({Relation.PANEL, Relation.TASK}) if actor.unit == state.court else frozenset()

    async def relate_court(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        """Whoever comes from a court that is on the register today."""
        body = await self._desk.body(actor.unit, self.clock.now()) if actor.unit else None
        return frozenset({Relation.PANEL}) if body and body.kind is BodyKind.COURT else frozenset()

    async def dock(self, body: SuitBody, call: Call) -> SuitDone:
        """The same number is the same suit, whatever key or words it comes with; nothing is sealed for it twice."""
        court, number = call.actor.unit or UnitCode("-"), SuitNumberCode(body.number)
        request_id = request_of_suit(court, number)
        state, version = await self.suits.state(request_id)
        if isinstance(state, Docked):
            return _done(state, version, None)
        sealed = await self._vault.seal(
            request_id,
            call.key,
            {"claim": claim(body.claim)},
            request_id=request_id,
            owner=await self._person(body.claimant, request_id, call),
            context=call.context,
        )
        wish = DockSuit(
            request_id=request_id,
            court=court,
            number=number,
            stage=body.stage,
            claim=sealed.refs["claim"],
            claimant=await self._person(body.claimant, request_id, call),
            defendant=await self._person(body.defendant, request_id, call),
            at=self.clock.now(),
        )
        return await self.act(request_id, wish, call)

    async def _person(self, side: SideBody, request_id: RequestId, call: Call) -> PersonId | None:
        given = side.model_dump(exclude_none=True)
        if not given:
            return None
        return (await self._vault.identify(call.context, given, request_id=request_id)).person

    async def act(self, suit_id: UUID, wish: SuitCommand, call: Call) -> SuitDone:
        def answer(recorded: Recorded[SuitState, Any]) -> dict[str, Any]:
            assert isinstance(recorded.state, Docked)
            return _done(recorded.state, recorded.version, recorded.last).model_dump(mode="json")

        recorded = await self.suits.handle(
            suit_id, wish, call.context, once=call.once, answer=answer, if_version=call.if_match
        )
        return SuitDone.model_validate(recorded.answer)

    async def file(self, suit_id: UUID) -> SuitFile:
        events = [stored.event for stored in await self.suits.history(suit_id)]
        state, _ = await self.suits.state(suit_id)
        docket, _ = await self._dockets.state(suit_id)
        first = events[0] if events else None
        if not isinstance(state, Docked) or not isinstance(first, SuitDocked):
            raise NotFound("suit")
        return SuitFile(
            suit_id=suit_id,
            request_id=state.request_id,
            case_id=docket.case_id,
            court=state.court,
            number=state.number,
            stage=state.stage,
            docked_at=first.occurred_at,
            reports=[_report(event, state) for event in events if isinstance(event, CourtReportMade)],
        )


def _done(suit: Docked, version: int, record_id: UUID | None) -> SuitDone:
    return SuitDone(
        suit_id=suit.request_id,
        request_id=suit.request_id,
        number=suit.number,
        stage=suit.stage,
        version=version,
        record_id=record_id,
    )


def _report(event: CourtReportMade, suit: Docked) -> ReportFile:
    return ReportFile(
        place=event.place,
        kind=event.kind,
        case_id=event.case_id,
        reason=event.reason,
        duties_watched=event.duties_watched,
        taken=event.place in suit.taken,
        at=event.occurred_at,
    )


def suits_router(house: Courthouse, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1/suits", tags=["suits"])

    @router.post("", operation_id="mediation.dock_suit", status_code=201)
    async def dock_suit(
        body: SuitBody, call: Annotated[Call, guard.command(Operation.REGISTER, relation=house.relate_court)]
    ) -> SuitDone:
        return await house.dock(body, call)

    @router.get("", operation_id="mediation.list_suits")
    async def list_suits(
        query: Annotated[Query, guard.query(Operation.READ, relation=house.relate_court)],
        pending: bool = False,
        after: UUID | None = None,
    ) -> SuitList:
        """`pending`: only suits with reports that the court has not taken yet."""
        rows = await suits_of(house.suits.store, query.actor.unit, pending, after)
        return SuitList(suits=[SuitRow(**row) for row in rows])

    @router.get("/{suit_id}", operation_id="mediation.get_suit")
    async def get_suit(
        suit_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=house.relate)]
    ) -> SuitFile:
        return await house.file(suit_id)

    @router.post("/{suit_id}/stage", operation_id="mediation.note_suit_stage")
    async def note_suit_stage(
        suit_id: UUID,
        body: StageBody,
        call: Annotated[Call, guard.command(Operation.ANSWER_TASK, relation=house.relate)],
    ) -> SuitDone:
        return await house.act(suit_id, NoteStage(stage=body.stage, at=house.clock.now()), call)

    @router.post("/{suit_id}/reports/{place}/receipt", operation_id="mediation.take_court_report")
    async def take_court_report(
        suit_id: UUID,
        place: int,
        call: Annotated[Call, guard.command(Operation.ANSWER_TASK, relation=house.relate)],
    ) -> SuitDone:
        """Taken once; a repeat changes nothing."""
        return await house.act(suit_id, TakeReport(place=place, at=house.clock.now()), call)

    return router

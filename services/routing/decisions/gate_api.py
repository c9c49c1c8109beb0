"""Gates over HTTP: decisions, a longer review of crime or not, the letter and its review, whom a complaint is about."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.routing.decisions.acting import Acting, Done
from services.routing.decisions.facts import TriageBegun
from services.routing.decisions.gate_commands import (
    AnswerReview,
    AskExtension,
    DecideExtension,
    DecideGate,
    NameComplainedOf,
    RequestReview,
    ServeRefusalLetter,
)
from services.routing.decisions.relations import decision_of, of_decision
from services.routing.decisions.rosters import Rosters
from services.routing.decisions.rules.complaints import check_outsider
from services.routing.decisions.rules.crime_review import Extension
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.grounds import Ground
from services.routing.decisions.store import DecisionHandler
from shared.contracts.codes import Gate, Operation, Purpose, Role
from shared.kernel import Clock, PersonId, RequestId, UnitCode
from shared.web import Call, CodeText, Guard, LongText, Query, StrictModel, Vault
from shared.web.doors import command_by_role
from shared.web.errors import NotAllowed


class GateBody(StrictModel):
    result: GateResult
    ground: Ground | None = None
    note: LongText | None = None


class ExtensionBody(StrictModel):
    extension: Extension
    note: LongText


class ApprovalBody(StrictModel):
    approved: bool
    note: LongText | None = None


class LetterBody(StrictModel):
    letter: LongText


class ReviewBody(StrictModel):
    overturned: bool
    note: LongText


class Words(StrictModel):
    texts: Mapping[UUID, str | None]
    """By item; None where it was erased, or may not be read."""


class ComplainedOfBody(StrictModel):
    units: Annotated[tuple[CodeText, ...], Field(min_length=1, max_length=10)]


def gates_router(
    decisions: DecisionHandler, rosters: Rosters, acting: Acting, vault: Vault, guard: Guard, clock: Clock
) -> APIRouter:
    router = APIRouter(prefix="/routing/v1/decisions/{request_id}", tags=["gates"])
    relate = of_decision(decisions, rosters, clock)
    deciding = guard.command(Operation.GATE, relation=relate)
    approving = guard.command(Operation.ESCALATE, relation=relate)
    asking = command_by_role(
        guard,
        Operation.ASK_REVIEW,
        {Role.CASE_INVESTIGATOR: Operation.GATE, Role.TRIAGE_OFFICER: Operation.GATE},
        relation=relate,
    )

    @router.get("/words", operation_id="routing.read_words_at_gate")
    async def read_words(
        request_id: UUID, query: Annotated[Query, guard.query(Operation.GATE, relation=relate)]
    ) -> Words:
        """Who decides a gate reads what it is about; the vault records the read before the words leave."""
        matter, _ = await decision_of(decisions, str(request_id))
        check_outsider(query.actor.unit, query.actor.person, matter.course.barred)
        begun = (await decisions.history(request_id))[0].event
        assert isinstance(begun, TriageBegun)
        items = [each.item for each in (begun.title, begun.narrative, begun.place) if each]
        texts = await vault.fetch(query.context, items, purpose=Purpose.TRIAGE, request_id=begun.request_id)
        return Words(texts=texts)

    @router.post("/gates/{gate}", operation_id="routing.decide_gate")
    async def decide_gate(request_id: UUID, gate: Gate, body: GateBody, call: Annotated[Call, deciding]) -> Done:
        matter, _ = await decision_of(decisions, str(request_id))
        now = clock.now()
        command = DecideGate(
            request_id=matter.request_id,
            gate=gate,
            result=body.result,
            ground=body.ground,
            by_role=call.actor.role,
            note=await acting.note(request_id, body.note, call),
            roster=await rosters.on(now, matter.grid),
            at=now,
        )
        return await acting.do(request_id, command, call)

    @router.post("/crime-review/extension", operation_id="routing.ask_crime_review_extension")
    async def ask_extension(request_id: UUID, body: ExtensionBody, call: Annotated[Call, deciding]) -> Done:
        """R-27: thirty days for a heavy matter, thirty more after them; each waits for an approval."""
        command = AskExtension(
            request_id=RequestId(request_id),
            extension=body.extension,
            by_role=call.actor.role,
            by=_person(call),
            note=await acting.sealed(request_id, body.note, call),
            at=clock.now(),
        )
        return await acting.do(request_id, command, call)

    @router.post("/crime-review/extension/decision", operation_id="routing.decide_crime_review_extension")
    async def decide_extension(request_id: UUID, body: ApprovalBody, call: Annotated[Call, approving]) -> Done:
        command = DecideExtension(
            request_id=RequestId(request_id),
            approved=body.approved,
            by_role=call.actor.role,
            by=_person(call),
            note=await acting.note(request_id, body.note, call),
            at=clock.now(),
        )
        return await acting.do(request_id, command, call)

    @router.post("/refusal-letter", operation_id="routing.serve_refusal_letter")
    async def serve_letter(request_id: UUID, body: LetterBody, call: Annotated[Call, deciding]) -> Done:
        """R-27: that no case is filed, and why; from now on the person has seven days to ask for a review."""
        command = ServeRefusalLetter(
            request_id=RequestId(request_id),
            by_role=call.actor.role,
            letter=await acting.sealed(request_id, body.letter, call),
            at=clock.now(),
        )
        return await acting.do(request_id, command, call)

    @router.post("/refusal-review", operation_id="routing.request_refusal_review")
    async def request_review(request_id: UUID, call: Annotated[Call, asking]) -> Done:
        """By the person, or noted at the desk for the person."""
        matter, _ = await decision_of(decisions, str(request_id))
        now = clock.now()
        roster = await rosters.on(now, matter.grid)
        command = RequestReview(request_id=matter.request_id, roster=roster, at=now)
        return await acting.do(request_id, command, call)

    @router.post("/refusal-review/answer", operation_id="routing.answer_refusal_review")
    async def answer_review(request_id: UUID, body: ReviewBody, call: Annotated[Call, approving]) -> Done:
        matter, _ = await decision_of(decisions, str(request_id))
        now = clock.now()
        command = AnswerReview(
            request_id=matter.request_id,
            overturned=body.overturned,
            by_role=call.actor.role,
            by=_person(call),
            note=await acting.sealed(request_id, body.note, call),
            roster=await rosters.on(now, matter.grid),
            at=now,
        )
        return await acting.do(request_id, command, call)

    @router.post("/complained-of", operation_id="routing.name_complained_of")
    async def name_complained_of(request_id: UUID, body: ComplainedOfBody, call: Annotated[Call, deciding]) -> Done:
        """R-24: with its parts, its members and who stands in for them; none of them gets or reads the complaint."""
        matter, _ = await decision_of(decisions, str(request_id))
        now = clock.now()
        barred = await rosters.belonging(now, frozenset(UnitCode(unit) for unit in body.units))
        command = NameComplainedOf(
            request_id=matter.request_id,
            units=barred.units,
            people=barred.people,
            roster=await rosters.on(now, matter.grid),
            at=now,
        )
        return await acting.do(request_id, command, call)

    return router


def _person(call: Call) -> PersonId:
    if call.actor.person is None:
        raise NotAllowed
    return call.actor.person

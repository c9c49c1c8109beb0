"""HTTP of the doors: what others bring, how it stands, the consent that comes later, and thanks."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.intake.requests.answers import RequestReader
from services.intake.requests.api import Acts
from services.intake.requests.at_doors import DoorDesk
from services.intake.requests.bodies import Added, Done, DoorAnswer, DoorBody, FeedbackBody, RegistrationAnswer
from services.intake.requests.commands import NoteAgreement, NoteFeedback, Supplement
from services.intake.requests.filing import danger_help, danger_in
from services.intake.requests.relations import Relate
from shared.contracts.codes import Operation, Relation, Role
from shared.kernel import Actor
from shared.web import Call, Guard, Query
from shared.web.doors import command_by_role


async def at_the_door(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """What somebody brings is his own, his unit's, from his place, and just happening."""
    own = {Relation.OWN, Relation.LIVE}
    return frozenset(own | {Relation.OWN_UNIT, Relation.OWN_PLACE} if actor.unit is not None else own)


def door_router(desk: DoorDesk, acts: Acts, reader: RequestReader, guard: Guard, related: Relate) -> APIRouter:
    router = APIRouter(prefix="/intake/v1", tags=["doors"])
    bringing = command_by_role(
        guard, Operation.REGISTER, {Role.VOLUNTEER: Operation.SUBMIT_CLUE}, relation=at_the_door, replay=False
    )
    consenting = command_by_role(
        guard,
        Operation.REGISTER,
        {Role.REQUESTER: Operation.CONSENT, Role.AGENT: Operation.CONSENT, Role.GUARDIAN: Operation.CONSENT},
        relation=related,
    )

    @router.post("/registrations", operation_id="intake.register_at_door", status_code=201)
    async def register(body: DoorBody, call: Annotated[Call, bringing]) -> DoorAnswer:
        return await desk.register(body, call)

    @router.get("/registrations/{request_id}", operation_id="intake.get_registration")
    async def get_registration(
        request_id: UUID, query: Annotated[Query, guard.query(Operation.FOLLOW, relation=related)]
    ) -> RegistrationAnswer:
        told = await reader.read(request_id, query.language)
        return RegistrationAnswer(
            request_id=request_id,
            door=told.door,
            state=told.state,
            filed_at=told.filed_at,
            unit=told.holder.unit,
            handling=told.handling,
            outcome=told.outcome,
            answered=told.answered,
            next_step=told.next_step,
            asked=told.wanted,
        )

    @router.post("/requests/{request_id}/beneficiary-consent", operation_id="intake.record_consent")
    async def consent(request_id: UUID, call: Annotated[Call, consenting]) -> Done:
        """R-37: by the officer who asked him, or by himself once code and PIN are in his hands."""
        return await acts.done(request_id, NoteAgreement(at=acts.clock.now()), call)

    @router.post("/requests/{request_id}/feedback-notes", operation_id="intake.note_feedback")
    async def note_feedback(
        request_id: UUID,
        body: FeedbackBody,
        call: Annotated[Call, guard.command(Operation.REGISTER, relation=related)],
    ) -> Added:
        """Thanks open nothing. What shows danger is no thanks: it is heard as an addition."""
        text = await acts.text(request_id, body.text, call)
        kinds, now = danger_in(body.text), acts.clock.now()
        command = Supplement(text=text, danger=kinds, at=now) if kinds else NoteFeedback(text=text, at=now)
        help_words = danger_help(kinds, call.language)
        return await acts.carry_out(
            request_id, command, call, lambda done: Added(**done.model_dump(), danger=help_words)
        )

    return router

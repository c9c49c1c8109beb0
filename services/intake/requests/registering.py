"""What a firm brings to the workstation in person: an officer writes it down, and the firm is the one who asks."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter

from services.intake.requests.bodies import ContactBody, FileBody, FiledAnswer
from services.intake.requests.filing import FrontDesk
from shared.contracts.codes import Door, Operation, Relation, Role
from shared.kernel import Actor
from shared.web import Call, Guard, ShortText


class FirmContactBody(ContactBody):
    phone: ShortText
    """By it the firm's manager finds the matter when he signs in."""


class FirmRequestBody(FileBody):
    contact: FirmContactBody


async def of_workstation(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    return frozenset({Relation.OWN_UNIT}) if actor.unit and Role.ENTERPRISE_OFFICER in actor.roles else frozenset()


def registering_router(front: FrontDesk, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/intake/v1", tags=["requests"])

    @router.post("/firm-requests", operation_id="intake.register_firm_request", status_code=201)
    async def register(
        body: FirmRequestBody,
        call: Annotated[Call, guard.command(Operation.REGISTER, relation=of_workstation, replay=False)],
    ) -> FiledAnswer:
        """R-15: the officer who writes is no party, so that he may sign for what he wrote down."""
        return await front.file(body, call, Door.FIRM, for_another=True)

    return router

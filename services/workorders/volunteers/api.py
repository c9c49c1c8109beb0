"""The registry of volunteers over HTTP. The station that trains them keeps it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.workorders.groups.clerk import Done, GroupClerk, act
from services.workorders.volunteers.decider import Certificate, RegisterVolunteer, StrikeOffVolunteer
from services.workorders.volunteers.store import VolunteerHandler
from services.workorders.volunteers.views import NAME, volunteers_of
from shared.contracts.codes import Operation, Relation
from shared.kernel import Actor, ItemCode, PersonId
from shared.web import Call, CodeText, Guard, Query, Relate, StrictModel
from shared.web.errors import NotAllowed


class VolunteerBody(StrictModel):
    employer: CodeText
    trained_on: date
    until: date


class StrikingBody(StrictModel):
    on: date


class VolunteerDone(Done):
    person: UUID


class VolunteerRow(StrictModel):
    person: UUID
    employer: str
    unit: str
    trained_on: date
    until: date
    struck_off: date | None
    certified: bool
    """Today."""


class VolunteerList(StrictModel):
    volunteers: tuple[VolunteerRow, ...]


async def of_own_list(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """A list holds the own station's volunteers only."""
    return frozenset({Relation.OWN_UNIT}) if actor.unit is not None else frozenset()


def of_volunteer(volunteers: VolunteerHandler) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        volunteer, _ = await volunteers.state(UUID(path["person_id"]))
        unit = volunteer.certificate.unit if volunteer.certificate else actor.unit
        return frozenset({Relation.OWN_UNIT}) if actor.unit is not None and actor.unit == unit else frozenset()

    return relate


def volunteers_router(volunteers: VolunteerHandler, clerk: GroupClerk, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1/volunteers", tags=["volunteers"])
    keeping = guard.command(Operation.MANAGE_DIRECTORY, relation=of_volunteer(volunteers))

    @router.get("", operation_id="workorders.list_volunteers")
    async def list_volunteers(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_own_list)], after: UUID | None = None
    ) -> VolunteerList:
        if after is not None:
            await volunteers.store.wait_for_view(NAME, after)
        today = clerk.today()
        rows = await volunteers_of(volunteers.store, query.actor.unit)
        return VolunteerList(
            volunteers=tuple(VolunteerRow.model_validate({**row, "certified": _holds(row, today)}) for row in rows)
        )

    @router.put("/{person_id}", operation_id="workorders.put_volunteer")
    async def put_volunteer(person_id: UUID, body: VolunteerBody, call: Annotated[Call, keeping]) -> VolunteerDone:
        if call.actor.unit is None:
            raise NotAllowed
        certificate = Certificate(ItemCode(body.employer), call.actor.unit, body.trained_on, body.until)
        wish = RegisterVolunteer(person=PersonId(person_id), certificate=certificate, at=clerk.now())
        return VolunteerDone.model_validate(await act(volunteers, person_id, wish, call, person=str(person_id)))

    @router.post("/{person_id}/striking-off", operation_id="workorders.strike_off_volunteer")
    async def strike_off(person_id: UUID, body: StrikingBody, call: Annotated[Call, keeping]) -> VolunteerDone:
        wish = StrikeOffVolunteer(person=PersonId(person_id), on=body.on, at=clerk.now())
        return VolunteerDone.model_validate(await act(volunteers, person_id, wish, call, person=str(person_id)))

    return router


def _holds(row: Mapping[str, date | None], today: date) -> bool:
    trained, until, off = row["trained_on"], row["until"], row["struck_off"]
    return trained is not None and until is not None and trained <= today <= until and (off is None or today < off)

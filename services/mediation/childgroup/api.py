"""The access group over HTTP: kept by the bureau's leader, read by him and by its members."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.mediation.childgroup.decider import AdmitMember, DismissMember, GroupCommand, Term, part_on
from services.mediation.childgroup.store import THE_GROUP, GroupHandler, part_of
from shared.contracts.codes import Operation, Relation, Role
from shared.kernel import BUREAU_ZONE, Actor, Clock, PersonId
from shared.web import Call, Guard, Query, StrictModel
from shared.web.doors import query_by_role
from shared.web.errors import NotAllowed

READING = {Role.CHILD_OFFICER: Operation.LEAD_CHILD, Role.STATION_LEADER: Operation.SUPERVISE_ORDER}
RELATION_OF = {
    Role.CHILD_OFFICER: Relation.MINOR,
    Role.STATION_LEADER: Relation.OWN_UNIT,
    Role.COUNSELLOR: Relation.OWN_PUPIL,
}
"""How a member stands to what the lane holds, in the words of the access table."""


class MemberBody(StrictModel):
    person: UUID
    part: Role
    since: date
    until: date | None = None


class DismissalBody(StrictModel):
    on: date


class MemberRow(BaseModel):
    person: UUID
    part: Role
    since: date
    until: date | None
    dismissed_on: date | None
    today: bool


class GroupAnswer(BaseModel):
    members: list[MemberRow]


class GroupDone(BaseModel):
    version: int
    record_id: UUID | None


def group_router(groups: GroupHandler, guard: Guard, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1/child-group", tags=["children"])

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        part = await part_of(groups, actor.person, clock.now())
        return frozenset({RELATION_OF[part]}) if part else frozenset()

    @router.get("", operation_id="mediation.list_child_group")
    async def list_child_group(
        query: Annotated[Query, query_by_role(guard, Operation.ASSIGN, READING, relation=relate)],
    ) -> GroupAnswer:
        if query.actor.role != Role.BUREAU_LEADER and not query.relations:
            raise NotAllowed
        group, _ = await groups.state(THE_GROUP)
        today = clock.now().astimezone(BUREAU_ZONE).date()
        return GroupAnswer(
            members=[
                MemberRow(
                    person=person,
                    part=member.term.part,
                    since=member.term.since,
                    until=member.term.until,
                    dismissed_on=member.dismissed_on,
                    today=part_on(group, person, today) is not None,
                )
                for person, member in group.members.items()
            ]
        )

    @router.post("/members", operation_id="mediation.admit_child_member")
    async def admit(body: MemberBody, call: Annotated[Call, guard.command(Operation.ASSIGN)]) -> GroupDone:
        wish = AdmitMember(
            person=PersonId(body.person),
            term=Term(body.part, body.since, body.until),
            by=_person(call),
            by_role=Role(call.actor.role),
            at=clock.now(),
        )
        return await act(wish, call)

    @router.post("/members/{person_id}/dismissal", operation_id="mediation.dismiss_child_member")
    async def dismiss(
        person_id: UUID, body: DismissalBody, call: Annotated[Call, guard.command(Operation.ASSIGN)]
    ) -> GroupDone:
        wish = DismissMember(
            person=PersonId(person_id), on=body.on, by=_person(call), by_role=Role(call.actor.role), at=clock.now()
        )
        return await act(wish, call)

    async def act(wish: GroupCommand, call: Call) -> GroupDone:
        recorded = await groups.handle(
            THE_GROUP,
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: GroupDone(version=recorded.version, record_id=recorded.last).model_dump(
                mode="json"
            ),
            if_version=call.if_match,
        )
        return GroupDone.model_validate(recorded.answer)

    return router


def _person(call: Call) -> PersonId:
    if call.actor.person is None:
        raise NotAllowed
    return call.actor.person

"""The parties of a case over HTTP: invited, let in by code and PIN, heard; or written down for by the desk."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter

from services.mediation.adapters.invitations import Door, Invitations
from services.mediation.cases.bodies import Done, EmptyBody
from services.mediation.cases.commands import (
    GiveConsent,
    InviteParty,
    JoinParty,
    RecordConsent,
    RecordGuardian,
    RecordRefusal,
    RefuseMediation,
)
from services.mediation.cases.doors import coordinating
from services.mediation.cases.facts import InvitationId
from services.mediation.cases.room import CaseRoom
from services.mediation.cases.steps import ACCESS
from services.mediation.cases.store import evidence, statement
from services.mediation.parties.bodies import (
    EntryAnswer,
    EntryBody,
    GuardianBody,
    InvitationAnswer,
    InvitationBody,
    PartyJoinedAnswer,
    RecordedConsentBody,
    RecordedRefusalBody,
    RefusalBody,
)
from shared.contracts.codes import Operation, Relation, Role
from shared.eventstore import Repeated
from shared.kernel import Actor, PersonId, RequestId, derive_id
from shared.web import Call, Guard, Query, WrongCodeOrPin

JOINED = "joined"


async def _at_the_door(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """Code and PIN say which case it is; before that, everybody asks for his own."""
    return frozenset({Relation.OWN, Relation.PANEL})


def parties_router(room: CaseRoom, invitations: Invitations, guard: Guard, tries: str) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1", tags=["parties"])
    _own_words(router, room, guard)
    _written_down(router, room, guard)
    _invitations(router, room, invitations, guard)
    _entry(router, room, invitations, guard, tries)
    return router


def _own_words(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    @router.post("/cases/{case_id}/consent", operation_id="mediation.give_consent")
    async def give_consent(
        case_id: UUID,
        call: Annotated[Call, guard.command(ACCESS["give_consent"], relation=room.relate)],
        body: EmptyBody | None = None,
    ) -> Done:
        party, how = await room.party(call, case_id)
        return Done(**await room.act(case_id, GiveConsent(party=party, how=how, at=room.now()), call))

    @router.post("/cases/{case_id}/refusal", operation_id="mediation.refuse_mediation")
    async def refuse_mediation(
        case_id: UUID,
        call: Annotated[Call, guard.command(ACCESS["refuse_mediation"], relation=room.relate)],
        body: RefusalBody | None = None,
    ) -> Done:
        party, how = await room.party(call, case_id)
        case = await room.open_case(case_id)
        words = statement(body.note if body else None)
        refs = await room.seal(call, case_id, case.request_id, {"note": words})
        wish = RefuseMediation(party=party, how=how, note=refs.get("note"), at=room.now())
        return Done(**await room.act(case_id, wish, call))


def _written_down(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    @router.post("/cases/{case_id}/recorded-consent", operation_id="mediation.record_consent")
    async def record_consent(
        case_id: UUID,
        body: RecordedConsentBody,
        call: Annotated[Call, guard.command(ACCESS["record_consent"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"evidence": evidence(body.evidence)})
        wish = RecordConsent(
            party=PersonId(body.party),
            how=body.how,
            evidence=refs["evidence"],
            by=(await room.official(call.actor)).person,
            at=room.now(),
        )
        return Done(**await room.act(case_id, wish, call))

    @router.post("/cases/{case_id}/recorded-refusal", operation_id="mediation.record_refusal")
    async def record_refusal(
        case_id: UUID,
        body: RecordedRefusalBody,
        call: Annotated[Call, guard.command(ACCESS["record_refusal"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"note": statement(body.note)})
        wish = RecordRefusal(
            party=PersonId(body.party),
            how=body.how,
            note=refs["note"],
            by=(await room.official(call.actor)).person,
            at=room.now(),
        )
        return Done(**await room.act(case_id, wish, call))

    @router.post("/cases/{case_id}/guardians", operation_id="mediation.record_guardian")
    async def record_guardian(
        case_id: UUID,
        body: GuardianBody,
        call: Annotated[Call, guard.command(ACCESS["record_guardian"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"evidence": evidence(body.evidence)})
        wish = RecordGuardian(
            party=PersonId(body.party),
            guardianship=body.guardianship,
            evidence=refs["evidence"],
            at=room.now(),
        )
        return Done(**await room.act(case_id, wish, call))

    @router.post("/cases/{case_id}/parties", operation_id="mediation.join_party", status_code=201)
    async def join_party(
        case_id: UUID,
        call: Annotated[Call, coordinating(guard, room.relate)],
        body: EmptyBody | None = None,
    ) -> PartyJoinedAnswer:
        party = PersonId(derive_id(case_id, JOINED, call.principal, call.key))
        return PartyJoinedAnswer(**await room.act(case_id, JoinParty(party=party, at=room.now()), call, party=party))


def _invitations(router: APIRouter, room: CaseRoom, invitations: Invitations, guard: Guard) -> None:
    @router.post("/cases/{case_id}/invitation", operation_id="mediation.invite_party", status_code=201)
    async def invite_party(
        case_id: UUID,
        body: InvitationBody,
        call: Annotated[Call, coordinating(guard, room.relate, replay=False)],
    ) -> InvitationAnswer:
        """The stored answer holds no secret: code and PIN are derived again for a repeat."""
        invitation = InvitationId(derive_id(case_id, "invitation", call.principal, call.key))
        party = PersonId(body.party)
        answered = call.answered or await _invite(room, case_id, invitation, party, call)
        if (await room.file(case_id)).party(party).invitation == invitation:
            await invitations.keep(invitation, Door(case_id, RequestId(UUID(answered["request_id"])), party))
        return InvitationAnswer(**answered, code=invitations.code_of(invitation), pin=invitations.pin_of(invitation))


async def _invite(
    room: CaseRoom, case_id: UUID, invitation: InvitationId, party: PersonId, call: Call
) -> dict[str, Any]:
    """A death between the fact and the door is mended by the repeat, which finds the fact and opens the door."""
    wish = InviteParty(party=party, invitation=invitation, at=room.now())
    try:
        return await room.act(case_id, wish, call, party=party)
    except Repeated as repeated:
        answered: dict[str, Any] = orjson.loads(repeated.answer)
        return answered


def _entry(router: APIRouter, room: CaseRoom, invitations: Invitations, guard: Guard, tries: str) -> None:
    @router.post("/party-access", operation_id="mediation.enter_as_party")
    async def enter_as_party(
        body: EntryBody, query: Annotated[Query, guard.query(Operation.FOLLOW, relation=_at_the_door, anonymous=True)]
    ) -> EntryAnswer:
        """Each try counts before it is looked at, so that tries sent at the same moment do not slip through."""
        code = invitations.as_typed(body.code)
        who = (("invitation", code), ("invitation-address", query.address))
        for each in who:
            guard.limits.hit(tries, *each)
        door = await invitations.open(code, body.pin)
        if door is None:
            raise WrongCodeOrPin
        for each in who:
            guard.limits.clear(tries, *each)
        file = await room.file(door.case_id)
        role = Role.REQUESTER if door.party == file.parties[0].party else Role.OTHER_PARTY
        token = guard.capabilities.issue(role, door.request_id, door.party)
        return EntryAnswer(case_id=door.case_id, request_id=door.request_id, party=door.party, token=token)

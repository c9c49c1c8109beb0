"""Firms over HTTP: file, look up, name the liaison officer, keep who speaks for them."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param
from pydantic import model_validator

from services.enterprise.clerk import Clerk
from services.enterprise.firms.decider import (
    AddFirmMember,
    ChangeFirmDetails,
    FileFirm,
    Firm,
    FirmId,
    Liaison,
    MarkKeyProject,
    MemberNotRecognised,
    NameLiaison,
    RemoveFirmMember,
    liaison_on,
    require_filed,
)
from services.enterprise.firms.relations import of_code, of_firm, of_lists, of_own_unit, sees_everything
from services.enterprise.firms.rules.credit_code import read_credit_code
from services.enterprise.firms.store import FirmHandler, contacts_text, firm_of_code, name_text
from services.enterprise.firms.views import FirmBook
from shared.contracts.codes import Operation
from shared.eventstore import EventStore
from shared.kernel import Clock, PersonId
from shared.web import Call, Guard, Query, ShortText, StrictModel
from shared.web.clerk import Day, Done, act, done, told
from shared.web.errors import NotAllowed


class FirmBody(StrictModel):
    credit_code: ShortText
    name: ShortText
    contacts: ShortText | None = None


class FirmFiledAnswer(Done):
    firm_id: UUID
    credit_code: str
    warnings: tuple[str, ...]
    """`credit_code_check`: the check characters fail; compare the number with the register (R-52)."""


class DetailsBody(StrictModel):
    name: ShortText
    contacts: ShortText | None = None


class LiaisonBody(StrictModel):
    officer: UUID
    since: Day
    until: Day | None = None


class KeyProjectBody(StrictModel):
    marked: bool


class MemberBody(StrictModel):
    """By the telephone that the person signs in with, or by an id that is known already."""

    name: ShortText | None = None
    phone: ShortText | None = None
    person: UUID | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "MemberBody":
        if (self.phone is None) == (self.person is None):
            raise ValueError("phone or person, one of them")
        return self


class LiaisonAnswer(StrictModel):
    officer: UUID
    since: date
    until: date | None


class FirmAnswer(StrictModel):
    firm_id: UUID
    credit_code: str
    checks_hold: bool
    unit: str
    name: str | None
    contacts: str | None
    key_project: bool
    liaison: UUID | None
    liaisons: tuple[LiaisonAnswer, ...]
    members: tuple[UUID, ...]
    version: int


class FirmRow(StrictModel):
    firm_id: UUID
    credit_code: str
    checks_hold: bool
    unit: str
    name: str | None
    """None for those who see stubs only."""
    key_project: bool
    liaison: UUID | None
    filed_at: datetime


class FirmFound(StrictModel):
    firm_id: UUID
    credit_code: str
    unit: str
    name: str | None


class FirmList(StrictModel):
    firms: tuple[FirmRow, ...]
    cursor: str | None


def firms_router(
    firms: FirmHandler, book: FirmBook, clerk: Clerk, store: EventStore, guard: Guard, clock: Clock
) -> APIRouter:
    router = APIRouter(prefix="/enterprise/v1/firms", tags=["firms"])
    relate = of_firm(firms, clock)
    registering = guard.command(Operation.REGISTER, relation=relate)
    _readings(router, firms, book, clerk, store, guard, clock)

    @router.post("", operation_id="enterprise.file_firm", status_code=201)
    async def file_firm(
        body: FirmBody, call: Annotated[Call, guard.command(Operation.REGISTER, relation=of_own_unit)]
    ) -> FirmFiledAnswer:
        code = read_credit_code(body.credit_code)
        firm_id = firm_of_code(code)
        if call.actor.unit is None:
            raise NotAllowed
        refs = await clerk.seal(call, firm_id, {"name": name_text(body.name), "contacts": contacts_text(body.contacts)})
        wish = FileFirm(
            firm_id=firm_id,
            credit_code=code,
            unit=call.actor.unit,
            name=refs["name"],
            contacts=refs.get("contacts"),
            at=clerk.now(),
        )

        def answer(recorded: Any) -> dict[str, Any]:
            filed = require_filed(recorded.state)
            warnings = [] if filed.checks_hold else ["credit_code_check"]
            return done(firm_id, recorded, firm_id=str(firm_id), credit_code=code, warnings=warnings)

        recorded = await firms.handle(firm_id, wish, call.context, once=call.once, answer=answer)
        return FirmFiledAnswer.model_validate(recorded.answer)

    @router.put("/{firm_id}/details", operation_id="enterprise.change_firm_details")
    async def change_details(firm_id: UUID, body: DetailsBody, call: Annotated[Call, registering]) -> Done:
        refs = await clerk.seal(call, firm_id, {"name": name_text(body.name), "contacts": contacts_text(body.contacts)})
        return await act(
            firms, firm_id, ChangeFirmDetails(name=refs["name"], contacts=refs.get("contacts"), at=clerk.now()), call
        )

    @router.put("/{firm_id}/liaison", operation_id="enterprise.name_liaison")
    async def name_liaison(firm_id: UUID, body: LiaisonBody, call: Annotated[Call, registering]) -> Done:
        liaison = Liaison(PersonId(body.officer), body.since, body.until)
        return await act(firms, firm_id, NameLiaison(liaison=liaison, at=clerk.now()), call)

    @router.put("/{firm_id}/key-project", operation_id="enterprise.mark_key_project")
    async def mark_key_project(firm_id: UUID, body: KeyProjectBody, call: Annotated[Call, registering]) -> Done:
        return await act(firms, firm_id, MarkKeyProject(marked=body.marked, at=clerk.now()), call)

    @router.post("/{firm_id}/members", operation_id="enterprise.add_firm_member")
    async def add_member(firm_id: UUID, body: MemberBody, call: Annotated[Call, registering]) -> Done:
        person = PersonId(body.person) if body.person else await _known_as(body, call)
        return await act(firms, firm_id, AddFirmMember(person=person, at=clerk.now()), call)

    @router.delete("/{firm_id}/members/{person_id}", operation_id="enterprise.remove_firm_member")
    async def remove_member(firm_id: UUID, person_id: UUID, call: Annotated[Call, registering]) -> Done:
        return await act(firms, firm_id, RemoveFirmMember(person=PersonId(person_id), at=clerk.now()), call)

    async def _known_as(body: MemberBody, call: Call) -> PersonId:
        """Nothing is kept of the telephone: only whom the vault knows by it."""
        given = {name: text for name, text in (("name", body.name), ("phone", body.phone)) if text}
        known = await clerk.vault.identify(call.context, given, request_id=None)
        if not known.phone_valid:
            raise MemberNotRecognised
        return known.person

    return router


def _readings(
    router: APIRouter,
    firms: FirmHandler,
    book: FirmBook,
    clerk: Clerk,
    store: EventStore,
    guard: Guard,
    clock: Clock,
) -> None:
    @router.get("", operation_id="enterprise.list_firms")
    async def list_firms(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_lists)],
        after: UUID | None = None,
        cursor: Annotated[str | None, Param(max_length=18, pattern="^[0-9A-Z]+$")] = None,
        limit: Annotated[int, Param(ge=1, le=200)] = 50,
    ) -> FirmList:
        if after is not None:
            await store.wait_for_view("firm_list", after)
        everything = sees_everything(query.actor)
        mine = await book.firms_of(query.actor.person)
        rows = await book.page(clerk.today(), everything, query.actor.unit, mine, cursor, limit)
        names = {} if everything else await clerk.words(query, [row["name"] for row in rows])
        found = tuple(FirmRow.model_validate({**row, "name": names.get(row["name"])}) for row in rows)
        return FirmList(firms=found, cursor=found[-1].credit_code if len(found) == limit else None)

    @router.get("/by-code/{credit_code}", operation_id="enterprise.find_firm")
    async def find_firm(
        credit_code: str, query: Annotated[Query, guard.query(Operation.READ, relation=of_code(firms, clock))]
    ) -> FirmFound:
        """Which firm a number is: what a department has to know before it plans anything there."""
        firm_id = firm_of_code(read_credit_code(credit_code))
        state, _ = await firms.state(firm_id)
        firm: Firm = require_filed(state)
        texts = await clerk.read(query, (firm.name,))
        return FirmFound(firm_id=firm_id, credit_code=firm.credit_code, unit=firm.unit, name=told(texts, firm.name))

    @router.get("/{firm_id}", operation_id="enterprise.get_firm")
    async def get_firm(
        firm_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=of_firm(firms, clock))]
    ) -> FirmAnswer:
        state, version = await firms.state(firm_id)
        firm: Firm = require_filed(state)
        texts = await clerk.read(query, (firm.name, firm.contacts))
        return FirmAnswer(
            firm_id=FirmId(firm_id),
            credit_code=firm.credit_code,
            checks_hold=firm.checks_hold,
            unit=firm.unit,
            name=told(texts, firm.name),
            contacts=told(texts, firm.contacts),
            key_project=firm.key_project,
            liaison=liaison_on(firm, clerk.today()),
            liaisons=tuple(LiaisonAnswer(officer=e.officer, since=e.since, until=e.until) for e in firm.liaisons),
            members=tuple(sorted(firm.members)),
            version=version,
        )

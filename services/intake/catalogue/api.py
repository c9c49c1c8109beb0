"""HTTP of the catalogue: what to bring, for anybody; and answers to questions, which open nothing by themselves."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import APIRouter, Request
from fastapi import Query as Param

from services.intake.catalogue.bodies import (
    CatalogueAnswer,
    InquiryAnswer,
    InquiryBody,
    ItemAnswer,
    MakeRequestBody,
    in_one_piece,
    item_told,
)
from services.intake.catalogue.decider import Answered, AnswerInquiry, InquiryId, MakeRequest, require_asked
from services.intake.catalogue.shelf import Item, Shelf, code_of
from services.intake.catalogue.store import InquiryHandler
from services.intake.requests.at_doors import DoorDesk
from services.intake.requests.bodies import DoorAnswer, DoorBody
from services.intake.requests.door_api import at_the_door
from services.intake.requests.filing import danger_help, danger_in
from services.intake.requests.rules.doors import DOORS
from services.intake.requests.store import ItemKind
from shared.contracts.codes import Category, Channel, Door, Operation, Police, Priority, Purpose
from shared.eventstore import Repeated
from shared.kernel import Clock, ItemCode, NotFound, RequestId, derive_id
from shared.web import Call, CodeText, Guard, Text, Vault
from shared.web.problems import language_of

MAX_TEXT = 20_000
INQUIRIES = uuid5(NAMESPACE_URL, "urn:lounge:inquiries")
OFFER: Mapping[str, str] = {
    "zh": "要我们替您登记成一件诉求吗？您说要，我们才登记；登记以后有编号和密码，办到哪一步都能查。",
    "en": "Shall this become a request? Only if you say so; you then get a code and PIN to follow it.",
}


@dataclass(frozen=True, slots=True)
class InquiryDesk:
    inquiries: InquiryHandler
    doors: DoorDesk
    vault: Vault
    shelf: Shelf
    clock: Clock

    async def answer(self, body: InquiryBody, call: Call) -> InquiryAnswer:
        inquiry_id = InquiryId(derive_id(INQUIRIES, call.principal, call.key))
        item = self.shelf.get(body.item) if body.item else None
        danger = danger_in(body.question)
        request = await self._taken_up(inquiry_id, body, call) if danger else None
        if call.answered is None and (request is None or item is not None):
            await self._note(inquiry_id, body, item, call)
        told = self._told(item, body, call.language) if item else None
        return InquiryAnswer(
            inquiry_id=inquiry_id,
            category=Category.INQ,
            priority=Priority.P3,
            police=Police.OWN,
            channel=Channel.BOT,
            answer=in_one_piece(told) if told else "",
            item=told,
            offer=OFFER[call.language],
            danger=danger_help(danger, call.language),
            request=request,
        )

    def _told(self, item: Item, body: InquiryBody, language: str) -> ItemAnswer:
        return item_told(item, self.shelf.nearest(item, body.place or body.question), language)

    async def _taken_up(self, inquiry_id: InquiryId, body: InquiryBody, call: Call) -> DoorAnswer | None:
        """R-22: a question that shows danger is a request at once; who registers nothing tells whom to ring."""
        door = Door.GROUP_CHAT if body.group else Door.WINDOW
        if call.actor.role not in DOORS[door].roles:
            return None
        group = ItemCode(body.group) if body.group else None
        filing = DoorBody(door=door, group=group, narrative=body.question, place=body.place)
        return await self.doors.register(filing, call, request_of(inquiry_id))

    async def _note(self, inquiry_id: InquiryId, body: InquiryBody, item: Item | None, call: Call) -> None:
        sealed = await self.vault.seal(
            inquiry_id,
            call.key,
            {"question": Text(ItemKind.NARRATIVE, body.question)},
            request_id=RequestId(inquiry_id),
            owner=None,
            context=call.context,
        )
        command = AnswerInquiry(
            inquiry_id=inquiry_id,
            question=sealed.refs["question"],
            group=ItemCode(body.group) if body.group else None,
            item=code_of(item) if item else None,
            danger=danger_in(body.question),
            at=self.clock.now(),
        )
        once = None if command.danger else call.once
        with suppress(Repeated):
            await self.inquiries.handle(
                inquiry_id, command, call.context, once=once, answer=lambda done: {"record_id": str(done.last)}
            )

    async def make_request(self, inquiry_id: UUID, body: MakeRequestBody, call: Call) -> DoorAnswer:
        """The request first, under an id that follows from the question: a try that died half-way is finished."""
        state, _ = await self.inquiries.state(inquiry_id)
        if not isinstance(state, Answered):
            raise NotFound("inquiry")
        require_asked(state, asked_for=body.asked_for)
        texts = await self.vault.fetch(
            call.context, [state.question.item], purpose=Purpose.TRIAGE, request_id=RequestId(inquiry_id)
        )
        said = [each for each in (texts.get(state.question.item), body.narrative) if each]
        if not said:
            raise NotFound("inquiry")
        filing = DoorBody(
            door=Door.GROUP_CHAT if state.group else Door.WINDOW,
            group=state.group,
            narrative="\n".join(said)[:MAX_TEXT],
            contact=body.contact,
        )
        answer = await self.doors.register(filing, call, request_of(inquiry_id))
        command = MakeRequest(request_id=RequestId(answer.request_id), asked_for=body.asked_for, at=self.clock.now())
        await self.inquiries.handle(inquiry_id, command, call.context)
        return answer


def request_of(inquiry_id: UUID) -> RequestId:
    return RequestId(derive_id(inquiry_id, "request"))


def catalogue_router(desk: InquiryDesk, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/intake/v1", tags=["catalogue"])
    shelf = desk.shelf

    @router.get("/catalogue", operation_id="intake.search_catalogue")
    async def search(
        request: Request,
        q: Annotated[str, Param(max_length=200)] = "",
        place: Annotated[str, Param(max_length=200)] = "",
    ) -> CatalogueAnswer:
        language = language_of(request)
        found = shelf.search(q)
        return CatalogueAnswer(items=tuple(item_told(each, shelf.nearest(each, place), language) for each in found))

    @router.get("/catalogue/{item}", operation_id="intake.get_catalogue_item")
    async def one(item: CodeText, request: Request, place: Annotated[str, Param(max_length=200)] = "") -> ItemAnswer:
        found = shelf.get(item)
        if found is None:
            raise NotFound("item")
        return item_told(found, shelf.nearest(found, place), language_of(request))

    @router.post("/inquiries", operation_id="intake.answer_inquiry", status_code=201)
    async def answer(
        body: InquiryBody,
        call: Annotated[Call, guard.command(Operation.ANSWER_INQUIRY, relation=at_the_door, replay=False)],
    ) -> InquiryAnswer:
        return await desk.answer(body, call)

    @router.post("/inquiries/{inquiry_id}/request", operation_id="intake.make_request", status_code=201)
    async def make_request(
        inquiry_id: UUID,
        body: MakeRequestBody,
        call: Annotated[Call, guard.command(Operation.REGISTER, relation=at_the_door, replay=False)],
    ) -> DoorAnswer:
        return await desk.make_request(inquiry_id, body, call)

    return router

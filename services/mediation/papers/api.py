"""Agreements on paper over HTTP, and the receipt with which anybody verifies them without us."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.mediation.adapters.typesetting import Typesetter, qr
from services.mediation.agreements.agreementfile import AgreementFile, read_agreement
from services.mediation.agreements.api import Paperwork
from services.mediation.agreements.facts import AgreementDrafted, AgreementEvent, AgreementTookEffect
from services.mediation.cases.room import CaseRoom
from services.mediation.cases.standing import party_of
from services.mediation.papers.inputs import RecordMark, agreement_inputs, commitment_of
from shared.contracts.codes import Channel, Operation, Purpose
from shared.eventstore.handler import Stored
from shared.kernel import Digest, NotFound, RequestId
from shared.web import Guard, Query
from shared.web.errors import NotAllowed


class AgreementReceipt(BaseModel):
    """The stored fact of the agreement, the salt of its commitment, and where its proof is."""

    record_id: UUID
    fact: str
    salt: str
    proof_url: str


class Printer:
    def __init__(self, room: CaseRoom, typesetter: Typesetter, origin: str) -> None:
        self.room = room
        self._typesetter = typesetter
        self._origin = origin

    async def paper(self, agreement_id: UUID, query: Query) -> Response:
        """Texts come from the vault for who asks, and stand nowhere but in the answer."""
        history = await self.room.agreements.history(agreement_id)
        file = read_agreement(stored.event for stored in history)
        await self._fill(file, query)
        behind = mark(history)
        inputs = agreement_inputs(file, _channel(history), self._origin, behind)
        paper = {**inputs, "mark": {**inputs["mark"], "qr": qr(inputs["mark"]["url"])}}
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'inline; filename="agreement-{str(agreement_id)[:8]}.pdf"',
            "Lounge-Record": str(behind.record),
            "Lounge-Inputs": commitment_of(inputs, behind.salt),
        }
        return Response(await self._typesetter.pdf("agreement", paper), media_type="application/pdf", headers=headers)

    async def _fill(self, file: AgreementFile, query: Query) -> None:
        items = (file.terms_item, *(duty.what_item for duty in file.duties if duty.what_item))
        words = await self.room.vault.fetch(
            query.context,
            list(dict.fromkeys(items)),
            purpose=Purpose.MEDIATION,
            request_id=RequestId(file.request_id),
        )
        file.terms = words.get(file.terms_item)
        for duty in file.duties:
            duty.what = words.get(duty.what_item) if duty.what_item else None

    async def receipt(self, agreement_id: UUID, query: Query) -> AgreementReceipt:
        """For a party: the salt belongs to those whose agreement it is."""
        history = await self.room.agreements.history(agreement_id)
        file = read_agreement(stored.event for stored in history)
        if party_of(query.actor, await self.room.file(file.case_id)) is None:
            raise NotAllowed
        raw = shown(history).raw
        return AgreementReceipt(
            record_id=raw.record_id,
            fact=raw.body.decode(),
            salt=raw.salt.hex(),
            proof_url=f"/audit/v1/proofs/{raw.record_id}",
        )


def shown(history: tuple[Stored[AgreementEvent], ...]) -> Stored[AgreementEvent]:
    """The fact that a paper shows: that all signed, or the last version that was drafted."""
    for stored in reversed(history):
        if isinstance(stored.event, AgreementTookEffect | AgreementDrafted):
            return stored
    raise NotFound("agreement")


def mark(history: tuple[Stored[AgreementEvent], ...]) -> RecordMark:
    raw = shown(history).raw
    return RecordMark(raw.record_id, Digest(raw.commitment.hex()), raw.salt)


def _channel(history: tuple[Stored[AgreementEvent], ...]) -> Channel:
    drafted = [stored.event for stored in history if isinstance(stored.event, AgreementDrafted)]
    return drafted[-1].channel


def papers_router(room: CaseRoom, printer: Printer, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1", tags=["papers"])
    relate = Paperwork(room).relate

    @router.get("/agreements/{agreement_id}/paper", operation_id="mediation.get_paper", response_class=Response)
    async def get_paper(
        agreement_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=relate)]
    ) -> Response:
        """The agreement as PDF; its mark leads to the page that compares it with the log."""
        return await printer.paper(agreement_id, query)

    @router.get("/agreements/{agreement_id}/receipt", operation_id="mediation.get_agreement_receipt")
    async def get_agreement_receipt(
        agreement_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=relate)]
    ) -> AgreementReceipt:
        return await printer.receipt(agreement_id, query)

    return router

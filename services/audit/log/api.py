"""The log over HTTP. Checkpoint, key, hash tiles, coverage, proofs and the check of a receipt are open to everybody:

they hold no personal data, and nobody should have to ask the bureau who he is before he checks the bureau.
"""

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from pydantic import BaseModel, JsonValue, StringConstraints, ValidationError

from services.audit.adapters.keys import vkey_text
from services.audit.log.completeness import Completeness, LoggedFact
from services.audit.log.note import Signer
from services.audit.log.published import PublishedLog
from services.audit.log.receipt import Receipt, Verdict, verify_receipt
from services.audit.log.store import LogRows
from services.audit.log.tiles import Bundle, Tile, TileMalformed, parse_path
from shared.contracts.codes import Operation
from shared.kernel import NotFound
from shared.web import Guard, Query, StrictModel, address_of

RETRY_SECONDS = 1
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
CHANGING = {"Cache-Control": "no-cache"}
MAX_RECEIPT = 400_000


class BytesResponse(Response):
    media_type = "application/octet-stream"


class TarResponse(StreamingResponse):
    media_type = "application/x-tar"


class CoveredAnswer(BaseModel):
    size: int
    checkpoint_at: datetime | None
    covered: dict[str, dict[int, int]]
    """Service → lane → last number under the newest checkpoint."""


class FactAnswer(BaseModel):
    service: str
    fact: str
    lane: int
    number: int
    index: int
    recorded_at: datetime
    role: str
    unit: str | None
    outcome: str | None
    rule: str | None
    record_id: UUID
    causation_id: UUID | None
    trace_id: str | None


class HistoryAnswer(BaseModel):
    facts: list[FactAnswer]
    complete: bool


class PendingAnswer(BaseModel):
    covered: bool = False
    retry_after: int = RETRY_SECONDS


class VerificationBody(StrictModel):
    receipt: dict[str, JsonValue] | Annotated[str, StringConstraints(max_length=MAX_RECEIPT)]
    """The receipt, or its JSON text."""


class VerdictState(StrEnum):
    PROVEN = "proven"
    PENDING = "pending"
    BROKEN = "broken"


class FindingAnswer(BaseModel):
    step: str
    held: bool
    zh: str
    en: str


class VerdictAnswer(BaseModel):
    verdict: VerdictState
    zh: str
    en: str
    findings: list[FindingAnswer]
    origin: str | None = None
    size: int | None = None
    index: int | None = None
    recorded_at: datetime | None = None


WORDS = {
    VerdictState.PROVEN: (
        "核验通过：回执所载的事实已写入日志，没有改动",
        "Verified: the fact on this receipt is in the log, unchanged",
    ),
    VerdictState.PENDING: (
        "日志里还没有这条记录。刚刚提交的，请过几秒再试",
        "The log does not cover this record yet. If it is new, try again in a few seconds",
    ),
    VerdictState.BROKEN: ("核验不通过", "Not verified"),
}


def log_router(
    published: PublishedLog,
    rows: LogRows,
    completeness: Completeness,
    signer: Signer,
    guard: Guard,
    verifications: str,
) -> APIRouter:
    router = APIRouter(prefix="/audit/v1", tags=["audit"])
    may_read = guard.query(Operation.READ_AUDIT)

    @router.get("/checkpoint", operation_id="audit.get_checkpoint", response_class=PlainTextResponse)
    async def checkpoint() -> PlainTextResponse:
        return PlainTextResponse((await published.newest()).text, headers=CHANGING)

    @router.get("/key", operation_id="audit.get_key", response_class=PlainTextResponse)
    async def key() -> PlainTextResponse:
        return PlainTextResponse(vkey_text(signer))

    @router.get("/tile/entries/{path:path}", operation_id="audit.get_entries", response_class=BytesResponse)
    async def entries(path: str, query: Annotated[Query, may_read]) -> BytesResponse:
        place = _place(f"tile/entries/{path}")
        if not isinstance(place, Bundle):
            raise NotFound
        return BytesResponse(await published.bundle(place))

    @router.get("/tile/{path:path}", operation_id="audit.get_tile", response_class=BytesResponse)
    async def tile(path: str) -> BytesResponse:
        place = _place(f"tile/{path}")
        if not isinstance(place, Tile):
            raise NotFound
        return BytesResponse(await published.tile(place), headers=FOR_EVER)

    @router.get("/covered", operation_id="audit.covered")
    async def covered() -> CoveredAnswer:
        newest = await rows.newest()
        if newest is None:
            return CoveredAnswer(size=0, checkpoint_at=None, covered={})
        return CoveredAnswer(size=newest.size, checkpoint_at=newest.signed_at, covered=await rows.covered(newest.size))

    @router.get(
        "/proofs/{record_id}",
        operation_id="audit.get_proof",
        response_class=PlainTextResponse,
        responses={202: {"model": PendingAnswer, "description": "No checkpoint covers the record yet"}},
    )
    async def proof(record_id: UUID) -> Response:
        found = await published.proof(record_id)
        if found is None:
            pending = PendingAnswer().model_dump()
            return JSONResponse(pending, status_code=202, headers={"Retry-After": str(RETRY_SECONDS)})
        return PlainTextResponse(found, headers=CHANGING)

    @router.get("/facts", operation_id="audit.list_facts")
    async def facts(subject: UUID, query: Annotated[Query, may_read]) -> HistoryAnswer:
        history = await completeness.history(subject)
        return HistoryAnswer(facts=[_fact(each) for each in history.facts], complete=history.complete)

    @router.get("/export", operation_id="audit.export_log", response_class=TarResponse)
    async def export(query: Annotated[Query, may_read]) -> TarResponse:
        newest = await published.newest()
        name = f'attachment; filename="lounge-log-{newest.size}.tar"'
        return TarResponse(published.archive(newest), headers={"Content-Disposition": name})

    @router.post("/verification", operation_id="audit.verify_receipt")
    async def verification(body: VerificationBody, request: Request) -> VerdictAnswer:
        guard.limits.hit(verifications, "audit.verify_receipt", address_of(request))
        written = body.receipt if isinstance(body.receipt, str) else json.dumps(body.receipt)
        receipt = _receipt(written)
        found = None
        if receipt is not None and not receipt.proof:
            found = await published.proof(receipt.record_id)
            if found is None:
                zh, en = WORDS[VerdictState.PENDING]
                return VerdictAnswer(verdict=VerdictState.PENDING, zh=zh, en=en, findings=[])
        return _judged(verify_receipt(written, signer.verifier, found))

    return router


def _place(path: str) -> Tile | Bundle:
    try:
        return parse_path(path)
    except TileMalformed:
        raise NotFound from None


def _fact(fact: LoggedFact) -> FactAnswer:
    told = fact.told
    return FactAnswer(
        service=told.service,
        fact=fact.name,
        lane=told.lane,
        number=told.number,
        index=fact.leaf.index,
        recorded_at=told.recorded,
        role=told.role,
        unit=told.unit,
        outcome=told.outcome,
        rule=told.rule,
        record_id=told.record,
        causation_id=fact.leaf.causation,
        trace_id=fact.leaf.trace_id,
    )


def _receipt(written: str) -> Receipt | None:
    """None where it cannot be read: the verdict will say so."""
    try:
        return Receipt.model_validate_json(written)
    except (ValidationError, UnicodeEncodeError):
        return None


def _judged(verdict: Verdict) -> VerdictAnswer:
    judgement = VerdictState.PROVEN if verdict.holds else VerdictState.BROKEN
    zh, en = WORDS[judgement]
    if verdict.failed:
        zh += "：" + "；".join(finding.zh for finding in verdict.failed)
        en += ": " + "; ".join(finding.en for finding in verdict.failed)
    head = verdict.checkpoint if verdict.holds else None
    return VerdictAnswer(
        verdict=judgement,
        zh=zh,
        en=en,
        findings=[FindingAnswer(step=each.step, held=each.held, zh=each.zh, en=each.en) for each in verdict.findings],
        origin=head.origin if head else None,
        size=head.size if head else None,
        index=verdict.index if head else None,
        recorded_at=verdict.recorded if head else None,
    )

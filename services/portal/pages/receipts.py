"""Receipts: the file a citizen keeps, and what a receipt proves."""

import base64
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi import Query as Param

from services.portal.desk_client import Answer, Refused, Unreachable
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import FieldError, Proof, Verdict, VerifyView
from services.portal.pages.door import pages_router
from services.portal.pages.words import moment

MAX_RECEIPT = 65_536
OF_TEXT = {"narrative": "原话", "title": "标题", "place": "地点"}


class Finding(Answer):
    step: str
    held: bool
    zh: str


class Judged(Answer):
    verdict: Literal["proven", "pending", "broken"]
    zh: str
    findings: tuple[Finding, ...] = ()
    origin: str | None = None
    size: int | None = None
    index: int | None = None
    recorded_at: datetime | None = None


class Shown(Answer):
    record_id: UUID


def receipt_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.post("/receipt")
    async def save(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """The receipt that the page carried, as a file; with its proof as soon as the log covers it."""
        try:
            receipt = orjson.loads(caller.text("receipt"))
        except orjson.JSONDecodeError:
            receipt = None
        if not isinstance(receipt, dict):
            raise Refused(422, {"title": "这不是一份回执", "detail": "请回到提交后的那一页，再下载一次。"})
        return as_file(await receipt_text(caller, receipt))

    @router.get("/verify")
    async def ask(
        caller: Annotated[Caller, Depends(site.caller)],
        record: UUID | None = None,
        commitment: Annotated[str | None, Param(pattern=r"^[0-9a-f]{64}$")] = None,
    ) -> Response:
        """With record and commitment: where the mark on a paper leads."""
        verdict = await _mark_verdict(caller, record, commitment) if record and commitment else None
        return caller.show("verify.html", VerifyView(verdict=verdict), caller.page())

    @router.post("/verify")
    async def judge(request: Request, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        pasted = caller.text("receipt")
        written = await _uploaded(request) or pasted
        if not written:
            return _ask_again(caller, pasted, "请选回执文件，或者把回执的文字贴进来")
        if len(written) > MAX_RECEIPT:
            return _ask_again(caller, "", "这个文件太大，不像是回执；回执只有几千字")
        judged = await caller.desk.ask("/audit/v1/verification", {"receipt": written}, Judged)
        return caller.show("verify.html", VerifyView(pasted, _verdict(judged)), caller.page())

    return router


async def _mark_verdict(caller: Caller, record: UUID, commitment: str) -> Verdict:
    """Whether the log's entry of the record holds the commitment that the paper carries."""
    try:
        logged = entry_of(await caller.desk.text(f"/audit/v1/proofs/{record}"))
    except Refused:
        logged = None
    if logged is None:
        return Verdict("pending", "还不能下结论：日志还没有盖到这一条", ("请过一会儿再扫一次。",), ())
    held = logged.record == record and logged.commitment == commitment
    details = (Proof("记录", str(record)), Proof("承诺", logged.commitment), Proof("服务", logged.service))
    if not held:
        return Verdict("broken", "对不上：不能证明这份文书是真的", ("文书上的承诺和日志里的不一样。",), details)
    proves = (
        f"{moment(logged.recorded)}，汇客厅记下了这份文书。",
        "文书上的记录编号和承诺，与全程审计日志里的一致。",
        "要核对文书的内容，请当事人登录后下载回执，在本页核验。",
    )
    return Verdict("proven", "日志里有这份文书的记录", proves, details)


class Entry(Answer):
    """What the log says of one record."""

    service: str
    record: UUID
    recorded: datetime
    commitment: str


def entry_of(proof: str) -> Entry | None:
    """The entry inside a proof; None where there is no proof yet."""
    for line in proof.split("\n"):
        if line.startswith("extra "):
            return Entry.model_validate_json(base64.b64decode(line.removeprefix("extra "), validate=True))
    return None


async def receipt_text(caller: Caller, receipt: dict[str, Any]) -> str:
    """With the proof inside when there is one, so that it can be checked without us for ever."""
    kept = {name: value for name, value in receipt.items() if value is not None}
    if "proof" not in kept:
        try:
            record = Shown.model_validate(kept).record_id
            kept["proof"] = await caller.desk.text(f"/audit/v1/proofs/{record}")
        except (Refused, Unreachable, ValueError):
            kept.pop("proof", None)
    return orjson.dumps(kept).decode()


def as_file(text: str) -> Response:
    headers = {"Content-Disposition": "attachment; filename=receipt.json; filename*=UTF-8''%E5%9B%9E%E6%89%A7.json"}
    return Response(text, media_type="application/json", headers={**headers, "Cache-Control": "no-store"})


async def _uploaded(request: Request) -> str:
    sent = (await request.form()).get("file")
    if sent is None or isinstance(sent, str):
        return ""
    return (await sent.read(MAX_RECEIPT + 1)).decode("utf-8", "replace").strip()


def _ask_again(caller: Caller, written: str, words: str) -> Response:
    page = caller.page(errors=(FieldError("receipt", words),))
    return caller.show("verify.html", VerifyView(written), page, status=422)


def _verdict(judged: Judged) -> Verdict:
    titles = {
        "proven": "是真的，内容没有被改过",
        "pending": "还不能下结论：日志还没有盖到这一条",
        "broken": "对不上：不能证明这份回执是真的",
    }
    if judged.verdict == "proven":
        when = (f"{moment(judged.recorded_at)}，汇客厅记下了这件事。",) if judged.recorded_at else ()
        proves = (*when, *(f"{_plain(each.zh)}。" for each in judged.findings if each.held and each.step != "form"))
    else:
        proves = (f"{_plain(judged.zh)}。",)
    details = [Proof("✓" if each.held else "✗", _plain(each.zh)) for each in judged.findings]
    log = [("日志", judged.origin), ("第几条", judged.index), ("盖章时共有", judged.size)]
    details += [Proof(label, str(value)) for label, value in log if value is not None]
    return Verdict(judged.verdict, titles[judged.verdict], proves, tuple(details))


def _plain(words: str) -> str:
    """Names of fields in the words of the form."""
    for field, name in OF_TEXT.items():
        words = words.replace(f"“{field}”", name)
    return words

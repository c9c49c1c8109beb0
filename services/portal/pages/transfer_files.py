"""A transfer as the API tells it, and what its pages make of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson

from services.portal.desk_client import Answer
from services.portal.pages.acts import choices_of, filled, offered
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Choice, Field, LineTile, TransferTile, TransferView
from services.portal.pages.staffroom import Moment, history, named, trace_url
from services.portal.pages.transfer_acts import RESULTS, SPECS
from services.portal.pages.words import near, zh_names

STATES: Final = {
    "waiting": "等待移送",
    "out": "已移送，对方还没有签收",
    "received": "对方已签收，办理中",
    "answered": "对方已答复，等人看过照片",
    "done": "已有结果",
    "back": "已退回重分",
    "taken_away": "已收回",
}
LATE: Final = {
    "sending": "超过二十四小时还没有移送（R-22）",
    "receipt": "对方超时没有签收，请打电话问，或者收回重分",
    "answer": "对方超时没有答复",
}
WHY_NOT: Final = {
    "danger-first": "要先出警处置（R-22）",
    "not-transferred-yet": "还没有移送（R-22）",
    "no-answer-yet": "对方还没有答复",
    "objection-too-late": "异议期限已过（R-24）",
    "complaint-stays": "投诉不能这样移送（R-24）",
    "child-stays": "未成年人事项不移送（R-32）",
    "handler-is-party": "您是当事人（R-15）",
}


class Row(Answer):
    transfer_id: UUID
    category: str
    priority: str
    unit: str
    body: str | None = None
    owner: UUID | None = None
    state: str
    late: tuple[str, ...] = ()
    offered_at: datetime
    send_due: datetime
    sent_at: datetime | None = None
    receipt_due: datetime | None = None
    received_at: datetime | None = None
    answer_due: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    waiting: int = 0
    tries: int = 0
    next_try: datetime | None = None
    given_up: bool = False


class Rows(Answer):
    transfers: tuple[Row, ...] = ()
    cursor: str | None = None


class Next(Answer):
    operation: str
    allowed: bool
    why_not: str | None = None

    @property
    def name(self) -> str:
        return self.operation.removeprefix("workorders.")


class BodyChoice(Answer):
    code: str
    zh: str
    linked: bool
    sees: str


class Line(Answer):
    line_id: UUID
    waiting: int
    tries: int
    next_try: datetime
    failing_since: datetime | None = None
    given_up: bool
    taken_at: datetime | None = None


class File(Answer):
    transfer_id: UUID
    request_id: UUID
    category: str
    priority: str
    unit: str
    state: str
    body: str | None = None
    owner: UUID | None = None
    reason: str | None = None
    danger_first: bool
    proof_demanded: bool
    send_due: datetime
    sent_at: datetime | None = None
    receipt_due: datetime | None = None
    received_at: datetime | None = None
    objection_due: datetime | None = None
    answer_due: datetime
    late: tuple[str, ...] = ()
    notice: str | None = None
    number: str | None = None
    objection: str | None = None
    objection_note: str | None = None
    result: str | None = None
    answer: str | None = None
    proof: str | None = None
    texts_withheld: bool
    bodies: tuple[BodyChoice, ...] = ()
    lines: tuple[Line, ...] = ()
    next: tuple[Next, ...] = ()
    timeline: tuple[Moment, ...] = ()

    def may(self, name: str) -> bool:
        return any(each.name == name and each.allowed for each in self.next)


def tile_of(row: Row, names: Mapping[str, str], owner: str, now: datetime) -> TransferTile:
    due, due_for = _due(row)
    line, tone = "", "plain"
    if row.given_up:
        line, tone = f"对方几天没有接收，{row.waiting} 条消息已停发", "late"
    elif row.waiting and row.tries:
        line, tone = f"第 {row.tries} 次没有发通，{near(row.next_try or now, now)} 再发", "soon"
    elif row.waiting:
        line = f"{row.waiting} 条消息等对方来取"
    return TransferTile(
        url=f"/transfers/{row.transfer_id}",
        subject=zh_names()["categories"].get(row.category, row.category),
        priority=row.priority,
        body=names.get(row.body or row.unit, row.body or row.unit),
        state=STATES.get(row.state, row.state),
        since=row.ended_at or row.answered_at or row.received_at or row.sent_at or row.offered_at,
        due=due,
        due_for=due_for,
        late="；".join(LATE[each] for each in row.late if each in LATE),
        line=line,
        line_tone=tone,  # type: ignore[arg-type]
        owner="还没有人移送" if row.state == "waiting" else owner,
    )


def _due(row: Row | File) -> tuple[datetime | None, str]:
    match row.state:
        case "waiting":
            return row.send_due, "移送"
        case "out":
            return row.receipt_due, "对方签收"
        case "received" | "answered":
            return row.answer_due, "答复当事人"
    return None, ""


def sending(file: File) -> tuple[Field, ...]:
    bodies = tuple(
        Choice(
            each.code,
            each.zh,
            ("系统直接送达" if each.linked else "由您打电话或发函")
            + ("；只送概要，不送文字" if each.sees == "stub" else ""),
            chosen=place == 0,
        )
        for place, each in enumerate(file.bodies)
    )
    return (
        Field("to", "移送给谁", "one", choices=bodies, required=True),
        Field(
            "reason",
            "为什么",
            "one",
            choices=choices_of("reasons", ("NOT_POLICE", "OTHER_UNIT", "LEGAL_PROCEDURE"), "NOT_POLICE"),
            required=True,
        ),
        Field("notice", "告知当事人", "area", "写明移给了谁、为什么、接下来怎么办（R-22）。", limit=2000),
        Field("task", "请对方办什么", "area", "一两句话，不写姓名、电话、住址。只送概要的单位不填。", limit=2000),
    )


async def view_of(site: Site, caller: Caller, file: File) -> TransferView:
    staff = await site.staff.names()
    due, due_for = _due(file)
    acts = [
        offered(SPECS[each.name], f"/transfers/{file.transfer_id}/{each.name}", why_not=_why_not(each))
        for each in file.next
        if each.name in SPECS and each.why_not != "done"
    ]
    body = next((each.zh for each in file.bodies if each.code == file.unit), "") if file.body is None else ""
    return TransferView(
        subject=zh_names()["categories"].get(file.category, file.category),
        priority=file.priority,
        state=STATES.get(file.state, file.state),
        body=body or site.bureau.unit(file.body or file.unit),
        owner="还没有人移送" if file.state == "waiting" else named(file.owner, staff, "还没有人负责"),
        due=due,
        due_for=due_for,
        late=tuple(LATE[each] for each in file.late if each in LATE),
        danger_first=file.danger_first,
        proof_demanded=file.proof_demanded,
        facts=_facts(file, site.clock.now()),
        notice=file.notice or "",
        answer=file.answer or "",
        proof=_proof(file.proof),
        texts_withheld=file.texts_withheld,
        fields=tuple(filled(caller, each) for each in sending(file)) if file.may("send_transfer") else (),
        send_url=f"/transfers/{file.transfer_id}/send_transfer",
        next_act=_first(file, acts),
        acts=tuple(each for each in acts if each is not _first(file, acts)),
        lines=tuple(_line(file, each) for each in file.lines),
        timeline=history(file.timeline, site.bureau),
        trace_url=trace_url(file.request_id, caller.staff.roles),
    )


def _first(file: File, acts: list[Act]) -> Act | None:
    """What stands in the way of everything else; sending has a form of its own on the page."""
    name = "close_transfer" if file.state == "answered" else "act_on_danger" if file.danger_first else None
    return next((each for each in acts if name and each.url.endswith(name) and not each.why_not), None)


def _why_not(each: Next) -> str:
    return "" if each.allowed else WHY_NOT.get(each.why_not or "", "现在还不行")


def _facts(file: File, now: datetime) -> tuple[tuple[str, str], ...]:
    told = (
        ("移送理由", zh_names()["reasons"].get(file.reason, "") if file.reason else ""),
        ("移送时间", near(file.sent_at, now) if file.sent_at else ""),
        ("对方签收", near(file.received_at, now) if file.received_at else ""),
        ("对方编号", file.number or ""),
        ("可提异议到", near(file.objection_due, now) if file.objection_due and not file.objection else ""),
        ("对方异议", zh_names()["reasons"].get(file.objection, "") if file.objection else ""),
        ("异议说明", file.objection_note or ""),
        ("对方结果", RESULTS.get(file.result, "") if file.result else ""),
    )
    return tuple((label, text) for label, text in told if text)


def _proof(written: str | None) -> tuple[str, ...]:
    photos = orjson.loads(written) if written else []
    return tuple(map(_photo, photos))


def _photo(photo: Mapping[str, str]) -> str:
    taken = photo["taken_at"][:16].replace("T", " ")
    return f"{taken} 拍于{photo['place']}，校验值 {photo['sha256'][:12]}…"


def _line(file: File, line: Line) -> LineTile:
    resume = f"/transfers/{file.transfer_id}/lines/{line.line_id}"
    if line.given_up:
        return LineTile("对方几天没有接收，已停发，请联系对方后再发。", "late", None, resume)
    if line.waiting and line.tries:
        return LineTile(f"第 {line.tries} 次没有发通，会自动再发。", "soon", line.next_try, resume)
    if line.waiting:
        return LineTile(f"{line.waiting} 条消息等对方来取。", "plain", None, "")
    return LineTile("消息都已送到。", "good", None, "")

"""一人一事一档: one person, one matter, one file, without talks apart, notes of sessions and drafts (R-15)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from fastapi import Response

from services.mediation.adapters.typesetting import Typesetter, qr
from services.mediation.agreements.agreementfile import AgreementFile, read_agreement
from services.mediation.cases.casefile import CaseFile
from services.mediation.cases.reactions import agreement_of
from services.mediation.cases.room import CaseRoom
from services.mediation.exports.decider import Asked, Form
from services.mediation.exports.store import ExportHandler
from services.mediation.papers import words
from services.mediation.papers.inputs import Inputs, RecordMark, commitment_of, mark_of, parts_of
from services.mediation.papers.views import Annals, Step
from shared.contracts.codes import Effect, Product, SessionKind
from shared.kernel import BUREAU_ZONE, Context, Digest, PersonId, RequestId
from shared.web import Vault

LEFT_OUT: Final = frozenset({SessionKind.CAUCUS})

STEPS: Final = {
    "request_filed": "提出诉求",
    "request_accepted": "受理",
    "info_requested": "请当事人补充材料",
    "supplemented": "当事人补充了材料",
    "not_accepted": "不予受理",
    "withdrawn": "撤回诉求",
    "request_reopened": "重新办理",
    "request_archived": "归档",
    "requester_told": "告知",
    "rated": "评价",
}
SIDES: Final = {"requester": "反映人", "other_party": "另一方"}
VERDICTS: Final = {"satisfied": "满意", "dissatisfied": "不满意"}
KINDS: Final = {
    SessionKind.JOINT: "当面调解",
    SessionKind.SHUTTLE: "分头调解",
    SessionKind.REMOTE: "在线调解",
}
RESULTS: Final = {"continue": "还要再谈", "agreed": "达成一致", "not_agreed": "没有达成一致"}
OUTCOMES: Final = {
    "settled": "调解成功",
    "failed": "调解不成",
    "done": "办结",
    "refused": "没有办理",
    "handed_over": "转由其他部门办理",
}
WAYS: Final = {
    "peoples_committee": "人民调解",
    "suit": "向法院起诉",
    "arbitration": "申请仲裁",
    "legal_aid": "申请法律援助（12348）",
    "penalty_procedure": "公安机关依法继续处理",
}


def dossier(case: CaseFile, paper: AgreementFile | None, told: Sequence[Step], claim: str | None) -> Inputs:
    """What may leave: facts and dates, the signed agreement and its duties, what was told. Plain data, for both forms.

    R-15: nothing of talks apart, no note of any session, no draft that was not signed, no suspicion and no gate.
    """
    shown = case.for_parties()
    sides = words.sides_of(each.party for each in shown.parties)
    signed = paper if paper is not None and paper.in_effect_at is not None else None
    return {
        "request": str(shown.request_id),
        "case": str(shown.case_id),
        "attempt": shown.attempt,
        "channel": shown.channel,
        "state": shown.state,
        "opened_at": _at(shown.opened_at),
        "closed_at": _at(shown.closed_at),
        "outcome": shown.outcome,
        "other_ways": list(shown.other_ways),
        "claim": claim,
        "parties": [
            {"side": sides[each.party], "consented": each.consented, "refused": each.refused, "how": each.how}
            for each in shown.parties
        ],
        "sessions": [
            {"kind": each.kind, "opened_at": _at(each.opened_at), "ended_at": _at(each.ended_at), "result": each.result}
            for each in shown.sessions
            if SessionKind(each.kind) not in LEFT_OUT
        ],
        "agreement": _agreement(signed, sides) if signed else None,
        "told": [{"fact": each.fact, "about": each.about, "side": each.side, "at": _at(each.at)} for each in told],
    }


def _agreement(paper: AgreementFile, sides: Mapping[PersonId, str]) -> Inputs:
    confirmation = paper.confirmation
    return {
        "agreement": str(paper.agreement_id),
        "product": paper.product,
        "effect": paper.effect,
        "state": paper.state,
        "version": paper.draft,
        "in_effect_at": _at(paper.in_effect_at),
        "terms": paper.terms,
        "signatures": [
            {"side": sides.get(each.party, ""), "how": each.how, "at": _at(each.at)} for each in paper.signatures
        ],
        "duties": [
            {
                "by": sides.get(each.by, ""),
                "to": sides.get(each.to, ""),
                "what": words.what(each),
                "kind": each.kind,
                "amount_fen": each.amount_fen,
                "goods": each.goods.model_dump() if each.goods else None,
                "place": each.place,
                "times": each.times,
                "due": each.due.isoformat() if each.due else None,
                "state": each.state,
                "performed_at": _at(each.performed_at),
                "defaulted_at": _at(each.defaulted_at),
                "rung": each.rung,
            }
            for each in paper.duties
        ],
        "confirmation": confirmation.state if confirmation else None,
    }


def _at(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def _moment(told: str | None) -> str:
    return words.moment(datetime.fromisoformat(told)) if told else ""


def pages(file: Inputs, dated: datetime, behind: RecordMark, origin: str) -> Inputs:
    """The same file as words on paper."""
    return {
        "title": "一人一事一档",
        "dated": parts_of(dated.astimezone(BUREAU_ZONE).date()),
        "foot": f"诉求 {file['request']}",
        "note": "本档不含分头谈话、会谈记录和没有签署的文稿。调解中的让步不得作为不利的证据。",
        "sections": [
            {"title": "这件事", "rows": _head(file)},
            {"title": "经过", "rows": _course(file)},
            {"title": "协议", "rows": _paper_rows(file["agreement"])},
            {"title": "要做的事", "rows": _duty_rows(file["agreement"])},
            {"title": "告知和评价", "rows": _told_rows(file["told"])},
        ],
        "mark": mark_of(origin, behind),
    }


def _head(file: Inputs) -> list[list[str]]:
    rows = [
        ["诉求编号", file["request"]],
        ["调解方式", words.CHANNELS.get(file["channel"], file["channel"])],
        ["开始", _moment(file["opened_at"])],
        ["结束", _moment(file["closed_at"]) or "还在办理"],
        ["结果", OUTCOMES.get(file["outcome"] or "", "还没有结果")],
    ]
    if file["claim"]:
        rows.append(["反映的事", file["claim"]])
    if file["other_ways"]:
        rows.append(["还可以走的途径", "、".join(WAYS.get(way, way) for way in file["other_ways"])])
    return rows


def _course(file: Inputs) -> list[list[str]]:
    consents = [
        [each["side"], "不同意调解" if each["refused"] else "同意调解" if each["consented"] else "还没有表示"]
        for each in file["parties"]
    ]
    sessions = [
        [
            _moment(each["opened_at"]),
            f"{KINDS[SessionKind(each['kind'])]}，{RESULTS.get(each['result'] or '', '进行中')}",
        ]
        for each in file["sessions"]
    ]
    return [*consents, *sessions]


def _paper_rows(paper: Inputs | None) -> list[list[str]]:
    if paper is None:
        return []
    return [
        ["文书", words.TITLES[Product(paper["product"])]],
        ["生效", _moment(paper["in_effect_at"])],
        ["约定", paper["terms"] or words.GONE],
        ["效力", words.WORTH[Effect(paper["effect"])]],
        *([each["side"], f"{_moment(each['at'])} 签署"] for each in paper["signatures"]),
    ]


def _duty_rows(paper: Inputs | None) -> list[list[str]]:
    if paper is None:
        return []
    return [
        [
            each["due"] or "",
            words.DUTY_STATES[each["state"]],
            f"{each['by']}对{each['to']}：{each['what']}" + (f"（第 {each['place']} 期，共 {each['times']} 期）"
                                                           if each["times"] > 1 else ""),
        ]
        for each in paper["duties"]
    ]  # fmt: skip


def _told_rows(told: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [
        [
            _moment(each["at"]),
            SIDES.get(each["side"] or "", ""),
            f"{STEPS.get(each['fact'], each['fact'])}{_about(each['about'])}",
        ]
        for each in told
    ]


ABOUT: Final = {
    "received": "已经收到",
    "routed": "由谁办理",
    "signed": "已有承办人",
    "consent_asked": "请表示是否同意调解",
    "session_planned": "会谈时间",
    "agreement_to_sign": "请签署协议",
    "agreement_in_effect": "协议已经生效",
    "duty_warned": "约定快要到期",
    "duty_defaulted": "约定到期没有履行",
    "outcome": "办理结果",
    "promise_missed": "没有按时答复",
    "reopened": "重新办理",
    "archived": "已经归档",
    **VERDICTS,
}


def _about(about: str | None) -> str:
    return f"：{ABOUT[about]}" if about in ABOUT else ""


class DossierPrinter:
    def __init__(
        self, room: CaseRoom, exports: ExportHandler, annals: Annals, vault: Vault, typesetter: Typesetter, origin: str
    ) -> None:
        self._room = room
        self._exports = exports
        self._annals = annals
        self._vault = vault
        self._typesetter = typesetter
        self._origin = origin

    async def printed(self, export: Asked, form: Form, context: Context, for_party: PersonId | None) -> Response:
        """The file as it is now; its mark leads to the record of this very export."""
        file = await self._file(export, context, for_party)
        newest = (await self._exports.history(export.export_id))[-1].raw
        behind = RecordMark(newest.record_id, Digest(newest.commitment.hex()), newest.salt)
        headers = {
            "Cache-Control": "no-store",
            "Lounge-Record": str(behind.record),
            "Lounge-Inputs": commitment_of(file, behind.salt),
        }
        if form is Form.JSON:
            body = orjson.dumps({**file, "mark": mark_of(self._origin, behind)}, option=orjson.OPT_INDENT_2)
            return Response(body, media_type="application/json", headers=headers)
        paper = pages(file, newest.occurred_at, behind, self._origin)
        paper["mark"]["qr"] = qr(paper["mark"]["url"])
        return Response(await self._typesetter.pdf("dossier", paper), media_type="application/pdf", headers=headers)

    async def _file(self, export: Asked, context: Context, for_party: PersonId | None) -> Inputs:
        case = await self._room.file(export.case_id)
        history = [stored.event for stored in await self._room.agreements.history(agreement_of(export.case_id))]
        paper = read_agreement(history) if history else None
        requester = for_party is not None and for_party == case.parties[0].party
        texts = await self._texts(export, case, paper, requester, context)
        if paper is not None:
            paper.terms = texts.get(paper.terms_item)
            for duty in paper.duties:
                duty.what = texts.get(duty.what_item) if duty.what_item else None
        claim = texts.get(case.narrative) if requester else None
        return dossier(case, paper, await self._annals.of(export.request_id), claim)

    async def _texts(
        self, export: Asked, case: CaseFile, paper: AgreementFile | None, requester: bool, context: Context
    ) -> Mapping[UUID, str | None]:
        """What one side claims goes to that side alone; what all signed goes to all."""
        items = [case.narrative] if requester else []
        if paper is not None and paper.in_effect_at is not None:
            items += [paper.terms_item, *(duty.what_item for duty in paper.duties if duty.what_item)]
        return await self._vault.fetch(
            context, list(dict.fromkeys(items)), purpose=export.purpose, request_id=RequestId(export.request_id)
        )

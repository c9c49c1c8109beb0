"""What can be done with a transfer, in words: recording what a body said, closing, taking back."""

from collections.abc import Mapping
from typing import Final

from services.portal.pages.acts import ActSpec, Body, choices_of
from services.portal.pages.contexts import Choice, Field

RESULTS: Final = {"done": "已办好", "settled": "已化解", "failed": "没有办成"}
_PATH = "/workorders/v1/transfers/{id}"


def _result(values: Body) -> Body:
    """One photo from the form; a body's own client may send more."""
    photo = {name: values[name] for name in ("sha256", "taken_at", "place") if values.get(name)}
    told: Body = {"result": values["result"], "answer": values["answer"]}
    if photo:
        photo["taken_at"] = f"{photo.get('taken_at', '')}T12:00:00+08:00"
        told["proof"] = [photo]
    return told


SPECS: Final[Mapping[str, ActSpec]] = {
    "act_on_danger": ActSpec(
        f"{_PATH}/danger",
        "已先行处置",
        "记下先做了什么",
        "有危险的先出警处置，再移送（R-22）。当事人会读到这段话。",
        "记下",
        "已记下，现在可以移送。",
        (Field("note", "到场做了什么", "area", limit=1000, required=True),),
    ),
    "receive_transfer": ActSpec(
        f"{_PATH}/receipt",
        "对方已签收",
        "对方说收到了",
        "对方电话或来函说已收到的，在这里记下；接通系统的由对方自己签收。",
        "记下",
        "已记下对方签收。",
        (Field("number", "对方的编号（可以不写）", limit=100),),
    ),
    "answer_transfer": ActSpec(
        f"{_PATH}/result",
        "对方已答复",
        "对方报来结果",
        "照对方的原话记下。移送时要求照片的，没有照片信息不能记为办好。",
        "记下",
        "已记下对方的答复。",
        (
            Field(
                "result",
                "结果",
                "one",
                choices=tuple(Choice(code, words) for code, words in RESULTS.items()),
                required=True,
            ),
            Field("answer", "对方怎么说", "area", "当事人会读到。", limit=5000, required=True),
            Field("taken_at", "哪天拍的", "day", heading="现场照片（要求照片时必填）"),
            Field("place", "在哪里拍的"),
            Field("sha256", "照片校验值（SHA-256）", hint="六十四位小写字母和数字，由对方提供。", limit=64),
        ),
        body=_result,
    ),
    "object_to_transfer": ActSpec(
        f"{_PATH}/objection",
        "对方提出异议",
        "对方说不归他们管",
        "五个工作日内提出的，退回分流岗重新安排；超过期限，移送仍然有效（R-24）。",
        "退回重分",
        "已退回，由分流岗重新安排。",
        (
            Field(
                "reason",
                "为什么",
                "one",
                choices=choices_of("reasons", ("WRONG_CATEGORY", "WRONG_GRID", "CONFLICT_OF_INTEREST")),
                required=True,
            ),
            Field("note", "对方怎么说（可以不写）", "area", limit=1000),
        ),
        consequence="记下以后，这件事不再归对方。",
    ),
    "close_transfer": ActSpec(
        f"{_PATH}/closing",
        "看过照片，了结",
        "了结",
        "您看过对方的答复和照片，确认已经办好。不能只凭对方一句话了结。",
        "了结",
        "已了结，会告诉当事人。",
        consequence="了结后答复会发给当事人。",
    ),
    "send_answer_back": ActSpec(
        f"{_PATH}/answer-back",
        "退回对方重办",
        "退回对方重办",
        "答复不清楚，或者照片看不出已经办好。",
        "退回对方",
        "已退回对方。",
        (Field("note", "还差什么", "area", "对方会读到，不写姓名和电话。", limit=1000, required=True),),
    ),
    "take_transfer_back": ActSpec(
        f"{_PATH}/return",
        "收回重分",
        "收回重分",
        "对方一直不签收，或者发现送错了，收回来由分流岗重新安排。",
        "收回",
        "已收回，由分流岗重新安排。",
        (
            Field(
                "reason",
                "为什么",
                "one",
                choices=choices_of(
                    "reasons", ("CLOCK_BREACHED", "WRONG_CATEGORY", "WRONG_GRID", "CONFLICT_OF_INTEREST")
                ),
                required=True,
            ),
        ),
        consequence="收回后会通知对方不用再办。",
    ),
}
SEND = ActSpec(f"{_PATH}/sending", "移送", "移送", "", "移送并告知当事人", "已移送，已告知当事人。")
RESUME = ActSpec("/workorders/v1/connector/lines/{id}/resume", "马上再发", "马上再发", "", "马上再发", "马上再发一次。")

"""What papers say in plain Chinese: sides, duties, dates, what an agreement is worth."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from services.mediation.agreements.agreementfile import DutyFile, GoodsFile
from services.mediation.agreements.facts import DutyKind, Every, GoodsUnit
from shared.contracts.codes import Channel, Effect, Product
from shared.kernel import BUREAU_ZONE, PersonId

FEN_IN_YUAN: Final = 100
SIDES: Final = ("甲方", "乙方", "丙方", "丁方", "戊方", "己方")
GONE: Final = "（此处文字已经依法删除，或者不在您可以查看的范围）"

CHANNELS: Final = {Channel.PM: "人民调解", Channel.PSM: "公安调解", Channel.IM: "行业调解", Channel.JM: "司法调解"}

TITLES: Final = {
    Product.POLICE_AGREEMENT: "治安调解协议书",
    Product.ON_SPOT_RECORD: "当场调解记录",
    Product.PM_AGREEMENT: "人民调解协议书",
    Product.PM_ORAL_RECORD: "人民调解口头协议登记表",
    Product.IM_AGREEMENT: "行业性专业性调解协议书",
    Product.IM_SETTLEMENT: "和解协议书",
    Product.PRE_SUIT_AGREEMENT: "诉前调解协议书",
    Product.COURT_PAPER: "民事调解书（送达件）",
}

WORTH: Final = {
    Effect.ENDS_PENALTY: (
        "照协议做到以后，公安机关不再处罚。协议本身不能直接申请法院强制执行。\n"
        "没有做到的，公安机关依法继续处理，办案期限从没有履行之日起算；双方的民事争议可以向法院起诉。"
    ),
    Effect.BINDING_CONTRACT: (
        "本协议有合同的效力，各方应当照做。\n"
        "自生效之日起三十日内，各方可以一起向法院申请司法确认，不收费；确认以后，一方不照做的，另一方可以申请强制执行。"
        "婚姻、收养等身份关系不能确认。\n没有确认的，一方不照做，另一方可以就本协议向法院起诉。"
    ),
    Effect.ORDINARY_CONTRACT: "本协议是一份普通合同，不能申请司法确认。一方不照做的，另一方可以向法院起诉。",
    Effect.ENFORCEABLE: "本文书可以强制执行。一方不照做的，另一方可以向法院申请执行。",
}

UNITS: Final = {
    GoodsUnit.LOT: "批",
    GoodsUnit.PIECE: "件",
    GoodsUnit.SET: "套",
    GoodsUnit.KILOGRAM: "千克",
    GoodsUnit.TON: "吨",
    GoodsUnit.METRE: "米",
    GoodsUnit.SQUARE_METRE: "平方米",
}

EVERY: Final = {Every.WEEK: "每周", Every.MONTH: "每月", Every.YEAR: "每年"}

DUTY_STATES: Final = {"open": "还没到期", "due": "今天到期", "performed": "已履行", "defaulted": "到期没有履行"}


@cache
def listed(kind: str) -> Mapping[str, Mapping[str, Any]]:
    """The entries of one kind (`reasons`, `panels`) in the one list of codes."""
    text = (files("shared.contracts") / "domain" / "codes.yaml").read_text(encoding="utf-8")
    return {entry["code"]: entry for entry in yaml.load(text, Loader=yaml.CSafeLoader)[kind]}


def sides_of(parties: Iterable[PersonId]) -> Mapping[PersonId, str]:
    """甲方 is who asked; papers name sides, and the names are written by hand."""
    return {party: SIDES[place] if place < len(SIDES) else f"第{place + 1}方" for place, party in enumerate(parties)}


def money(fen: int) -> str:
    return f"{fen // FEN_IN_YUAN:,}.{fen % FEN_IN_YUAN:02d} 元"


def day(when: date) -> str:
    return f"{when.year} 年 {when.month} 月 {when.day} 日"


def moment(when: datetime) -> str:
    local = when.astimezone(BUREAU_ZONE)
    return f"{day(local.date())} {local:%H:%M}"


def rows_of(duties: Sequence[DutyFile], sides: Mapping[PersonId, str]) -> list[list[str]]:
    """A series is one row: what, how often, until when, and what it comes to."""
    firsts = [duty for duty in duties if duty.place == 1]
    return [_row(number, duty, _last(duty, duties), sides) for number, duty in enumerate(firsts, start=1)]


def _row(number: int, duty: DutyFile, last: DutyFile, sides: Mapping[PersonId, str]) -> list[str]:
    who = f"{sides.get(duty.by, '一方')}对{sides.get(duty.to, '另一方')}"
    if duty.every is None or duty.due is None or last.due is None:
        return [str(number), who, what(duty), day(duty.due) if duty.due else "没有写明"]
    total = f"，合计 {money(duty.amount_fen * duty.times)}" if duty.amount_fen is not None else ""
    often = f"{EVERY[Every(duty.every)]}{what(duty)}，共 {duty.times} 次{total}"
    return [str(number), who, often, f"{day(duty.due)}起\n至 {day(last.due)}"]


def _last(first: DutyFile, duties: Sequence[DutyFile]) -> DutyFile:
    return max((each for each in duties if _series(each) == _series(first)), key=lambda each: each.place)


def _series(duty: DutyFile) -> object:
    return duty.series or duty.duty_id


def what(duty: DutyFile) -> str:
    match DutyKind(duty.kind):
        case DutyKind.MONEY:
            return f"付 {money(duty.amount_fen or 0)}"
        case DutyKind.GOODS:
            return f"交付{_goods(duty.goods)}{duty.what or (duty.goods.item if duty.goods else None) or GONE}"
        case DutyKind.ACT:
            return duty.what or GONE
        case DutyKind.APOLOGY:
            return f"赔礼道歉：{duty.what}" if duty.what else "赔礼道歉"


def _goods(goods: GoodsFile | None) -> str:
    return f" {goods.count:,} {UNITS[GoodsUnit(goods.unit)]}" if goods else ""

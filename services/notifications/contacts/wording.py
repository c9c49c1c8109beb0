"""What all words are made of: a language, a moment, the names of channels."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from shared.contracts.codes import Channel
from shared.kernel import BUREAU_ZONE

WEEKDAYS = "一二三四五六日"


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


class Words(NamedTuple):
    title: str
    text: str


class Pair(NamedTuple):
    zh: Words
    en: Words


CHANNELS = {
    Channel.PSM: ("公安调解", "police mediation"),
    Channel.PM: ("人民调解", "people's mediation"),
    Channel.IM: ("行业调解", "industry mediation"),
    Channel.JM: ("司法调解", "court mediation"),
    Channel.EPS: ("护企工作站", "the enterprise workstation"),
    Channel.WIN: ("办事窗口", "the service window"),
    Channel.DSP: ("出警处置", "officers on the way"),
    Channel.CASE: ("办案部门", "the investigation unit"),
    Channel.XDEP: ("部门联办", "several departments together"),
    Channel.XFER: ("转有关部门", "the department in charge"),
    Channel.BOT: ("在线解答", "an answer online"),
    Channel.SUP: ("督察部门", "the supervision unit"),
    Channel.CHILD: ("护苗专线", "the child protection lane"),
}


def moment(at: datetime, language: Language) -> str:
    """`3月2日（周一）09:00`, on the bureau's clock."""
    local = at.astimezone(BUREAU_ZONE)
    if language is Language.EN:
        return f"{local:%H:%M} on {local:%a} {local.day} {local:%b}"
    return f"{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def until(at: datetime | None, zh: str, en: str) -> tuple[str, str]:
    """The sentence with its time, or nothing when no time is known."""
    if at is None:
        return "", ""
    return zh.format(at=moment(at, Language.ZH)), " " + en.format(at=moment(at, Language.EN))

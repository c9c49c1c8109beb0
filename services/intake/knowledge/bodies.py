"""What callers ask of 南小警, and what they are told."""

from datetime import date

from services.intake.knowledge.entry import Entry
from services.intake.requests.bodies import DangerHelp
from shared.web import LongText, ShortText, StrictModel


class QuestionBody(StrictModel):
    question: LongText


class EntryAnswer(StrictModel):
    code: str
    topic: str
    title: str
    who: str
    bring: tuple[str, ...]
    """The whole list, told once."""
    term: str
    clock: str | None
    fee: str
    where: str
    law: str
    article: str | None
    rule: str | None
    noted: date
    checked: bool
    words: str
    """How far to trust it."""


class EntryLine(StrictModel):
    code: str
    topic: str
    title: str
    term: str


class NextStep(StrictModel):
    code: ShortText
    words: str


class QuestionAnswer(StrictModel):
    known: bool
    entry: EntryAnswer | None
    others: tuple[EntryLine, ...]
    """What else may have been meant."""
    words: str
    steps: tuple[NextStep, ...]
    danger: DangerHelp | None


class Topic(StrictModel):
    topic: str
    entries: int


class KnowledgeList(StrictModel):
    topics: tuple[Topic, ...]
    entries: tuple[EntryLine, ...]


CHECKED = {
    True: {"zh": "{at:%Y年%m月%d日}与依据核对过。", "en": "Compared with its source on {at:%Y-%m-%d}."},
    False: {
        "zh": "{at:%Y年%m月%d日}凭掌握的情况写下，还没有逐字核对法律原文；以窗口答复为准。",
        "en": "Written down on {at:%Y-%m-%d}, not yet compared with the law; the window has the last word.",
    },
}
KNOWN = {"zh": "您问的应该是这件事。不对的话，看看下面几件，或者换几个字再问。", "en": "This should be what you ask."}
UNKNOWN = {
    "zh": "这个我不知道，不能乱答。下面几条路都有人管。",
    "en": "I do not know this, and I do not guess. Here is who does.",
}
STEPS = {
    "file_request": {"zh": "写成一件诉求，值班民警回答您", "en": "Make it a request; the duty officer answers"},
    "duty_officer": {"zh": "到最近的服务台，当面问值班民警", "en": "Ask the duty officer at the nearest desk"},
    "call_12345": {"zh": "不是公安的事，打 12345", "en": "Not police business: call 12345"},
}


def told(entry: Entry, language: str) -> EntryAnswer:
    return EntryAnswer(
        code=entry.code,
        topic=entry.topic,
        title=entry.zh,
        who=entry.who,
        bring=entry.bring,
        term=entry.term,
        clock=entry.clock,
        fee=entry.fee,
        where=entry.where,
        law=entry.law,
        article=entry.article,
        rule=entry.rule,
        noted=entry.noted,
        checked=entry.checked,
        words=CHECKED[entry.checked][language].format(at=entry.noted),
    )


def line(entry: Entry) -> EntryLine:
    return EntryLine(code=entry.code, topic=entry.topic, title=entry.zh, term=entry.term)


def next_steps(language: str) -> tuple[NextStep, ...]:
    return tuple(NextStep(code=code, words=words[language]) for code, words in STEPS.items())

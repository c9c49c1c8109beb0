"""What callers send of a question, and what they get."""

from datetime import date
from uuid import UUID

from services.intake.catalogue.shelf import Item, Source, Term, Window
from services.intake.requests.bodies import DangerHelp, DoorAnswer, PersonBody
from shared.contracts.codes import Category, Channel, Police, Priority
from shared.web import CodeText, LongText, ShortText, StrictModel


class ItemAnswer(StrictModel):
    code: str
    title: str
    who: str
    materials: tuple[str, ...]
    term: Term
    fee: str
    proxy: str
    source: Source
    checked: date
    window: Window
    """The nearest one, where a place was named."""


class CatalogueAnswer(StrictModel):
    items: tuple[ItemAnswer, ...]


class InquiryBody(StrictModel):
    question: LongText
    group: CodeText | None = None
    item: CodeText | None = None
    place: ShortText | None = None


class InquiryAnswer(StrictModel):
    inquiry_id: UUID
    category: Category
    priority: Priority
    police: Police
    channel: Channel
    answer: str
    """In one piece, to be put where it was asked."""
    item: ItemAnswer | None
    offer: str
    danger: DangerHelp | None
    request: DoorAnswer | None
    """Only where there is danger: nothing else is opened unasked."""


class MakeRequestBody(StrictModel):
    asked_for: bool = False
    """Who asked wants it to be a request."""
    narrative: LongText | None = None
    """More than the question, if he says more."""
    contact: PersonBody | None = None


def item_told(item: Item, window: Window, language: str) -> ItemAnswer:
    return ItemAnswer(
        code=item.code,
        title=item.en if language == "en" else item.zh,
        who=item.who,
        materials=item.materials,
        term=item.term,
        fee=item.fee,
        proxy=item.proxy,
        source=item.source,
        checked=item.checked,
        window=window,
    )


def in_one_piece(item: ItemAnswer) -> str:
    """The whole list at once (一次性告知), with term, source and place."""
    listed = "；".join(f"{number}. {each}" for number, each in enumerate(item.materials, 1))
    return (
        f"【{item.title}】要带：{listed}。{item.term.words}{item.fee}{item.proxy}"
        f"依据：{item.source.law}（{item.source.rule}，{item.checked:%Y-%m-%d} 核对）。"
        f"最近的窗口：{item.window.name}，{item.window.address}，{item.window.hours}。"
    )

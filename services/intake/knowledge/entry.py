"""One piece of knowledge about business at a police window: everything told at once, with the law that says so."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.web import CodeText, ShortText, StrictModel


class Entry(StrictModel):
    code: CodeText
    topic: ShortText
    zh: ShortText
    words: Annotated[tuple[ShortText, ...], Field(min_length=1)]
    """What people say when they mean it."""
    who: ShortText
    bring: Annotated[tuple[ShortText, ...], Field(min_length=1)]
    term: ShortText
    clock: Annotated[str, Field(pattern=r"^CL-\d{3}$")] | None = None
    """The clock of the domain that counts this term, where there is one."""
    fee: ShortText
    where: ShortText
    law: ShortText
    article: ShortText | None = None
    rule: Annotated[str, Field(pattern=r"^R-\d{2}$")] | None = None
    noted: date
    checked: bool
    """Somebody has read it beside the text of the law; else it stands as it was known on the day of `noted`."""


class Vocabulary(StrictModel):
    same: tuple[tuple[ShortText, ...], ...]
    """The first word of a line stands for the others."""
    empty: tuple[ShortText, ...]
    """Says nothing about the matter."""

"""What a body may look like: closed, strict, bounded, and text that every part of the system can hold."""

import unicodedata
from datetime import date
from typing import Annotated

from fastapi import Query as Param
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError


def _clean(text: str) -> str:
    """NFC; refuses NUL and lone surrogates, which no database and no hash takes."""
    if "\x00" in text:
        raise PydanticCustomError("unstorable", "contains NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("unstorable", "contains a lone surrogate") from None
    return unicodedata.normalize("NFC", text)


def _filled(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("nothing_in_it", "is blank")
    return text


ShortText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_clean), AfterValidator(_filled)]
"""1–200 characters."""
LongText = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_clean), AfterValidator(_filled)]
"""1–20,000 characters."""
CodeText = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9._/:-]+$")]
"""A code or reference number, no free text."""
DayParam = Annotated[date, Param(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
"""A day in the query that calendars can still count from."""
Fen = Annotated[int, Field(strict=True, ge=1, le=10**13)]
"""Money in fen; up to 100 billion yuan."""


class StrictModel(BaseModel):
    """A body that a caller sends: unknown fields are refused.

    Numbers say `strict=True` themselves (else `true` counts as 1): the whole model cannot, for ids and times are text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

"""What a body may look like: closed, strict, bounded, and text that every part of the system can hold."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


def _clean(text: str) -> str:
    """NFC; refuses NUL and lone surrogates, which no database and no hash takes."""
    if "\x00" in text:
        raise ValueError("文字中含有无法保存的字符（NUL）")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("文字中含有不完整的字符") from None
    return unicodedata.normalize("NFC", text)


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("请填写内容")
    return text


ShortText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_clean), AfterValidator(_filled)]
"""1–200 characters."""
LongText = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_clean), AfterValidator(_filled)]
"""1–20,000 characters."""
CodeText = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9._/:-]+$")]
"""A code or reference number, no free text."""
Fen = Annotated[int, Field(ge=1, le=10**13)]
"""Money in fen; up to 100 billion yuan."""


class StrictModel(BaseModel):
    """A body that a caller sends: unknown fields and lax types are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

"""Papers set by typst, off the event loop: PDF/A with its own date, the same bytes for the same words.

A character that no font has would stop a PDF/A wholly, so it is written as its number: 〔U+20BB7〕. A bureau that meets
such names adds a folder of fonts.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import orjson
import segno
import typst

ARCHIVAL: Literal["a-2b"] = "a-2b"
PACKAGED = "pylopdf_fonts_zh_cn"
FAMILIES = ("Noto Sans SC", "Noto Serif SC", "WenQuanYi Micro Hei", "DejaVu Sans")
MISSING = re.compile(r"the text `(\".*?\")` could not be displayed", re.DOTALL)
MOST_RARE_TEXTS = 40
TEMPLATES = Path(__file__).parents[1] / "papers"


class PaperNotSet(Exception):
    """typst could not set the paper: a defect of a template, never of what people wrote."""


class Typesetter:
    def __init__(self, threads: int, folders: Sequence[Path] = (), families: Sequence[str] = ()) -> None:
        """`folders` and `families`: fonts of the bureau, asked after the packaged ones."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="papers")
        self._folders = [str(files(PACKAGED)), *map(str, folders)]
        self._families = "|".join((*FAMILIES[:2], *families, *FAMILIES[2:]))

    async def pdf(self, template: str, data: Mapping[str, Any]) -> bytes:
        """typst releases the interpreter's lock, so a thread keeps the loop free."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(self._set, template, data))

    def _set(self, template: str, data: Mapping[str, Any]) -> bytes:
        rare: set[str] = set()
        for _ in range(MOST_RARE_TEXTS):
            try:
                return self._compile(template, _spelled(data, rare))
            except typst.TypstError as error:
                missing = frozenset(_missing(str(error)))
                if not missing - rare:
                    raise PaperNotSet(template) from error
                rare |= missing
        return self._compile(template, _spelled(data, rare, every_rare_one=True))

    def _compile(self, template: str, data: Any) -> bytes:
        made = typst.compile(
            str(TEMPLATES / f"{template}.typ"),
            root=str(TEMPLATES),
            font_paths=self._folders,
            ignore_system_fonts=True,
            sys_inputs={"data": orjson.dumps(data).decode(), "fonts": self._families},
            pdf_standards=[ARCHIVAL],
        )
        assert isinstance(made, bytes)
        return made


def qr(url: str) -> str:
    """An SVG without size of its own."""
    return str(segno.make(url, error="m").svg_inline(omitsize=True))


def _missing(error: str) -> Iterator[str]:
    for quoted in MISSING.findall(error):
        yield from (sign for sign in quoted.strip('"') if not sign.isascii())


def _spelled(part: Any, rare: set[str], every_rare_one: bool = False) -> Any:
    match part:
        case str():
            return "".join(
                f"〔U+{ord(sign):04X}〕" if sign in rare or (every_rare_one and ord(sign) > 0xFFFF) else sign
                for sign in part
            )
        case Mapping():
            return {name: _spelled(each, rare, every_rare_one) for name, each in part.items()}
        case list() | tuple():
            return [_spelled(each, rare, every_rare_one) for each in part]
        case _:
            return part

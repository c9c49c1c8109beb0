"""Labelled messages as lines of JSON: those of triage, or any file with `text` and `label`."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from services.routing.decisions.features import Part, titled
from services.routing.decisions.judgement import CATEGORY, FIELDS
from shared.contracts.codes import Flag

LABEL = "label"
SEEDS = Path(__file__).parent / "training_seeds.jsonl"
FINAL = "final"
"""The half of our own texts that no training ever sees."""

Apart = Callable[[str], bool]
"""Of which rows, by id, nobody learns: they are for the last figure."""


class UnlabelledRow(Exception):
    """A row without an answer for a field that the first row answers."""


class UnknownRow(Exception):
    """A label for a message that is in none of the files of texts."""


class UnknownSplit(Exception):
    """Neither `sha256/<n>` nor `crc32/<n>`."""


def _as_list(answers: object) -> object:
    return [answers] if isinstance(answers, str) else answers


Answers = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = ""
    title: str = ""
    text: str | None = None
    half: str = ""
    label: Answers = ()
    category: Answers = ()
    second: str | None = None
    priority: Answers = ()
    police: Answers = ()
    channel: Answers = ()
    flags: tuple[Flag, ...] | None = None
    flags_both: tuple[Flag, ...] | None = None
    flags_any: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Example:
    title: str
    text: str
    answers: dict[str, tuple[str, ...]]
    """Several where careful readers differ; each counts as right."""
    flags: frozenset[Flag] | None
    """None where nobody looked for flags."""
    disputed_flags: frozenset[Flag]
    seed: bool
    second: str | None = None
    """The category that another careful reader might have chosen; it counts a little in training, never in a figure."""
    id: str = ""
    apart: bool = False
    written: bool = False
    """By ourselves: it teaches words, and says nothing of how often they come."""

    def typed(self, part: Part) -> str:
        return titled(self.title, self.text) if part is Part.TITLE else self.text


@dataclass(frozen=True)
class Source:
    """A file of labelled rows, and which of them nobody learns from: `dev.jsonl@sha256/3`."""

    path: Path
    apart: Apart | None = None


def source(written: str) -> Source:
    path, _, split = written.partition("@")
    return Source(Path(path), splitter(split) if split else None)


def splitter(split: str) -> Apart:
    name, _, parts = split.partition("/")
    digests = {"sha256": _sha256, "crc32": _crc32}
    if name not in digests or not parts.isdigit() or int(parts) < 2:
        raise UnknownSplit(split)
    return partial(_divides, digests[name], int(parts))


def _divides(digest: Callable[[str], int], parts: int, key: str) -> bool:
    return digest(key) % parts == 0


def _sha256(key: str) -> int:
    return int(hashlib.sha256(key.encode()).hexdigest(), 16)


def _crc32(key: str) -> int:
    return zlib.crc32(key.encode())


def read_texts(paths: Iterable[Path]) -> dict[str, Row]:
    """Messages by id, for labels that stand without them."""
    return {row.id: row for path in paths for row in map(Row.model_validate_json, _lines(path))}


def read_examples(
    sources: Iterable[Source | Path], texts: Mapping[str, Row] | None = None, *, seed: bool = False
) -> list[Example]:
    found: list[Example] = []
    for given in sources:
        each = given if isinstance(given, Source) else Source(given)
        for line in _lines(each.path):
            row = _with_text(Row.model_validate_json(line), texts or {})
            apart = row.half == FINAL or (each.apart is not None and each.apart(row.id or row.text or ""))
            found.append(replace(_example(row, seed), apart=apart))
    return _read_together(found)


def _read_together(examples: Iterable[Example]) -> list[Example]:
    """A message that several readers labelled is one example: what any of them answered, counts as right."""
    found: dict[object, Example] = {}
    for place, example in enumerate(examples):
        name = example.id or place
        found[name] = _of_both(found[name], example) if name in found else example
    return list(found.values())


def _of_both(one: Example, other: Example) -> Example:
    answers = {field: tuple(dict.fromkeys(given + other.answers[field])) for field, given in one.answers.items()}
    said = {None, *answers.get(CATEGORY, ())}
    return replace(
        one,
        answers=answers,
        flags=other.flags if one.flags is None else one.flags,
        disputed_flags=one.disputed_flags | other.disputed_flags,
        second=next((each for each in (one.second, other.second) if each not in said), None),
        apart=one.apart or other.apart,
    )


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _with_text(row: Row, texts: Mapping[str, Row]) -> Row:
    if row.text is not None:
        return row
    if row.id not in texts:
        raise UnknownRow(row.id)
    known = texts[row.id]
    return row.model_copy(update={"title": known.title, "text": known.text or ""})


def _example(row: Row, seed: bool) -> Example:
    fields = (LABEL,) if row.label else FIELDS
    answers = {field: getattr(row, field) for field in fields}
    if not all(answers.values()):
        raise UnlabelledRow(json.dumps([field for field, given in answers.items() if not given]))
    agreed = row.flags if row.flags is not None else row.flags_both
    return Example(
        title=row.title,
        text=row.text or "",
        answers=answers,
        flags=None if agreed is None else frozenset(agreed),
        disputed_flags=frozenset(row.flags_any) - frozenset(agreed or ()),
        seed=seed,
        second=None if row.second in answers.get(CATEGORY, ()) else row.second,
        id=row.id,
        written=bool(row.half),
    )

"""Labelled messages as lines of JSON: those of triage, or any file with `text` and `label`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from services.routing.decisions.judgement import FIELDS, Part
from shared.contracts.codes import Flag

LABEL = "label"
SEEDS = Path(__file__).parent / "training_seeds.jsonl"


class UnlabelledRow(Exception):
    """A row without an answer for a field that the first row answers."""


def _as_list(answers: object) -> object:
    return [answers] if isinstance(answers, str) else answers


Answers = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    title: str = ""
    text: str
    label: Answers = ()
    category: Answers = ()
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

    def typed(self, part: Part) -> str:
        return self.title if part is Part.TITLE else self.text


def read_examples(paths: Iterable[Path], *, seed: bool = False) -> list[Example]:
    return [_example(Row.model_validate_json(line), seed) for path in paths for line in _lines(path)]


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _example(row: Row, seed: bool) -> Example:
    fields = (LABEL,) if row.label else FIELDS
    answers = {field: getattr(row, field) for field in fields}
    if not all(answers.values()):
        raise UnlabelledRow(json.dumps([field for field, given in answers.items() if not given]))
    agreed = row.flags if row.flags is not None else row.flags_both
    return Example(
        title=row.title,
        text=row.text,
        answers=answers,
        flags=None if agreed is None else frozenset(agreed),
        disputed_flags=frozenset(row.flags_any) - frozenset(agreed or ()),
        seed=seed,
    )

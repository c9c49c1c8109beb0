"""The trained model as a file: integer weights by n-gram, nothing that anybody typed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, Field

from services.routing.decisions.features import LONGEST_NGRAM, Part
from services.routing.decisions.judgement import (
    CATEGORY,
    CHANNEL,
    NEVER,
    POLICE,
    PRIORITY,
    Baseline,
    Choice,
    Doubt,
    FlagHead,
    Head,
    Judgement,
    Model,
    SecondHead,
    flags_by_words,
    judge,
    score,
)
from services.routing.decisions.lanes import packed
from services.routing.decisions.second_opinion import second_opinion
from services.routing.decisions.weights import Weights
from services.routing.decisions.word_groups import GROUPS, groups_digest
from shared.contracts.codes import Category, Channel, Flag, Police, Priority
from shared.kernel import ModelVersion

SHIPPED_MODEL = Path(__file__).parent.parent / "model.json"
FORMAT = 2
NO_MODEL = ModelVersion("none")
CODES: Mapping[str, type[StrEnum]] = {CATEGORY: Category, PRIORITY: Priority, POLICE: Police, CHANNEL: Channel}

log = structlog.get_logger("classifier")


class UnfitModel(Exception):
    """The file was trained for another form of features; train again."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HeadFile(_Strict):
    field: str
    labels: tuple[str, ...] = Field(min_length=1)
    bias: tuple[int, ...]
    scale: float
    threshold: tuple[int, int]
    scarce: tuple[str, ...]


class FlagFile(_Strict):
    flag: Flag
    bias: int
    scale: float
    threshold: float


class PartFile(_Strict):
    ngrams: dict[str, tuple[int, ...]]
    """Rarity first, then the weights."""
    groups: dict[str, tuple[int, ...]]


class SecondFile(_Strict):
    """What the embedding head says of one field."""

    field: str
    trust: float
    bias: tuple[float, ...]
    scale: float
    threshold: tuple[int, int]
    rows: tuple[tuple[int, ...], ...]


class BaselineFile(_Strict):
    persons: int
    categories: dict[str, int]


class ModelFile(_Strict):
    format: int
    word_groups: str
    heads: tuple[HeadFile, ...] = Field(min_length=1)
    flags: tuple[FlagFile, ...]
    urgent_from: int = NEVER
    own_from: int = NEVER
    baseline: BaselineFile | None = None
    second: tuple[SecondFile, ...] = ()
    title: PartFile
    text: PartFile


class Classifier:
    def __init__(self, model: Model) -> None:
        self.model = model

    def judge(self, title: str, text: str) -> Judgement:
        return judge(self.model, title, text)

    def asks_again(self, judgement: Judgement) -> bool:
        """Whether the embedding head might settle what made the first judgement unsure."""
        return bool(self.model.second and judgement.doubts)

    def judge_again(self, title: str, text: str, vector: Sequence[float]) -> Judgement:
        return second_opinion(self.model, score(self.model, title, text), vector)


class WithoutModel:
    """Stands in while there is no model: rules and danger words go on, and a person decides everything else."""

    def judge(self, title: str, text: str) -> Judgement:
        unknown = {code: Choice(label, 0, label, 0) for code, label in UNKNOWN.items()}
        return Judgement(
            category=unknown[CATEGORY],
            flags=flags_by_words(title, text),
            priority=unknown[PRIORITY],
            police=unknown[POLICE],
            channel=unknown[CHANNEL],
            words=(),
            doubts=(Doubt.CATEGORY,),
            urgent=0,
        )

    def asks_again(self, judgement: Judgement) -> bool:
        return False

    def judge_again(self, title: str, text: str, vector: Sequence[float]) -> Judgement:
        return self.judge(title, text)


UNKNOWN = {CATEGORY: Category.PSO, PRIORITY: Priority.P2, POLICE: Police.OWN, CHANNEL: Channel.DSP}
"""What nobody has judged is taken for police business of ordinary haste until a person has looked."""


def classifier_at_hand(path: Path) -> tuple[Classifier | WithoutModel, ModelVersion]:
    """A file that is absent or unfit closes no desk: it is an alarm, and people decide."""
    try:
        return load_classifier(path), ModelVersion(hashlib.sha256(path.read_bytes()).hexdigest()[:12])
    except (OSError, ValueError, UnfitModel) as error:
        log.critical("no_model", file=path.name, error=type(error).__name__)
        return WithoutModel(), NO_MODEL


def load_classifier(path: Path = SHIPPED_MODEL) -> Classifier:
    """Raises UnfitModel where a head of the desk is missing or judges in codes that the desk does not have."""
    model = load_model(path)
    if sorted(head.field for head in model.heads) != sorted(CODES) or not all(map(_fits, model.heads)):
        raise UnfitModel("not the heads of the desk")
    return Classifier(model)


def load_model(path: Path) -> Model:
    return model_of(ModelFile.model_validate_json(path.read_bytes()))


def model_of(file: ModelFile) -> Model:
    if file.format != FORMAT or file.word_groups != groups_digest():
        raise UnfitModel(f"format {file.format}, word groups {file.word_groups}")
    heads = tuple(
        Head(head.field, head.labels, head.bias, head.scale, head.threshold, frozenset(head.scarce))
        for head in file.heads
    )
    width = sum(len(head.labels) for head in heads) + len(file.flags)
    return Model(
        heads=heads,
        flag_heads=tuple(FlagHead(flag.flag, flag.bias, flag.scale, flag.threshold) for flag in file.flags),
        weights={Part.TITLE: _weights(file.title, width), Part.TEXT: _weights(file.text, width)},
        urgent_from=file.urgent_from,
        own_from=file.own_from,
        second=tuple(map(_second, file.second)),
        baseline=Baseline(file.baseline.persons, file.baseline.categories) if file.baseline else None,
    )


def _second(head: SecondFile) -> SecondHead:
    return SecondHead(head.field, head.trust, head.bias, head.rows, head.scale, head.threshold)


def _fits(head: Head) -> bool:
    return len(head.labels) == len(head.bias) and set(head.labels) <= {*CODES[head.field]}


def save_model(file: ModelFile, path: Path) -> None:
    """One n-gram a line, sorted: two trainings can be compared with `diff`."""
    plain = file.model_dump(mode="json")
    lines = [f'"{key}":{_compact(held)}' for key, held in plain.items() if key not in tuple(Part)]
    for part in Part:
        blocks = [f'"{block}":{{\n{_rows(plain[part][block])}\n}}' for block in ("ngrams", "groups")]
        lines.append(f'"{part}":{{{",".join(blocks)}}}')
    path.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


def _weights(part: PartFile, width: int) -> Weights:
    rows = [*part.ngrams.values(), *((0, *row) for row in part.groups.values())]
    if any(len(row) != width + 1 for row in rows) or part.groups.keys() != set(GROUPS):
        raise UnfitModel("rows and labels differ")
    if any(len(gram) > LONGEST_NGRAM for gram in part.ngrams):
        raise UnfitModel("an n-gram is too long")
    return Weights(
        ngrams={gram: packed(row[1:]) for gram, row in part.ngrams.items()},
        rarity={gram: row[0] for gram, row in part.ngrams.items()},
        groups={name: packed(row) for name, row in part.groups.items()},
    )


def _rows(rows: Mapping[str, object]) -> str:
    return ",\n".join(f"{_compact(name)}:{_compact(rows[name])}" for name in sorted(rows))


def _compact(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

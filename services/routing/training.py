"""Labelled messages in, a model file out. Needs scikit-learn, which the running desk does not.

Deterministic: same rows, same bytes. Folds are dealt by order, numerics run on one thread, weights are rounded.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from services.routing.adapters.classifier import FORMAT, FlagFile, HeadFile, ModelFile, PartFile, model_of
from services.routing.decisions.judgement import CATEGORY, CHANNEL, FIELDS, Choice, Model, Part, ngrams, score, seen
from services.routing.decisions.word_groups import groups_digest
from services.routing.examples import LABEL, Example
from services.routing.fitting import Fitted, fit
from shared.contracts.codes import Flag

FOLDS = 5
KEPT_NGRAMS = 5000
"""Per part. More changed nothing in cross-validation and would not fit into a megabyte."""
SEEN_OFTEN = 4
"""An n-gram of fewer messages may be somebody's name."""
NAME_INITIALS = frozenset(
    "李张刘陈杨赵吴徐孙朱胡郭林罗郑梁宋唐韩冯邓曹彭肖田董袁潘蒋蔡余杜叶苏魏吕丁沈姚卢姜崔钟谭陆汪廖韦贾邹熊秦邱尹薛侯陶黎贺郝龚邵覃戴莫"
)
"""Surnames that begin few ordinary words: what starts with one is left out."""
SCARCE_BELOW = 20
LEARNED_FLAG_FROM = 20
WANTED_ACCURACY = {CATEGORY: 0.90, CHANNEL: 0.85, LABEL: 0.90}
"""What a head must reach on messages that it keeps from a person. Priority and police follow from rules above it."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Judged:
    """One message as a model that had not seen it scored it."""

    example: Example
    choices: dict[str, Choice]
    shares: dict[str, dict[str, float]]
    flag_scores: dict[Flag, float]


@dataclass(frozen=True)
class Settings:
    temperature: dict[str, float]
    threshold: dict[str, int]
    scarce: dict[str, tuple[str, ...]]
    flag_threshold: dict[Flag, float]


PLAIN = Settings({}, {}, {}, {})


def train(examples: Sequence[Example], progress: Progress = lambda step: None) -> ModelFile:
    real = [example for example in examples if not example.seed]
    seeds = [example for example in examples if example.seed]
    judged = out_of_fold(real, seeds, progress)
    settings = Settings(
        temperature={field: _temperature(judged, field) for field in _fields(examples)},
        threshold={},
        scarce={field: _scarce(real, examples, field) for field in _fields(examples)},
        flag_threshold={flag: _flag_threshold(judged, flag) for flag in _learned_flags(examples)},
    )
    threshold = {field: _threshold(judged, field, divisor) for field, divisor in settings.temperature.items()}
    progress("final model")
    return fitted_model(examples, replace(settings, threshold=threshold))


def out_of_fold(
    dealt: Sequence[Example], always: Sequence[Example], progress: Progress = lambda step: None
) -> list[Judged]:
    """Every dealt message judged by a model that saw the other folds and all of `always`."""
    judged: list[Judged] = []
    for fold in range(FOLDS):
        progress(f"fold {fold + 1} of {FOLDS}")
        known = [example for place, example in _dealt(dealt) if place != fold] + list(always)
        model = model_of(fitted_model(known, PLAIN))
        judged += [judged_by(model, example) for place, example in _dealt(dealt) if place == fold]
    return judged


def judged_by(model: Model, example: Example) -> Judged:
    scored = score(model, example.title, example.text)
    return Judged(
        example,
        dict(scored.choices),
        {field: dict(shares) for field, shares in scored.shares.items()},
        {head.flag: total for head, total in zip(model.flag_heads, scored.flag_scores, strict=True)},
    )


def fitted_model(examples: Sequence[Example], settings: Settings) -> ModelFile:
    vocabulary = _vocabulary(examples)
    targets = [(field, [example.answers[field] for example in examples]) for field in _fields(examples)]
    flags = {flag: [_flag_answer(example, flag) for example in examples] for flag in _learned_flags(examples)}
    with _one_thread():
        fitted = fit(examples, vocabulary, targets, list(flags.values()), KEPT_NGRAMS)
    return _file(fitted, list(flags), settings)


def _vocabulary(examples: Sequence[Example]) -> dict[Part, list[str]]:
    """Only Chinese and the question mark: no digits, letters, codes of places or plates."""
    kept: dict[Part, list[str]] = {}
    for part in Part:
        frequency: Counter[str] = Counter()
        for example in examples:
            frequency.update(ngrams(seen(part, example.typed(part))).keys())
        often = min(SEEN_OFTEN, max(1, len(examples) // 50))
        kept[part] = sorted(gram for gram, count in frequency.items() if count >= often and _harmless(gram))
    return kept


def _harmless(gram: str) -> bool:
    return all(map(_speaks, gram)) and (len(gram) == 1 or gram[0] not in NAME_INITIALS)


def _speaks(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or character == "?"


def _fields(examples: Sequence[Example]) -> tuple[str, ...]:
    present = examples[0].answers.keys()
    return FIELDS if CATEGORY in present else (LABEL,)


def _learned_flags(examples: Sequence[Example]) -> list[Flag]:
    counts = Counter(flag for example in examples for flag in example.flags or ())
    return [flag for flag in Flag if counts[flag] >= LEARNED_FLAG_FROM]


def _flag_answer(example: Example, flag: Flag) -> bool | None:
    if example.flags is None or flag in example.disputed_flags:
        return None
    return flag in example.flags


def _dealt(examples: Sequence[Example]) -> Iterator[tuple[int, Example]]:
    """Round robin inside each label, so that every fold has its share of the scarce ones."""
    field = _fields(examples)[0]
    order = sorted(range(len(examples)), key=lambda index: (examples[index].answers[field][0], index))
    for place, index in enumerate(order):
        yield place % FOLDS, examples[index]


def _temperature(judged: Sequence[Judged], field: str) -> float:
    """The one divisor under which the accepted answers were least surprising."""

    def surprise(temperature: float) -> float:
        return -sum(math.log(max(_accepted_share(item, field, temperature), 1e-9)) for item in judged)

    return min((step / 20 for step in range(6, 61)), key=surprise)


def _accepted_share(item: Judged, field: str, temperature: float) -> float:
    cooled = _cooled(item.shares[field], temperature)
    return sum(cooled.get(answer, 0.0) for answer in item.example.answers[field])


def _cooled(shares: dict[str, float], temperature: float) -> dict[str, float]:
    powers = {label: max(share, 1e-12) ** (1 / temperature) for label, share in shares.items()}
    whole = sum(powers.values())
    return {label: power / whole for label, power in powers.items()}


def _threshold(judged: Sequence[Judged], field: str, temperature: float) -> int:
    """The lowest confidence above which the head was right as often as wanted; above 1000 where it never was."""
    wanted = WANTED_ACCURACY.get(field)
    if wanted is None:
        return 0
    marks = []
    for item in judged:
        cooled = _cooled(item.shares[field], temperature)
        marks.append((round(1000 * max(cooled.values())), item.choices[field].label in item.example.answers[field]))
    marks.sort(reverse=True)
    lowest, right = 1001, 0
    for place, (confidence, correct) in enumerate(marks, start=1):
        right += correct
        if right / place >= wanted:
            lowest = confidence
    return lowest


def _scarce(real: Sequence[Example], examples: Sequence[Example], field: str) -> tuple[str, ...]:
    if field == LABEL:
        return ()
    counts = Counter(example.answers[field][0] for example in real)
    labels = {answer for example in examples for answer in example.answers[field]}
    return tuple(sorted(label for label in labels if counts[label] < SCARCE_BELOW))


def _flag_threshold(judged: Sequence[Judged], flag: Flag) -> float:
    """Where precision and recall balance best on unseen messages."""
    marks = [
        (item.flag_scores[flag], answer)
        for item in judged
        if flag in item.flag_scores and (answer := _flag_answer(item.example, flag)) is not None
    ]
    positives = sum(answer for _, answer in marks)

    def balance(threshold: float) -> float:
        raised = [answer for total, answer in marks if total >= threshold]
        return 2 * sum(raised) / (len(raised) + positives) if raised else 0.0

    return max((total for total, _ in marks), key=balance, default=0.0)


def _file(fitted: Fitted, flags: Sequence[Flag], settings: Settings) -> ModelFile:
    heads = tuple(
        HeadFile(
            field=head.field,
            labels=tuple(head.labels),
            bias=tuple(head.bias),
            scale=_short(head.step / settings.temperature.get(head.field, 1.0)),
            threshold=settings.threshold.get(head.field, 0),
            scarce=settings.scarce.get(head.field, ()),
        )
        for head in fitted.heads
    )
    flag_files = tuple(
        FlagFile(
            flag=flag,
            bias=learned.bias,
            scale=_short(learned.step),
            threshold=_short(settings.flag_threshold.get(flag, 0.0)),
        )
        for flag, learned in zip(flags, fitted.flags, strict=True)
    )
    parts = {part: PartFile(ngrams=fitted.ngrams[part], groups=fitted.groups[part]) for part in Part}
    return ModelFile(
        format=FORMAT,
        word_groups=groups_digest(),
        heads=heads,
        flags=flag_files,
        title=parts[Part.TITLE],
        text=parts[Part.TEXT],
    )


def _short(number: float) -> float:
    return float(f"{number:.6g}")


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sums of floats depend on how many threads share them."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):
        yield

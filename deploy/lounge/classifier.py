"""`lounge classifier`: train the triage model on the bureau's own labelled messages, measure it, try it, label more."""

import asyncio
import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.lounge.figures import show_desk, show_field
from deploy.lounge.labelling import label_messages
from services.routing.adapters.classifier import SHIPPED_MODEL, load_model, save_model
from services.routing.adapters.embedder import embedder_at_hand
from services.routing.evaluation import desk_figures, figures
from services.routing.examples import SEEDS, Example, Source, read_examples, read_texts, source, splitter
from services.routing.predicting import Answer, Asked, answers_of, labelled_answers
from services.routing.training import Told
from services.routing.training import train as train_model
from services.routing.vectors import vectors_of

classifier_app = typer.Typer(
    help="训练、评估、试用分流模型，给消息打标签 (train, measure and try the triage model; label messages)",
    no_args_is_help=True,
)

console = Console()

DEV_SPLIT = "sha256/3"
"""How the shared development set keeps a third for the last figure."""

Labelled = Annotated[
    list[str],
    typer.Argument(help="JSONL，已标注；文件@sha256/3 或 @crc32/5 留出一部分不学 (labelled; @… keeps a part apart)"),
]
Texts = Annotated[
    list[Path], typer.Option("--texts", exists=True, help="JSONL: id, title, text，只有编号的标签从这里取原文")
]
ModelPath = Annotated[Path, typer.Option(exists=True, dir_okay=False)]
Vectors = Annotated[
    Path | None, typer.Option("--vectors", help="算过的向量存放处，下次不再算 (embeddings already made)")
]
Plain = Annotated[bool, typer.Option("--plain", help="不用语义模型 (without the embedding model)")]


@classifier_app.command()
def train(
    rows: Labelled,
    output: Annotated[Path, typer.Option("--output", "-o", help="模型文件 (where the model is written)")],
    texts: Texts = [],  # noqa: B006
    triage: Annotated[
        bool, typer.Option("--triage", help="加上随附的补充样本，如同发布的模型 (add the shipped seeds)")
    ] = False,
    vectors: Vectors = None,
    plain: Plain = False,
) -> None:
    """训练并写出模型；同样的数据得到逐字节相同的文件。"""
    examples = [each for each in _examples(rows, texts) if not each.apart]
    examples += read_examples([SEEDS], seed=True) if triage else []
    with _progress("训练 train") as told:
        embedded = None if plain or embedder_at_hand() is None else _embedded(examples, vectors, told)
        save_model(train_model(examples, embedded, told), output)
    console.print(f"{len(examples)} → {output.name}, {output.stat().st_size // 1000} kB")


@classifier_app.command()
def evaluate(
    rows: Labelled,
    model: ModelPath = SHIPPED_MODEL,
    texts: Texts = [],  # noqa: B006
    messages: Annotated[
        Path | None, typer.Option("--messages", exists=True, help="未标注消息：多少会交给人 (share left to people)")
    ] = None,
    only_apart: Annotated[bool, typer.Option("--only-apart", help="只看留出的部分 (only what was kept apart)")] = False,
    plain: Plain = False,
) -> None:
    """在已标注的消息上评估；训练用过的消息会显得太好，留出的部分另列。"""
    loaded = load_model(model)
    examples = [each for each in _examples(rows, texts) if each.apart or not only_apart]
    with _progress("评估 evaluate") as told:
        answered = asyncio.run(labelled_answers(loaded, examples, plain=plain, told=told))
    for name, part in _parts(examples):
        chosen = [answered[place] for place in part]
        console.print(f"\n[bold]══ {name}  n={len(chosen)}[/bold]")
        for head in loaded.heads:
            show_field(figures(chosen, head.field), console)
        if len(loaded.heads) > 1:
            show_desk(desk_figures(chosen), console)
    if messages is not None:
        _show_share(model, messages, plain)


def _parts(examples: Sequence[Example]) -> Iterator[tuple[str, Sequence[int]]]:
    """What nobody learned from stands apart; the whole is only shown where there is no such part."""
    apart = [place for place, example in enumerate(examples) if example.apart]
    learned = [place for place, example in enumerate(examples) if not example.apart]
    for name, part in (("学过的部分 seen in training", learned), ("留出的部分 kept apart", apart)):
        if part:
            yield name, part


def _show_share(model: Path, messages: Path, plain: bool) -> None:
    with _progress("消息 messages") as told:
        answers = asyncio.run(answers_of(load_model(model), list(_messages(messages)), plain=plain, told=told))
    persons = sum(bool(answer["person"]) for answer in answers)
    console.print(f"{messages.name}: n={len(answers)}  交给人 to a person {persons / max(1, len(answers)):.1%}")


@classifier_app.command()
def predict(
    messages: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSONL/CSV: id, title, text")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="JSONL/CSV")] = None,
    model: ModelPath = SHIPPED_MODEL,
    plain: Plain = False,
) -> None:
    """逐条给出类别、标记、优先级、渠道、危险词、把握和是否需要人工；与服务中运行的是同一套代码。"""
    asked = list(_messages(messages))
    with _progress("判断 predict", quiet=output is None) as told:
        answers = asyncio.run(answers_of(load_model(model), asked, plain=plain, told=told))
    if output is not None and output.suffix == ".csv":
        _write_table(answers, output)
        return
    lines = [json.dumps(answer, ensure_ascii=False) for answer in answers]
    if output is None:
        typer.echo("\n".join(lines))
    else:
        output.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@classifier_app.command()
def label(
    messages: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSONL: id, title, text")],
    output: Annotated[Path, typer.Option("--output", "-o", help="标签文件，只写编号和代码 (ids and codes only)")],
    doubtful_first: Annotated[
        bool, typer.Option("--doubtful-first", help="模型最拿不准的先来 (what the model doubts most comes first)")
    ] = False,
) -> None:
    """一键一类地打标签；随时可退，下次从停下的地方接着来。"""
    rows = read_texts([messages])
    if doubtful_first:
        asked = [Asked(name, row.title, row.text or "") for name, row in rows.items()]
        answers = asyncio.run(answers_of(load_model(SHIPPED_MODEL), asked, plain=True))
        confidence = {str(answer["id"]): float(str(answer["confidence"])) for answer in answers}
        rows = {name: rows[name] for name in sorted(rows, key=lambda name: (confidence[name], name))}
    done = label_messages(rows, output, console)
    console.print(f"{output.name}: {done}/{len(rows)}")


def _examples(rows: Sequence[str], texts: Sequence[Path]) -> list[Example]:
    known = read_texts(texts)
    return read_examples([_with_dev_split(source(each)) for each in rows], known)


def _with_dev_split(given: Source) -> Source:
    """The shared development set keeps its third apart also for those who do not say so."""
    if given.apart is None and given.path.name == "dev.jsonl":
        return Source(given.path, splitter(DEV_SPLIT))
    return given


def _embedded(examples: Sequence[Example], kept: Path | None, told: Told) -> list[tuple[float, ...]]:
    def counted(done: int) -> None:
        told("向量 embeddings", done, len(examples))

    return asyncio.run(vectors_of(examples, kept, counted))


@contextmanager
def _progress(title: str, *, quiet: bool = False) -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # On stderr, so that what is printed can be piped on.
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task(title, total=None)

        def told(step: str, done: int, of: int) -> None:
            bar.update(task, description=f"{title} {step}", completed=done, total=of)

        yield told


def _messages(path: Path) -> Iterator[Asked]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines) if path.suffix == ".csv" else (json.loads(line) for line in lines if line.strip())
        for row in rows:
            yield Asked(str(row.get("id") or ""), row.get("title") or "", row.get("text") or "")


def _write_table(answers: Sequence[Answer], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(answers[0]) if answers else ["id"])
        writer.writeheader()
        for answer in answers:
            writer.writerow({name: " ".join(told) if isinstance(told, list) else told for name, told in answer.items()})

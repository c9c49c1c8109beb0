"""`lounge classifier`: train the triage model on the bureau's own labelled messages, measure it, try it."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.routing.adapters.classifier import SHIPPED_MODEL, Classifier, load_model, save_model
from services.routing.decisions.judgement import FIELDS, Model, needs_person, score
from services.routing.evaluation import FieldFigures, figures
from services.routing.examples import SEEDS, read_examples
from services.routing.training import FOLDS, judged_by
from services.routing.training import train as train_model
from shared.contracts.danger import danger_signs

classifier_app = typer.Typer(
    help="训练、评估和试用分流模型 (train, measure and try the triage model)", no_args_is_help=True
)

console = Console()

Existing = typer.Option(exists=True, dir_okay=False)


@classifier_app.command()
def train(
    rows: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="JSONL，已标注 (labelled messages)")],
    output: Annotated[Path, typer.Option("--output", "-o", help="模型文件 (where the model is written)")],
    triage: Annotated[
        bool, typer.Option("--triage", help="加上随附的补充样本，如同发布的模型 (add the shipped seeds)")
    ] = False,
) -> None:
    """训练并写出模型；同样的数据得到逐字节相同的文件。"""
    examples = read_examples(rows) + (read_examples([SEEDS], seed=True) if triage else [])
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("…", total=FOLDS + 2)
        save_model(train_model(examples, lambda step: bar.update(task, description=step, advance=1)), output)
        bar.update(task, completed=FOLDS + 2)
    console.print(f"{len(examples)} → {output.name}, {output.stat().st_size // 1000} kB")


@classifier_app.command()
def evaluate(
    rows: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="JSONL，已标注 (labelled messages)")],
    model: Annotated[Path, Existing] = SHIPPED_MODEL,
) -> None:
    """在已标注的消息上评估；训练用过的消息会显得太好。"""
    loaded = load_model(model)
    judged = [judged_by(loaded, example) for example in read_examples(rows)]
    for head in loaded.heads:
        _show(figures(judged, head.field))


@classifier_app.command()
def predict(
    messages: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSONL/CSV: id, title, text")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="JSONL/CSV")] = None,
    model: Annotated[Path, Existing] = SHIPPED_MODEL,
) -> None:
    """逐条给出类别、标记、优先级、渠道、危险词、把握和是否需要人工。"""
    loaded = load_model(model)
    answers = [_answer(loaded, message) for message in _messages(messages)]
    if output is None:
        for answer in answers:
            typer.echo(json.dumps(answer, ensure_ascii=False))
    elif output.suffix == ".csv":
        _write_table(answers, output)
    else:
        output.write_text(
            "".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers), encoding="utf-8"
        )


Answer = dict[str, str | int | bool | list[str]]


def _answer(model: Model, message: dict[str, str]) -> Answer:
    title, text = message.get("title") or "", message.get("text") or ""
    danger = sorted({sign.kind.value for sign in (*danger_signs(title), *danger_signs(text))})
    if {head.field for head in model.heads} != set(FIELDS):
        return _single_answer(model, message.get("id") or "", title, text, danger)
    judgement = Classifier(model).judge(title, text)
    return {
        "id": message.get("id") or "",
        "category": judgement.category.label,
        "flags": [flag.value for flag in judgement.flags],
        "priority": judgement.priority.label,
        "police": judgement.police.label,
        "channel": judgement.channel.label,
        "danger": danger,
        "confidence": judgement.category.confidence,
        "second": judgement.category.second,
        "person": judgement.needs_person or bool(danger),
    }


def _single_answer(model: Model, message_id: str, title: str, text: str, danger: list[str]) -> Answer:
    choices = score(model, title, text).choices
    field, choice = next(iter(choices.items()))
    return {
        "id": message_id,
        field: choice.label,
        "danger": danger,
        "confidence": choice.confidence,
        "second": choice.second,
        "person": needs_person(model, choices) or bool(danger),
    }


def _messages(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        if path.suffix == ".csv":
            yield from csv.DictReader(lines)
            return
        yield from (json.loads(line) for line in lines if line.strip())


def _write_table(answers: list[Answer], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(answers[0]) if answers else ["id"])
        writer.writeheader()
        for answer in answers:
            writer.writerow({name: " ".join(told) if isinstance(told, list) else told for name, told in answer.items()})


def _show(found: FieldFigures) -> None:
    coverage = "  ".join(f"{share}% {accuracy:.3f}" for share, accuracy in found.coverage)
    console.print(
        f"\n[bold]{found.field}[/bold]  n={found.messages}  accuracy {found.accuracy:.3f}"
        f"  macro-F1 {found.macro_f1:.3f}  ECE {found.calibration_error:.3f}\ncoverage  {coverage}"
    )
    table = Table("label", "n", "precision", "recall", "F1")
    for label in found.labels:
        table.add_row(
            label.label, str(label.messages), f"{label.precision:.2f}", f"{label.recall:.2f}", f"{label.f1:.2f}"
        )
    console.print(table)
    console.print("confusion  " + "  ".join(f"{one}→{other} {count}" for one, other, count in found.confusion[:12]))

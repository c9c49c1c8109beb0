"""`lounge danger`: teach the ear of the danger net from sentences, and measure the whole net."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated
from zlib import crc32

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.routing.danger_training import FOLDS, Sentence
from services.routing.danger_training import train as train_ear
from shared.contracts import danger_ear
from shared.contracts.danger import danger_signs
from shared.contracts.danger_ear import rows_of

danger_app = typer.Typer(help="训练和评估危险词网 (teach and measure the danger net)", no_args_is_help=True)
console = Console()

SHIPPED = Path(danger_ear.__file__).with_name(danger_ear.DATA)
TRAIN, FINAL = "train", "final"
PRIVATE_FIFTH = 5

Files = Annotated[
    list[Path], typer.Argument(exists=True, dir_okay=False, help="JSONL：half、text、danger（种类或 null）")
]
Background = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="JSONL，日常来信：id、title、text (everyday messages)")
]


@danger_app.command()
def train(
    sentences: Files,
    background: Background = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="权重表 (where the table is written)")] = SHIPPED,
) -> None:
    """从 half=train 的句子学习，写出权重表；同样的句子得到逐字节相同的表。"""
    known = [Sentence(_whole(row), row["danger"]) for row in _of_half(_rows(sentences), TRAIN)]
    everyday = [_whole(row) for row in _rows([background] if background else []) if not _private(str(row["id"]))]
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("…", total=FOLDS + 1)
        ear = train_ear(known, everyday, lambda step: bar.update(task, description=step, advance=1))
    with output.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows_of(ear))
    size = output.stat().st_size // 1000
    console.print(f"{len(known)} + {len(everyday)} → {output.name}, {len(ear.weights)}, {size} kB")


@danger_app.command()
def evaluate(sentences: Files, background: Background = None) -> None:
    """危险听见多少，无害的安静多少；给了日常来信的，列出每一处报警。"""
    rows = list(_rows(sentences))
    table = Table("", "危险听见", "无害安静")
    for half in (TRAIN, FINAL):
        told = [(row["danger"] is not None, bool(danger_signs(_whole(row)))) for row in _of_half(rows, half)]
        quiet = [not heard for danger, heard in told if not danger]
        table.add_row(half, _share([heard for danger, heard in told if danger]), _share(quiet))
    console.print(table)
    everyday = list(_rows([background] if background else []))
    alarms = [(row["id"], sign) for row in everyday for sign in danger_signs(_whole(row))[:1]]
    for message, sign in alarms:
        console.print(f"{message} {sign.kind.value}")
    if everyday:
        console.print(f"{len(alarms)} / {len(everyday)} = {len(alarms) / len(everyday):.2%}")


def _rows(files: Iterable[Path]) -> Iterator[dict[str, str | None]]:
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def _of_half(rows: Iterable[dict[str, str | None]], half: str) -> Iterator[dict[str, str | None]]:
    """Rows that do not say whether there is danger are no sentences for the net."""
    return (row for row in rows if row.get("half") == half and "danger" in row)


def _whole(row: dict[str, str | None]) -> str:
    return "\n".join(part for part in (row.get("title"), row.get("text")) if part)


def _private(message: str) -> bool:
    return crc32(message.encode()) % PRIVATE_FIFTH == 0


def _share(right: list[bool]) -> str:
    return f"{sum(right)} / {len(right)}"

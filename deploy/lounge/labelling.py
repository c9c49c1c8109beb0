"""The labelling desk in a plain terminal: a message, the proposal, one key a decision."""

import shutil
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typer
import yaml
from rich.console import Console

from services.routing.examples import Row
from services.routing.labelling import (
    CATEGORIES,
    CHANNELS,
    POLICE,
    PRIORITIES,
    Labelling,
    begun,
    press,
    read_labels,
    write_labels,
)

HELP = "Enter 接受 accept · < 上一条 back · 空格 跳过 skip · / 次选 second · ? 拿不准 unsure · q 退出 quit"
MOST_SHOWN = 1500
WIDEST = 100


def label_messages(messages: Mapping[str, Row], output: Path, console: Console) -> int:
    """Until everything is labelled or the person has had enough. Says how many labels there are."""
    now = begun(tuple(messages), read_labels(output))
    while now.on_table is not None:
        console.clear()
        typer.echo("\n".join(_screen(now, messages[now.on_table])))
        after = press(now, typer.getchar())
        if after.labels is not now.labels:
            write_labels(after.labels, output)
        now = after
    return now.done


def _screen(now: Labelling, message: Row) -> Iterator[str]:
    width = min(WIDEST, shutil.get_terminal_size().columns)
    bar = round(20 * now.done / len(now.ids))
    yield f"{'█' * bar}{'░' * (20 - bar)} {now.done}/{len(now.ids)}   {message.id}"
    yield ""
    yield from _wrapped(message.title, width)
    yield "─" * min(40, width)
    yield from _wrapped((message.text or "")[:MOST_SHOWN], width)
    yield ""
    yield from _menu({key: code.value for key, code in CATEGORIES.items()}, width)
    for choices in (PRIORITIES, POLICE, CHANNELS):
        yield from _menu({key: code.value for key, code in choices.items()}, width)
    yield HELP
    yield ""
    yield f"→ {_proposal(now)}"


def _proposal(now: Labelling) -> str:
    draft = now.draft
    if draft is None:
        return "类别？ category?"
    codes = (draft.category, draft.priority, draft.police, draft.channel)
    told = " · ".join(f"{code.value} {_names().get(code.value, '')}".strip() for code in codes)
    second = f"  / {draft.second.value}" if draft.second else "  / ?" if now.wants_second else ""
    return told + second + ("" if draft.sure else "  ?")


def _menu(choices: Mapping[str, str], width: int) -> Iterator[str]:
    line = ""
    for key, code in choices.items():
        entry = f"{key} {code} {_names().get(code, '')}".strip()
        if line and _columns(line) + _columns(entry) + 3 > width:
            yield line
            line = ""
        line = f"{line} | {entry}" if line else entry
    yield line


def _wrapped(text: str, width: int) -> list[str]:
    """Chinese characters are two columns wide."""
    return [line for part in text.splitlines() for line in textwrap.wrap(part, width // 2)] or [""]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


@cache
def _names() -> Mapping[str, str]:
    text = (files("shared.contracts") / "domain" / "codes.yaml").read_text(encoding="utf-8")
    known: dict[str, Any] = yaml.safe_load(text)
    lists = (entries for entries in known.values() if isinstance(entries, list))
    return {
        each["code"]: each["zh"] for entries in lists for each in entries if isinstance(each, dict) and "zh" in each
    }

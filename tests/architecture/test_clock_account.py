"""Every row of clocks.csv is accounted for: who begins it by which fact, who ends it, or why it does not run."""

from collections.abc import Iterator, Mapping
from csv import DictReader
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.routing.adapters.courses import course_rules
from services.routing.adapters.ladders import ladders
from services.routing.clocks.table import ARMED
from tests.architecture.rule_table import CLOCK, ROOT

Row = Mapping[str, str]
Entry = Mapping[str, Any]

ACCOUNT = Path(__file__).with_name("clocks.yaml")
ELSEWHERE = {
    "CL-001": ("missing_person.yaml", "minutes: 1,"),
    "CL-002": ("missing_person.yaml", "minutes: 3,"),
    "CL-003": ("missing_person.yaml", "minutes: 5,"),
    "CL-089": ("fraud_dissuasion.yaml", "P0: 5,"),
    "CL-090": ("fraud_dissuasion.yaml", "P0: 30,"),
}
"""Rows that a playbook keeps in minutes, without naming them: the file, and where the number stands in it."""


@cache
def table() -> dict[str, Row]:
    with files("shared.contracts").joinpath("domain/clocks.csv").open(encoding="utf-8") as rows:
        return {row["id"]: row for row in DictReader(rows)}


@cache
def account() -> dict[str, Entry]:
    entries: dict[str, Entry] = yaml.safe_load(ACCOUNT.read_text(encoding="utf-8"))
    return entries


@cache
def owners() -> frozenset[str]:
    """Streams that exist: the category of each `store.py`."""
    return frozenset(
        line.split('"')[1]
        for file in (ROOT / "services").rglob("store.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith("CATEGORY")
    )


def function(path: str) -> object:
    module, _, name = path.partition(":")
    found: object = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


@cache
def named() -> dict[str, frozenset[str]]:
    """The rows that each service names, in code or in data."""
    return {
        service.name: frozenset(
            clock
            for kind in ("*.py", "*.yaml")
            for file in service.rglob(kind)
            for clock in CLOCK.findall(file.read_text(encoding="utf-8"))
        )
        for service in (ROOT / "services").iterdir()
        if service.is_dir() and service.name != "portal"
    }


def holes(rows: Mapping[str, Row], entries: Mapping[str, Entry]) -> list[str]:
    streams = owners()
    missing = [f"{clock} has no owner and no reason" for clock in rows if clock not in entries]
    strange = [f"{clock} is no row" for clock in entries if clock not in rows]
    wrong = [
        f"{clock}: {hole}"
        for clock, entry in entries.items()
        if clock in rows
        for hole in _of_row(clock, rows[clock], entry, streams)
    ]
    return missing + strange + wrong


def _of_row(clock: str, row: Row, entry: Entry, streams: frozenset[str]) -> Iterator[str]:
    if "not_yet" in entry:
        if not entry.get("until"):
            yield "nothing says what it waits for"
        return
    service = entry["owner"].partition(".")[0]
    if entry["owner"] not in streams:
        yield f"{entry['owner']} is no stream"
    for part in ("arms", "stops"):
        try:
            if not callable(function(entry[part])):
                yield f"{entry[part]} does nothing"
        except (ImportError, AttributeError):
            yield f"{entry[part]} does not exist"
    if "by" in entry and entry["by"] != [row["start_fact"], row["stop_fact"]]:
        yield f"the table has it begin and end by {row['start_fact']} and {row['stop_fact']}"
    if clock in ELSEWHERE:
        name, number = ELSEWHERE[clock]
        if number not in (ROOT / "services/workorders/playbooks" / name).read_text(encoding="utf-8"):
            yield f"{name} keeps another time"
    elif clock not in named().get(service, frozenset()):
        yield f"{service} never names it"


def test_every_row_has_an_owner_and_its_functions_or_a_reason() -> None:
    assert holes(table(), account()) == []
    assert len(account()) == 102


def test_what_runs_in_courses_and_ladders_and_nothing_else_is_the_watchs() -> None:
    watched = {str(clock) for course in course_rules().courses.values() for clock in course.clocks}
    watched |= {str(step.clock) for step in ladders().place.values() if step.clock}
    said = {clock for clock, entry in account().items() if entry.get("owner") == "routing.watch"}
    assert said == watched


def test_what_the_decision_arms_and_nothing_else_is_the_decisions() -> None:
    said = {clock for clock, entry in account().items() if entry.get("owner") == "routing.decision"}
    assert said == set(ARMED)


@pytest.mark.parametrize(
    ("clock", "entry", "hole"),
    [
        ("CL-007", None, "no owner"),
        ("CL-007", {"owner": "routing.decision", "arms": "services.routing.main:x", "stops": "os:sep"}, "not exist"),
        ("CL-007", {"owner": "routing.nothing", "arms": "os:getcwd", "stops": "os:getcwd"}, "no stream"),
        ("CL-007", {"owner": "audit.log", "arms": "os:getcwd", "stops": "os:sep"}, "does nothing"),
        ("CL-007", {"owner": "audit.log", "arms": "os:getcwd", "stops": "os:getcwd"}, "never names it"),
        ("CL-007", {"owner": "routing.decision", "by": ["a", "b"], "arms": "os:getcwd", "stops": "os:getcwd"}, "begin"),
        ("CL-006", {"not_yet": "because"}, "waits for"),
        ("CL-999", {"not_yet": "because", "until": "then"}, "no row"),
    ],
)
def test_a_row_without_an_account_is_noticed(clock: str, entry: Entry | None, hole: str) -> None:
    entries = {name: each for name, each in account().items() if name != clock}
    if entry is not None:
        entries[clock] = entry
    assert any(hole in found for found in holes(table(), entries))

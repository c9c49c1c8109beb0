"""Rule → function → refusal → test, found by reading the code: `make rules` writes docs/rules.md.

What a rule demands stands in rules.yaml, in words of ours; who keeps it is never written down by hand. `holes` names
what is missing, and a test wants it empty.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from csv import DictReader
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Final

import yaml

ROOT: Final = Path(__file__).parents[2]
LISTED: Final = Path(__file__).with_name("rules.yaml")
PAGE: Final = ROOT / "docs" / "rules.md"
CODE: Final = ("services", "shared")

DEMANDED: Final = tuple(f"R-{number:02}" for span in (range(1, 20), range(28, 37), range(58, 62)) for number in span)
"""Those of cases, of the workstation and of children: each has to be kept, or named as not kept yet."""

RULE: Final = re.compile(r"\bR-\d{2}\b")
CLOCK: Final = re.compile(r"\bCL-\d{3}\b")
IN_A_NAME: Final = re.compile(r"(?:^|_)r_(\d{2})(?=_|$)")


@dataclass(frozen=True)
class NotYet:
    """Why a rule or a clock is not kept, and what has to be there first."""

    because: str
    until: str


@dataclass(frozen=True)
class Rule:
    id: str
    title: str
    law: str
    not_yet: NotYet | None = None


@dataclass(frozen=True)
class Clock:
    id: str
    rule: str
    length: str
    starts: str


@dataclass(frozen=True)
class Listed:
    rules: Mapping[str, Rule]
    clocks_not_yet: Mapping[str, NotYet] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What one reading of the tree has found, each under its rule or clock."""

    functions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    refusals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Rule → class → where."""
    tests: Mapping[str, frozenset[str]] = field(default_factory=dict)
    refusing: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The tests that name a refusal of the rule, by its class or its slug."""
    counted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cited: Mapping[str, str] = field(default_factory=dict)
    """Every rule that the code speaks of, and where first."""


# ── reading ──────────────────────────────────────────────────────────────
def listed(file: Path = LISTED) -> Listed:
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    rules = {
        name: Rule(name, entry["title"], entry["law"], NotYet(**entry["not_yet"]) if "not_yet" in entry else None)
        for name, entry in raw["rules"].items()
    }
    return Listed(rules, {name: NotYet(**entry) for name, entry in raw["clocks_not_yet"].items()})


def clocks() -> tuple[Clock, ...]:
    with files("shared.contracts").joinpath("domain/clocks.csv").open(encoding="utf-8") as rows:
        return tuple(
            Clock(row["id"], row["source"], f"{row['length']} {row['unit']}".strip(), row["start_fact"])
            for row in DictReader(rows)
        )


def read(root: Path = ROOT) -> Found:
    code = [(_place(file, root), file.read_text(encoding="utf-8")) for part in CODE for file in _python(root / part)]
    functions: dict[str, set[str]] = {}
    refusals: dict[str, dict[str, str]] = {}
    counted: dict[str, set[str]] = {}
    cited: dict[str, str] = {}
    for place, text in code:
        tree = ast.parse(text)
        for name, rules in _citing(tree):
            for rule in rules:
                functions.setdefault(rule, set()).add(f"{place} · {name}")
        for name, rule in _refusing_classes(tree):
            refusals.setdefault(rule, {})[name] = place
        for clock in CLOCK.findall(text):
            counted.setdefault(clock, set()).add(place)
        for rule in RULE.findall(text):
            cited.setdefault(rule, place)
    for file in sorted((root / "services").rglob("*.yaml")):
        for clock in CLOCK.findall(file.read_text(encoding="utf-8")):
            counted.setdefault(clock, set()).add(_place(file, root))
    tests: dict[str, set[str]] = {}
    refusing: dict[str, set[str]] = {}
    for file in _python(root / "tests"):
        for name, rules, words in _tests(ast.parse(file.read_text(encoding="utf-8"))):
            for rule in rules:
                where = f"{_place(file, root)} · {name}"
                tests.setdefault(rule, set()).add(where)
                if words & _names_of(refusals.get(rule, ())):
                    refusing.setdefault(rule, set()).add(where)
    return Found(_frozen(functions), refusals, _frozen(tests), _frozen(refusing), _frozen(counted), cited)


def _python(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def _place(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix()


def _frozen(found: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(places) for name, places in found.items()}


def _citing(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Functions whose own docstring names a rule."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, set(RULE.findall(ast.get_docstring(node) or ""))


def _refusing_classes(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """`rule = "R-09"` in the body of a class."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for line in node.body:
            match line:
                case ast.Assign(targets=[ast.Name(id="rule")], value=ast.Constant(value=str(rule))):
                    yield node.name, rule
                case _:
                    pass


def _tests(tree: ast.Module) -> Iterator[tuple[str, set[str], set[str]]]:
    """Tests that carry a rule in their name, with every name and every string in them, parameters included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            rules = {f"R-{number}" for number in IN_A_NAME.findall(node.name)}
            if rules:
                yield node.name, rules, _words(node)


def _words(node: ast.AST) -> set[str]:
    found = set()
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                found.add(name)
            case _:
                pass
    return found


def _names_of(refusals: Iterable[str]) -> set[str]:
    return {name for refusal in refusals for name in (refusal, slug(refusal))}


def slug(refusal: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", refusal).lower()


# ── judging ──────────────────────────────────────────────────────────────
def holes(known: Listed, found: Found, times: tuple[Clock, ...], demanded: Iterable[str] = DEMANDED) -> list[str]:
    unlisted = [f"{rule} is cited in {place} and not listed" for rule, place in sorted(found.cited.items())
                if rule not in known.rules]  # fmt: skip
    missing = [f"{rule} is demanded and not listed" for rule in demanded if rule not in known.rules]
    kept = [rule for rule in demanded if rule in known.rules]
    return unlisted + missing + [hole for rule in kept for hole in _of_rule(known, found, times, rule)]


def _of_rule(known: Listed, found: Found, times: tuple[Clock, ...], rule: str) -> Iterator[str]:
    if known.rules[rule].not_yet is not None:
        if found.functions.get(rule) and found.refusals.get(rule):
            yield f"{rule} is said not to be kept yet, and it is"
        return
    if not found.functions.get(rule):
        yield f"{rule} is cited by no function"
    if not found.refusals.get(rule):
        yield f"{rule} has no refusal"
    elif not found.refusing.get(rule):
        yield f"{rule} has no test that names one of its refusals"
    for clock in times:
        if clock.rule == rule:
            yield from _of_clock(known, found, clock)


def _of_clock(known: Listed, found: Found, clock: Clock) -> Iterator[str]:
    counted, excused = bool(found.counted.get(clock.id)), clock.id in known.clocks_not_yet
    if not counted and not excused:
        yield f"{clock.id} of {clock.rule} is counted nowhere"
    if counted and excused:
        yield f"{clock.id} of {clock.rule} is said not to be counted yet, and it is"


# ── writing ──────────────────────────────────────────────────────────────
def page(known: Listed, found: Found, times: tuple[Clock, ...]) -> str:
    shown = [known.rules[rule] for rule in sorted(known.rules) if rule in DEMANDED or rule in found.cited]
    kept = [rule for rule in shown if rule.not_yet is None]
    later = [rule for rule in shown if rule.not_yet is not None]
    return "\n".join(
        [
            "# Rules",
            "",
            "Written by `make rules` from the code; a test fails when it is stale or has a hole. What a rule demands",
            "stands in `tests/architecture/rules.yaml`. Beyond the rules of mediation, children and firms it shows",
            "those that the code cites.",
            "",
            "| rule | demands | functions | refusals | tests named after it | of them refusing | clocks |",
            "|---|---|---|---|---|---|---|",
            *(_row(rule, found, times) for rule in kept),
            "",
            *(line for rule in kept for line in _section(rule, known, found, times)),
            *_later(later, known),
            "",
        ]
    )


def _row(rule: Rule, found: Found, times: tuple[Clock, ...]) -> str:
    of = [clock.id for clock in times if clock.rule == rule.id]
    counts = (found.functions, found.refusals, found.tests, found.refusing)
    cells = [rule.id, rule.title, *(str(len(each.get(rule.id, ()))) for each in counts), " ".join(of)]
    return f"| {' | '.join(cells)} |"


def _section(rule: Rule, known: Listed, found: Found, times: tuple[Clock, ...]) -> list[str]:
    lines = [f"## {rule.id} {rule.title}", "", f"{rule.law}", ""]
    lines += [f"- function `{place}`" for place in sorted(found.functions.get(rule.id, ()))]
    lines += [f"- refusal `{name}` · `{place}`" for name, place in sorted(found.refusals.get(rule.id, {}).items())]
    for clock in times:
        if clock.rule == rule.id:
            lines.append(f"- clock {clock.id}, {clock.length} from `{clock.starts}`{_where(clock, known, found)}")
    lines += [f"- test `{place}`" for place in sorted(found.tests.get(rule.id, ()))]
    return [*lines, ""]


def _where(clock: Clock, known: Listed, found: Found) -> str:
    if clock.id in known.clocks_not_yet:
        return f": not yet, {known.clocks_not_yet[clock.id].because}"
    places = sorted(place for place in found.counted.get(clock.id, ()) if not place.startswith("services/portal"))
    return f": {', '.join(f'`{place}`' for place in places)}" if places else ""


def _later(later: list[Rule], known: Listed) -> list[str]:
    rows = [(rule.id, rule.title, rule.not_yet) for rule in later if rule.not_yet]
    rows += [(clock, "", reason) for clock, reason in sorted(known.clocks_not_yet.items())]
    if not rows:
        return []
    return [
        "## Not kept yet",
        "",
        "| rule or clock | demands | because | until |",
        "|---|---|---|---|",
        *(f"| {name} | {title} | {reason.because} | {reason.until} |" for name, title, reason in rows),
    ]


def present() -> str:
    return page(listed(), read(), clocks())


def main() -> int:
    PAGE.write_text(present(), encoding="utf-8")
    found = holes(listed(), read(), clocks())
    sys.stderr.write("".join(f"{hole}\n" for hole in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

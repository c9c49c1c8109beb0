"""Rule packs as decision tables in JDM, the format of zen-engine: read, written, and evaluated by that engine.

The file is one table with hit policy `first` and a column `after`: asked again behind each row that it names, on what
that row left, it reads a pack downward as `decisions/rules/pack.py` does. Lines that share a row number are
alternatives. Whoever doubts a decision opens the file in any JDM editor and asks the same question.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import orjson

from services.routing.decisions.rules.acts import ActKind
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.pack import (
    Applied,
    Change,
    Closes,
    Conditions,
    Pack,
    Row,
    RowReason,
    changed_to,
)
from services.routing.decisions.rules.ruling import Ruling
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import PackVersion, RuleId, value

C = TypeVar("C", bound=StrEnum)

CONTENT_TYPE = "application/vnd.gorules.decision"
TABLE = "pack"

INPUTS = {
    "after": "在第几行之后",
    "category": "类别",
    "channel": "渠道",
    "priority": "缓急",
    "police": "归属",
    "flags": "标记",
    "danger": "危险",
    "acts": "行为",
}
OUTPUTS = {
    "row": "行号",
    "to_category": "改类别",
    "to_channel": "改渠道",
    "to_police": "改归属",
    "floor": "缓急不低于",
    "to_priority": "缓急改为",
    "flag": "加标记",
    "gate": "关闸门",
    "result": "闸门结果",
    "law": "依据",
    "reason": "理由",
}

CLAUSE = re.compile(
    r"contains\(\$, (?P<one>\"\w+\")\)|(?:(?P<word>some|none)\(\$, # |\$ (?P<not>not )?)in (?P<list>\[.*?\])\)?"
)


class TableUnreadable(Exception):
    """A cell that this program did not write: `line`, `column`."""


@value
class Past:
    """What of a request a pack is asked about."""

    ruling: Ruling
    danger: frozenset[DangerKind]
    acts: frozenset[ActKind]


def write_pack(pack: Pack) -> bytes:
    """The same bytes for the same pack."""
    return orjson.dumps(_jdm(pack), option=orjson.OPT_INDENT_2) + b"\n"


def read_pack(content: bytes) -> Pack:
    """Raises TableUnreadable."""
    try:
        told = orjson.loads(content)
        [table] = [node["content"] for node in told["nodes"] if node["type"] == "decisionTableNode"]
        lounge = told["lounge"]
        rows = _rows(table["rules"])
        return Pack(PackVersion(lounge["version"]), date.fromisoformat(lounge["in_force_from"]), rows)
    except (KeyError, TypeError, ValueError) as error:
        raise TableUnreadable(repr(error)) from None


class Engine:
    """zen-engine with one pack loaded. Many requests are asked about at once: one alone costs it four times as much."""

    def __init__(self, pack: Pack) -> None:
        # Some megabytes that only a re-decision needs
        import zen

        self._pack = pack
        self._rows = {row.number: row for row in pack.rows}
        self._engine = zen.ZenEngine({"loader": {"type": "static", "content": {TABLE: _jdm(pack)}}})

    def apply(self, past: Sequence[Past]) -> list[Applied]:
        """For each what `pack.apply` says, by the engine's own reading of the table."""
        walks = [_Walk(each, self._pack) for each in past]
        walking = walks
        while walking:
            answers = self._engine.evaluate_batch([{"key": TABLE, "context": walk.asked} for walk in walking])
            going_on = []
            for walk, answer in zip(walking, answers, strict=True):
                if not answer["success"]:
                    raise TableUnreadable(str(answer.get("error")))
                if (number := answer["data"]["result"].get("row")) is not None:
                    walk.hit(self._rows[int(number)])
                    going_on.append(walk)
            walking = going_on
        return [walk.applied for walk in walks]


class _Walk:
    """One request on its way down a table."""

    def __init__(self, past: Past, pack: Pack) -> None:
        self._pack = pack
        self._found = past.ruling
        self._after = 0
        self._fixed = {"danger": sorted(past.danger), "acts": sorted(past.acts)}
        self._hits: list[tuple[Row, bool]] = []

    @property
    def asked(self) -> dict[str, Any]:
        found = self._found
        return self._fixed | {
            "after": self._after,
            "category": found.category.value,
            "channel": found.channel.value,
            "priority": found.priority.value,
            "police": found.police.value,
            "flags": [flag.value for flag in found.flags],
        }

    def hit(self, row: Row) -> None:
        changed = changed_to(row.then, self._found)
        self._hits.append((row, changed != self._found))
        self._found, self._after = changed, row.number

    @property
    def applied(self) -> Applied:
        telling = [(row, changed) for row, changed in self._hits if changed or row.closes]
        changing = [self._pack.row_id(row) for row, changed in telling if changed]
        return Applied(
            self._found,
            tuple(self._pack.row_id(row) for row, _ in telling),
            changing[-1] if changing else None,
            tuple(row.closes for row, _ in telling if row.closes),
        )


def _jdm(pack: Pack) -> dict[str, Any]:
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": field, "name": name, "field": field} for field, name in INPUTS.items()],
        "outputs": [{"id": field, "name": name, "field": field} for field, name in OUTPUTS.items()],
        "rules": [_rule(row, at, line) for row in pack.rows for at, line in enumerate(row.when, 1)],
    }
    nodes: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("in", "inputNode", {}),
        (TABLE, "decisionTableNode", table),
        ("out", "outputNode", {}),
    )
    return {
        "contentType": CONTENT_TYPE,
        "lounge": {"version": pack.version, "in_force_from": pack.in_force_from.isoformat()},
        "nodes": [
            {"id": id, "name": id, "type": kind, "position": {"x": 300 * at, "y": 0}, "content": content}
            for at, (id, kind, content) in enumerate(nodes)
        ],
        "edges": [
            {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
            for source, target in (("in", TABLE), (TABLE, "out"))
        ],
    }


def _rule(row: Row, at: int, line: Conditions) -> dict[str, str]:
    then, closes = row.then, row.closes
    return {
        "_id": f"{row.number}.{at}",
        "_description": row.means,
        "after": f"< {row.number}",
        "category": _one(line.categories, line.not_categories),
        "channel": _one(line.channels, line.not_channels),
        "priority": _one(line.priorities),
        "police": _one(line.police),
        "flags": _several(line.flags_all, line.flags_any, line.flags_none),
        "danger": _several(line.danger_all, line.danger_any, line.danger_none),
        "acts": _several((), line.acts_any, ()),
        "row": str(row.number),
        "to_category": _code(then.category),
        "to_channel": _code(then.channel),
        "to_police": _code(then.police),
        "floor": _code(then.floor),
        "to_priority": _code(then.priority),
        "flag": _code(then.flag),
        "gate": _code(closes.gate if closes else None),
        "result": _code(closes.result if closes else None),
        "law": _code(row.law),
        "reason": _code(row.reason),
    }


def _code(code: str | None) -> str:
    return json.dumps(str(code)) if code else ""


def _list(codes: Iterable[str]) -> str:
    return json.dumps([str(code) for code in codes])


def _one(among: Sequence[str], not_among: Sequence[str] = ()) -> str:
    clauses = [f"$ in {_list(among)}"] if among else []
    return " and ".join(clauses + ([f"$ not in {_list(not_among)}"] if not_among else []))


def _several(all_of: Sequence[str], any_of: Sequence[str], none_of: Sequence[str]) -> str:
    clauses = [f"contains($, {_code(code)})" for code in all_of]
    clauses += [f"some($, # in {_list(any_of)})"] if any_of else []
    return " and ".join(clauses + ([f"none($, # in {_list(none_of)})"] if none_of else []))


def _rows(rules: Sequence[Mapping[str, str]]) -> tuple[Row, ...]:
    by_number: dict[int, list[Mapping[str, str]]] = {}
    for rule in rules:
        by_number.setdefault(int(rule["row"]), []).append(rule)
    return tuple(_row(number, lines) for number, lines in sorted(by_number.items()))


def _row(number: int, lines: Sequence[Mapping[str, str]]) -> Row:
    first = lines[0]
    gate = _read(first["gate"], Gate)
    law = json.loads(first["law"]) if first["law"] else None
    return Row(
        number=number,
        law=RuleId(law) if law else None,
        reason=RowReason(json.loads(first["reason"])),
        when=tuple(map(_conditions, lines)),
        then=Change(
            category=_read(first["to_category"], Category),
            channel=_read(first["to_channel"], Channel),
            police=_read(first["to_police"], Police),
            floor=_read(first["floor"], Priority),
            priority=_read(first["to_priority"], Priority),
            flag=_read(first["flag"], Flag),
        ),
        closes=Closes(gate, GateResult(json.loads(first["result"]))) if gate else None,
    )


def _conditions(line: Mapping[str, str]) -> Conditions:
    category, channel = _clauses(line["category"]), _clauses(line["channel"])
    flags, danger = _clauses(line["flags"]), _clauses(line["danger"])
    return Conditions(
        categories=_codes(Category, category["in"]),
        not_categories=_codes(Category, category["not in"]),
        channels=_codes(Channel, channel["in"]),
        not_channels=_codes(Channel, channel["not in"]),
        priorities=_codes(Priority, _clauses(line["priority"])["in"]),
        police=_codes(Police, _clauses(line["police"])["in"]),
        flags_all=_codes(Flag, flags["contains"]),
        flags_any=_codes(Flag, flags["some"]),
        flags_none=_codes(Flag, flags["none"]),
        danger_all=_codes(DangerKind, danger["contains"]),
        danger_any=_codes(DangerKind, danger["some"]),
        danger_none=_codes(DangerKind, danger["none"]),
        acts_any=_codes(ActKind, _clauses(line["acts"])["some"]),
    )


def _clauses(cell: str) -> dict[str, list[str]]:
    """The codes of a cell by what is asked of them. Raises TableUnreadable on what `write_pack` never writes."""
    found: dict[str, list[str]] = {"in": [], "not in": [], "contains": [], "some": [], "none": []}
    for clause in cell.split(" and ") if cell else ():
        read = CLAUSE.fullmatch(clause)
        if read is None:
            raise TableUnreadable(cell)
        if read["one"]:
            found["contains"].append(json.loads(read["one"]))
        else:
            found[read["word"] or ("not in" if read["not"] else "in")] += json.loads(read["list"])
    return found


def _codes(kind: type[C], codes: Iterable[str]) -> tuple[C, ...]:
    return tuple(map(kind, codes))


def _read(cell: str, kind: type[C]) -> C | None:
    return kind(json.loads(cell)) if cell else None

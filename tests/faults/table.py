"""Fault × invariant: what struck, what it met, what held. Printed, and written as Markdown and JSON."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.settling import InFlight
from tests.faults.violation import BELONGS_TO, INVARIANTS, Violation


@dataclass(slots=True)
class Row:
    fault: str
    covers: str = ""
    met: list[InFlight] = field(default_factory=list)
    """What was under way at each strike."""
    accepted_during: int = 0
    """Filings answered with success between the first strike and the last repair."""
    accepted: int = 0
    lifecycles: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    back_after: float = 0.0
    """Seconds from the last repair until people were answered again."""
    settled_after: float = 0.0
    """Seconds from the last answer until nothing was under way any more."""
    asked: set[str] = field(default_factory=set)
    """Invariants that were looked at."""
    violations: list[Violation] = field(default_factory=list)

    @property
    def strikes(self) -> int:
        return len(self.met)

    def met_with(self, what: str) -> int:
        """At how many strikes there was some of it."""
        return sum(1 for flight in self.met if getattr(flight, what))

    def holds(self, invariant: str) -> bool | None:
        """None where nobody asked."""
        if any(BELONGS_TO[violation.invariant] == invariant for violation in self.violations):
            return False
        return True if invariant in self.asked else None

    def as_json(self) -> dict[str, Any]:
        return {
            "fault": self.fault,
            "covers": self.covers.split(),
            "strikes": self.strikes,
            "in_mid_flight": {what: self.met_with(what) for what in ("calls", "transactions", "records")},
            "accepted_during": self.accepted_during,
            "accepted": self.accepted,
            "lifecycles": self.lifecycles,
            "answers": dict(sorted(self.answers.items())),
            "back_after_seconds": round(self.back_after, 2),
            "settled_after_seconds": round(self.settled_after, 2),
            "invariants": {name: self.holds(name) for name in INVARIANTS},
            "violations": [f"{v.invariant}: {v.service}: {v.what}" for v in self.violations],
        }


MET = ("calls open", "transactions open", "records under way")
MARKS = {True: "✓", False: "✗", None: "–"}
HEAD = ("fault", "strikes", *MET, "accepted during", "back (s)", "settled (s)")


def as_markdown(rows: list[Row]) -> str:
    head = [*HEAD, *INVARIANTS]
    lines = [_line(head), _line(["---"] * len(head))]
    for row in rows:
        cells = [
            row.fault,
            str(row.strikes),
            *(str(row.met_with(what)) for what in ("calls", "transactions", "records")),
            str(row.accepted_during),
            f"{row.back_after:.1f}",
            f"{row.settled_after:.1f}",
            *(MARKS[row.holds(name)] for name in INVARIANTS),
        ]
        lines.append(_line(cells))
    legend = [f"- **{name}**: {meaning}" for name, meaning in INVARIANTS.items()]
    explained = (
        "A strike counts under *calls open*, *transactions open* or *records under way* when, right before it, at least"
        " one HTTP call had no answer, one transaction of a service was open, or one record stood in an outbox or"
        " before a reader. –: not asked in this row."
    )
    return "\n".join([*lines, "", explained, "", *legend, ""])


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def write(rows: list[Row], path: Path) -> None:
    """Markdown at `path`, the same as JSON beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_markdown(rows), encoding="utf-8")
    found = json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1)
    path.with_suffix(".json").write_text(found + "\n", encoding="utf-8")

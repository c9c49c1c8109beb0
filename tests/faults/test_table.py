"""The table of the fault runs says what was asked and what came of it, and no more."""

import pytest

from tests.faults.table import Row, as_markdown
from tests.faults.violation import INVARIANTS, Violation

pytestmark = pytest.mark.fault


def test_what_was_not_asked_is_not_said_to_hold() -> None:
    row = Row("desk killed", asked={"INV1"}, violations=[Violation("it settles", "all", "1 unread")])
    assert [row.holds(name) for name in ("INV1", "INV7", "INV8")] == [True, False, None]
    line = next(line for line in as_markdown([row]).splitlines() if line.startswith("| desk killed"))
    assert line.split(" | ")[-len(INVARIANTS) :] == ["✓", "–", "–", "–", "–", "–", "✗", "–", "– |"]

"""The table of follow-up visits is refused as a whole when one row is wrong, and the row is named."""

from pathlib import Path

import pytest

from services.notifications.adapters.plan import PlanInvalid, load_plan
from services.notifications.settings import NotificationsSettings
from shared.contracts.codes import Flag
from shared.kernel import ItemCode

ROW = "{code: calm, days: [30], zh: 看一看, en: see}"


def test_the_table_of_the_house_can_be_read_and_gives_a_reason_for_every_row() -> None:
    plan = load_plan(NotificationsSettings().revisit_plan)
    assert {row.code for row in plan.rows} == set(plan.reasons)
    assert {flag for row in plan.rows for flag in row.flags} >= {Flag.ESCALATION, Flag.DV, Flag.MINOR, Flag.ELDERLY}
    assert plan.reason(ItemCode("gone")).zh == "gone"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("[]", "rows"),
        (f"[{ROW}, {ROW}]", "rows.1: calm stands here twice"),
        ("[{code: calm, days: [8], zh: 看, en: see}]", "rows.0: visits are made after 7, 30 or 90 days"),
        ("[{code: calm, days: [7], flags: [BORED], zh: 看, en: see}]", "rows.0.flags"),
        ("[{code: calm, days: [7], zh: 看}]", "rows.0.en"),
        ("[{code: calm, days: [7], zh: 看, en: see, why: not}]", "rows.0.why"),
    ],
)
def test_a_wrong_row_stops_the_start_and_is_named(rows: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(f"version: '1'\nrows: {rows}\n", encoding="utf-8")
    with pytest.raises(PlanInvalid) as wrong:
        load_plan(path)
    assert told in str(wrong.value)

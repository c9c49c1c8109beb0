"""R-62: what was done before 2026 is not judged by the law of 2026."""

from datetime import date

import pytest

from services.routing.decisions.rules.acts import ActKind, law_day
from services.routing.decisions.rules.pack import Pack, apply
from services.routing.decisions.rules.ruling import ruling
from services.routing.rulepacks.shipped import shipped_packs
from shared.contracts.codes import Category, Channel, Flag, Police, Priority

BEFORE_2026, SINCE_2026 = shipped_packs()
THROWN = frozenset({ActKind.THROWN_OBJECT})
BULLIED = frozenset({ActKind.SCHOOL_BULLYING})
NEW_YEAR = date(2026, 1, 1)
EVE = date(2025, 12, 31)
MARCH = date(2026, 3, 2)


def by(pack: Pack, category: Category, channel: Channel, acts: frozenset[ActKind]) -> tuple[Category, Channel, str]:
    applied = apply(pack, ruling(category, (), Priority.P2, Police.LEAD, channel), frozenset(), acts)
    return applied.ruling.category, applied.ruling.channel, str(applied.changed_by)


@pytest.mark.parametrize("category", [Category.DIS, Category.COM, Category.URB])
def test_r_62_a_thing_thrown_from_a_window_is_a_violation_since_2026(category: Category) -> None:
    assert by(SINCE_2026, category, Channel.PM, THROWN) == (Category.PSO, Channel.DSP, "pack-2026-01/17")
    assert by(BEFORE_2026, category, Channel.PM, THROWN) == (category, Channel.PM, "None")


@pytest.mark.parametrize("channel", [Channel.PSM, Channel.CASE])
def test_r_62_what_was_thrown_before_2026_is_no_violation_and_not_mediated_by_the_police(channel: Channel) -> None:
    assert by(BEFORE_2026, Category.PSO, channel, THROWN) == (Category.DIS, Channel.PM, "pack-2019-01/9")
    assert by(BEFORE_2026, Category.PSO, Channel.DSP, THROWN) == (Category.DIS, Channel.DSP, "pack-2019-01/10")
    assert by(SINCE_2026, Category.PSO, channel, THROWN) == (Category.PSO, channel, "None")


def test_r_62_bullying_goes_to_the_child_lane_by_the_law_of_its_day() -> None:
    assert by(SINCE_2026, Category.DIS, Channel.PM, BULLIED) == (Category.MIN, Channel.CHILD, "pack-2026-01/18")
    assert by(BEFORE_2026, Category.PSO, Channel.CASE, BULLIED) == (Category.MIN, Channel.CHILD, "pack-2019-01/11")


def test_r_62_without_a_new_act_both_packs_decide_alike() -> None:
    quarrel = ruling(Category.PSO, (Flag.ELDERLY,), Priority.P2, Police.OWN, Channel.PSM)
    assert apply(BEFORE_2026, quarrel, frozenset()).ruling == apply(SINCE_2026, quarrel, frozenset()).ruling


@pytest.mark.parametrize(
    ("filed", "acts", "acted", "counts"),
    [
        (MARCH, THROWN, EVE, EVE),
        (MARCH, THROWN, NEW_YEAR, NEW_YEAR),
        (MARCH, THROWN, None, MARCH),
        (MARCH, frozenset(), EVE, MARCH),
        (EVE, THROWN, MARCH, EVE),
    ],
)
def test_r_62_the_day_of_the_act_counts_where_guilt_is_asked_for(
    filed: date, acts: frozenset[ActKind], acted: date | None, counts: date
) -> None:
    assert law_day(filed, acts, acted) == counts

"""The pack that decides is the one of the day of filing; where guilt is asked for, of the day of the act."""

from dataclasses import replace
from datetime import date, datetime

from services.routing.decisions.facts import ActDated, RequestClassified
from services.routing.decisions.rules.acts import ActKind
from shared.contracts.codes import Category, Channel
from shared.kernel import BUREAU_ZONE
from tests.routing.decisions.desk import desk, filed, judged, the

BEFORE = datetime(2025, 12, 30, 9, tzinfo=BUREAU_ZONE)
LATE_THAT_YEAR = datetime(2025, 12, 31, 23, 59, tzinfo=BUREAU_ZONE)
NEW_YEAR = datetime(2026, 1, 1, 0, 0, tzinfo=BUREAU_ZONE)
thrown = replace(judged(Category.PSO, Channel.PSM), acts=(ActKind.THROWN_OBJECT,))


def test_r_63_what_was_filed_before_2026_is_decided_by_the_pack_of_that_time() -> None:
    for filing, pack in ((LATE_THAT_YEAR, "pack-2019-01"), (NEW_YEAR, "pack-2026-01")):
        decided = desk.after(filed(at=filing)).when(judged(at=filing))
        assert the(RequestClassified, decided).pack == pack


def test_r_62_what_was_thrown_before_2026_is_not_judged_by_the_law_of_2026() -> None:
    decided = desk.after(filed()).when(replace(thrown, acted_on=BEFORE.date()))
    classified = the(RequestClassified, decided)
    assert (classified.ruling.category, classified.ruling.channel) == (Category.DIS, Channel.PM)
    assert (classified.pack, classified.rule) == ("pack-2019-01", "pack-2019-01/9")
    assert the(ActDated, decided).acted_on == BEFORE.date()


def test_r_62_what_was_thrown_since_2026_is_a_violation() -> None:
    for acted_on in (date(2026, 1, 1), None):
        classified = the(RequestClassified, desk.after(filed()).when(replace(thrown, acted_on=acted_on)))
        assert (classified.ruling.category, classified.pack) == (Category.PSO, "pack-2026-01")


def test_r_62_what_is_no_new_violation_is_judged_by_the_day_of_filing() -> None:
    old_quarrel = replace(judged(Category.PSO, Channel.PSM), acted_on=BEFORE.date())
    assert the(RequestClassified, desk.after(filed()).when(old_quarrel)).pack == "pack-2026-01"

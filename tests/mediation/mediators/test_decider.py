from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.mediation.mediators.decider import (
    MediatorRegistered,
    MediatorRemoved,
    NotRegistered,
    Register,
    Remove,
    Term,
    TermEndsBeforeItBegins,
    committee_on,
    mediator_decider,
)
from shared.kernel import PersonId, UnitCode
from tests.support.spec import Spec

register = Spec(mediator_decider)
ZHANG = PersonId(UUID(int=1))
COMMITTEE = UnitCode("130581-pm1")
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
YEAR = Term(COMMITTEE, date(2026, 1, 1), date(2026, 12, 31))
ENTER = Register(person=ZHANG, term=YEAR, at=MONDAY)
LEAVE = Remove(person=ZHANG, on=date(2026, 6, 1), at=MONDAY)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), COMMITTEE),
        (date(2026, 12, 31), COMMITTEE),
        (date(2027, 1, 1), None),
    ],
)
def test_a_mediator_is_registered_from_the_first_to_the_last_day(day: date, expected: UnitCode | None) -> None:
    register.when(ENTER).then(MediatorRegistered(person=ZHANG, term=YEAR, occurred_at=MONDAY))
    assert committee_on(register.after(ENTER).state, day) == expected


def test_a_term_without_end_runs_on() -> None:
    endless = Register(person=ZHANG, term=Term(COMMITTEE, date(2026, 1, 1), None), at=MONDAY)
    assert committee_on(register.after(endless).state, date(2036, 1, 1)) == COMMITTEE


def test_r_11_removal_counts_from_its_day() -> None:
    removed = register.after(ENTER)
    removed.when(LEAVE).then(MediatorRemoved(person=ZHANG, on=date(2026, 6, 1), occurred_at=MONDAY))
    removed = removed.after(LEAVE)
    assert committee_on(removed.state, date(2026, 5, 31)) == COMMITTEE
    assert committee_on(removed.state, date(2026, 6, 1)) is None
    removed.when(LEAVE).then_nothing()
    assert committee_on(removed.after(ENTER).state, date(2026, 6, 1)) == COMMITTEE


def test_registering_the_same_term_twice_changes_nothing() -> None:
    register.after(ENTER).when(ENTER).then_nothing()


def test_a_term_does_not_end_before_it_begins() -> None:
    backwards = Register(person=ZHANG, term=Term(COMMITTEE, date(2026, 2, 1), date(2026, 1, 1)), at=MONDAY)
    register.when(backwards).then_rejected(TermEndsBeforeItBegins)


def test_r_11_who_was_never_registered_is_not_removed() -> None:
    assert register.when(LEAVE).then_rejected(NotRegistered).rule == "R-11"


def test_nobody_unknown_is_registered() -> None:
    assert committee_on(register.state, date(2026, 3, 2)) is None

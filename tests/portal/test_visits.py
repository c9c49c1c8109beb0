from datetime import UTC, datetime, timedelta

import pytest

from services.portal.visits import MAX_COOKIE, MAX_KEYS, SignedIn, Undoable, Visit, Visits

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFICER = SignedIn(
    token="t" * 700,
    until=1,
    login="duty_officer",
    name="王警官",
    roles=("duty_officer", "triage_officer"),
    person="p",
    unit="LOUNGE-1",
)
VISITS = Visits(KEY, b"f" * 32)


def test_a_visit_comes_back_as_it_was_sealed() -> None:
    visit = Visit(
        id="v",
        person=OFFICER,
        keys={"request": "cap.1"},
        notice=("已签收", "good"),
        undo=Undoable("已改判", "/undo", NOW.timestamp()),
        flows={"state": ("verifier", "/desk")},
    )
    assert VISITS.open(VISITS.seal(visit)) == visit


def test_nobody_reads_a_sealed_visit() -> None:
    assert "王警官" not in VISITS.seal(Visit(id="v", person=OFFICER))


@pytest.mark.parametrize("cookie", [None, "", "x", "AAAA", "é", "=" * 10])
def test_what_we_did_not_seal_is_a_new_visit(cookie: str | None) -> None:
    assert VISITS.open(cookie).person is None


def test_a_visit_sealed_elsewhere_is_a_new_visit() -> None:
    sealed = Visits(OTHER_KEY, b"f" * 32).seal(Visit(id="v", person=OFFICER))
    assert VISITS.open(sealed).person is None


def test_a_changed_cookie_is_a_new_visit() -> None:
    sealed = VISITS.seal(Visit(id="v", person=OFFICER))
    changed = sealed[:-2] + ("A" if sealed[-2] != "A" else "B") + sealed[-1]
    assert VISITS.open(changed).person is None


def test_two_seals_of_one_visit_differ() -> None:
    assert VISITS.seal(Visit(id="v")) != VISITS.seal(Visit(id="v"))


def test_a_form_of_another_visit_is_not_ones_own() -> None:
    mine, other = Visit.new(), Visit.new()
    assert VISITS.is_own_form(mine, VISITS.form_token(mine))
    assert not VISITS.is_own_form(mine, VISITS.form_token(other))
    assert not VISITS.is_own_form(mine, "")


def test_the_token_stays_while_the_visit_changes_what_it_says() -> None:
    visit = Visit.new()
    assert VISITS.form_token(visit) == VISITS.form_token(visit.saying("好"))


def test_only_the_newest_things_opened_by_code_stay_open() -> None:
    visit = Visit.new()
    for number in range(MAX_KEYS + 2):
        visit = visit.with_key(number, f"cap.{number}")
    assert list(visit.keys) == [str(number) for number in range(2, MAX_KEYS + 2)]


def test_a_cookie_that_would_be_too_large_drops_its_oldest_keys() -> None:
    visit = Visit(id="v", person=OFFICER, keys={"old": "x" * 2000, "new": "y" * 1000})
    sealed = VISITS.seal(visit)
    assert len(sealed) <= MAX_COOKIE
    assert list(VISITS.open(sealed).keys) == ["new"]


def test_undo_ends_with_its_minute() -> None:
    undo = Undoable("已改判", "/undo", NOW.timestamp())
    assert undo.holds_at(NOW - timedelta(seconds=1))
    assert not undo.holds_at(NOW)

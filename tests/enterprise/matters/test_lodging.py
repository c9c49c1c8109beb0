"""Lists of workers: each row by itself, each wrong one says why, nobody twice."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.enterprise.matters.commands import LodgeStaff, ReportOutcome
from services.enterprise.matters.facts import BadRow, BatchId, Kind, RowError, StaffLodged, Worker
from services.enterprise.matters.rules.endings import NobodyLodged
from services.enterprise.matters.rules.lodging import ID_CHECKS, ID_WEIGHTS, TypedRow, check_rows, id_number_error
from services.enterprise.matters.rules.work import FirmNotNamed, NotThatKind
from shared.contracts.codes import Outcome
from tests.enterprise.matters.samples import firm_named, of_kind
from tests.enterprise.matters.test_protocol import TELL
from tests.enterprise.samples import MONDAY, OFFICER, person

STANDARD = "11010519491231002X"
OTHER_STANDARD = "440524188001010014"
"""The samples of R-51."""

LODGING = of_kind(Kind.STAFF_LODGING).after(firm_named())


def row(number: int, id_number: str, name: str = "工友", phone: str | None = None) -> TypedRow:
    return TypedRow(number, name, id_number, phone, None)


def lodges(batch: int, *people: int, bad: tuple[BadRow, ...] = ()) -> LodgeStaff:
    workers = tuple(Worker(place, person(each), None) for place, each in enumerate(people, 1))
    return LodgeStaff(doer=OFFICER, batch_id=BatchId(UUID(int=batch)), workers=workers, bad=bad, at=MONDAY)


def test_r_51_the_standard_samples_hold() -> None:
    assert check_rows([row(1, STANDARD), row(2, OTHER_STANDARD), row(3, "110105 19491231 002x ".strip())]) == {
        3: (RowError.TWICE_IN_BATCH,)
    }


def test_r_51_a_wrong_number_says_what_is_wrong_with_it() -> None:
    assert id_number_error("110105194912310021") is RowError.ID_CHECK_FAILS
    assert id_number_error("11010519491331002X") is RowError.ID_MALFORMED
    assert id_number_error("110105491231002") is RowError.ID_MALFORMED
    assert id_number_error("") is RowError.ID_MALFORMED


def test_every_error_of_a_row_is_told_at_once() -> None:
    errors = check_rows([TypedRow(7, "  ", "12", "12345", None)])
    assert errors == {7: (RowError.NAME_MISSING, RowError.ID_MALFORMED, RowError.PHONE_MALFORMED)}


def test_r_54_a_mobile_number_may_carry_its_country() -> None:
    for phone in ("13900000001", "+8613900000001", "86 139 0000 0001", "0086-13900000001"):
        assert check_rows([row(1, STANDARD, phone=phone)]) == {}


@given(st.text("0123456789", min_size=3, max_size=3), st.dates())
def test_r_51_what_the_check_completes_holds_and_any_other_check_fails(order: str, born: object) -> None:
    body = f"990000{born:%Y%m%d}{order}" if getattr(born, "year", 0) >= 1000 else f"99000019900101{order}"
    total = sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=True))
    right = ID_CHECKS[total % 11]
    assert id_number_error(body + right) is None
    assert all(id_number_error(body + other) is RowError.ID_CHECK_FAILS for other in set(ID_CHECKS) - {right})


def test_good_rows_are_registered_beside_bad_ones() -> None:
    bad = (BadRow(3, (RowError.ID_CHECK_FAILS,)),)
    [lodged] = LODGING.when(lodges(1, 101, 102, bad=bad)).events[-1:]
    assert isinstance(lodged, StaffLodged)
    assert ([each.person for each in lodged.workers], lodged.bad) == ([person(101), person(102)], bad)


def test_the_same_batch_registers_nobody_twice_and_a_mended_one_only_the_new() -> None:
    once = LODGING.after(lodges(1, 101, 102))
    once.when(lodges(1, 101, 102)).then_nothing()
    [mended] = once.when(lodges(2, 101, 102, 103)).events
    assert isinstance(mended, StaffLodged)
    assert ([each.person for each in mended.workers], mended.known) == ([person(103)], (1, 2))


def test_workers_are_registered_for_a_named_firm_in_such_a_matter() -> None:
    of_kind(Kind.STAFF_LODGING).when(lodges(1, 101)).then_rejected(FirmNotNamed)
    of_kind(Kind.OPINION).after(firm_named()).when(lodges(1, 101)).then_rejected(NotThatKind)


def test_a_registration_without_a_worker_is_not_done() -> None:
    done = ReportOutcome(doer=OFFICER, outcome=Outcome.DONE, detail=None, at=MONDAY)
    LODGING.after(lodges(1), TELL).when(done).then_rejected(NobodyLodged)
    assert LODGING.after(lodges(1, 101), TELL).when(done).events


def test_a_typed_row_prints_no_person() -> None:
    assert repr(row(4, STANDARD)) == "TypedRow(4)"

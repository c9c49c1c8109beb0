"""From what a person typed to facts: R-51, R-54, R-57. Every number here is a published sample or of the test area."""

from datetime import date
from uuid import UUID

import pytest
from stdnum.cn import ric

from services.vault.adapters.identity import Given, birthday, identify, normal_id_number, normal_phone
from services.vault.persons.decider import Identifier
from shared.kernel import RequestId

KEY = bytes(32)
REQUEST = RequestId(UUID(int=0x100))
OTHER_REQUEST = RequestId(UUID(int=0x200))


def of_test_area(born: str, order: str = "001") -> str:
    body = f"990000{born}{order}"
    return body + ric.calc_check_digit(body + "0")


LEAPLING = of_test_area("20080229")


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "86 13800138000",
        "0086-138-0013-8000",
        "１３８００１３８０００",
    ],
)
def test_every_way_to_write_a_mobile_number_is_one_number(typed: str) -> None:
    assert normal_phone(typed) == "+8613800138000"


@pytest.mark.parametrize(
    "typed", ["", "12345", "12800138000", "1380013800", "138001380000", "0319-5212345", "明天打给我"]
)
def test_what_reaches_no_single_person_is_no_telephone_of_a_person(typed: str) -> None:
    assert normal_phone(typed) is None


def test_operators_are_not_judged_by_prefix() -> None:
    assert normal_phone("19912345678") == "+8619912345678"
    assert normal_phone("16612345678") == "+8616612345678"


def test_a_number_from_elsewhere_keeps_its_country() -> None:
    assert normal_phone("+852 6123 4567") == "+85261234567"


@pytest.mark.parametrize("sample", ["11010519491231002X", "440524188001010014"])
def test_the_samples_of_the_standard_are_valid(sample: str) -> None:
    assert normal_id_number(sample, production=True) == sample


def test_a_small_x_and_wide_digits_are_the_same_number() -> None:
    assert normal_id_number("１１０１０５ 19491231 002x", production=True) == "11010519491231002X"


@pytest.mark.parametrize(
    "typed",
    [
        "110105194912310021",
        "11010519491331002X",
        "110105491231002",
        "11010519491231002",
        "00010519491231002X",
        "一二三",
        "",
    ],
)
def test_a_number_that_fails_its_own_check_is_not_believed(typed: str) -> None:
    assert normal_id_number(typed, production=False) is None


def test_an_impossible_day_is_refused_although_the_check_digit_fits() -> None:
    body = "11010520230229001"
    assert normal_id_number(body + ric.calc_check_digit(body + "0"), production=False) is None


def test_a_province_that_does_not_exist_is_refused_although_the_check_digit_fits() -> None:
    body = "77010519900101001"
    assert normal_id_number(body + ric.calc_check_digit(body + "0"), production=False) is None


def test_the_test_area_is_for_tests() -> None:
    assert normal_id_number(LEAPLING, production=False) == LEAPLING
    assert normal_id_number(LEAPLING, production=True) is None


def test_dates_come_from_the_number() -> None:
    facts = identify(Given(id_number=of_test_area("20120917")), REQUEST, KEY, production=False)
    assert (facts.fourteen_from, facts.adult_from) == (date(2026, 9, 17), date(2030, 9, 17))
    assert facts.id_valid


def test_somebody_born_on_a_leap_day_comes_of_age_on_the_first_of_march() -> None:
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert birthday(date(2008, 2, 29), 16) == date(2024, 2, 29)


def test_without_a_valid_number_the_age_is_unknown() -> None:
    facts = identify(Given(phone="13800138000", id_number="110105194912310021"), REQUEST, KEY, production=False)
    assert not facts.id_valid
    assert facts.phone_valid
    assert facts.adult_from is None
    assert facts.fourteen_from is None


def test_the_same_telephone_is_the_same_person_in_every_request() -> None:
    first = identify(Given(phone="13800138000", name="林某"), REQUEST, KEY, production=False)
    again = identify(Given(phone="+86 138 0013 8000"), OTHER_REQUEST, KEY, production=False)
    assert first.person == again.person
    assert first.by is Identifier.PHONE


def test_the_citizen_number_outranks_the_telephone_of_a_family() -> None:
    mother = identify(Given(phone="13800138000", id_number=of_test_area("19800101")), REQUEST, KEY, production=False)
    child = identify(Given(phone="13800138000", id_number=of_test_area("20120917")), REQUEST, KEY, production=False)
    assert mother.person != child.person
    assert mother.by is Identifier.ID_NUMBER


def test_a_number_of_one_kind_is_never_taken_for_another() -> None:
    number = identify(Given(id_number="11010519491231002X"), REQUEST, KEY, production=False)
    phone = identify(Given(phone="13800138000"), REQUEST, KEY, production=False)
    assert number.person != phone.person


def test_another_installation_knows_the_same_person_by_another_id() -> None:
    here = identify(Given(phone="13800138000"), REQUEST, KEY, production=False)
    there = identify(Given(phone="13800138000"), REQUEST, bytes([1]) * 32, production=False)
    assert here.person != there.person


def test_a_name_or_an_address_of_mail_recognises_nobody_across_requests() -> None:
    typed = Given(name="林某", email="lin@example.com")
    first = identify(typed, REQUEST, KEY, production=False)
    other = identify(typed, OTHER_REQUEST, KEY, production=False)
    assert first.by is None
    assert first.person != other.person


def test_a_repeated_call_about_the_same_request_gives_the_same_person() -> None:
    typed = Given(name="林某", email="lin@example.com")
    assert identify(typed, REQUEST, KEY, production=False) == identify(typed, REQUEST, KEY, production=False)


def test_two_sides_of_one_request_stay_two_persons() -> None:
    upstairs = identify(Given(name="王某"), REQUEST, KEY, production=False)
    downstairs = identify(Given(name="林某"), REQUEST, KEY, production=False)
    assert upstairs.person != downstairs.person


def test_an_id_is_a_well_formed_uuid_that_shows_nothing() -> None:
    person = identify(Given(phone="13800138000"), REQUEST, KEY, production=False).person
    assert (person.version, person.variant) == (8, "specified in RFC 4122")
    assert "138" not in repr(Given(phone="13800138000"))

"""From what a person typed to facts about them: the same id for the same identifier, dates, and nothing else.

R-51: citizen numbers. R-54: telephone numbers. R-57: the reserved test area is refused in production.
"""

import hashlib
import hmac
import re
import unicodedata
from datetime import date
from uuid import UUID

import phonenumbers
from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import ValidationError
from stdnum.util import clean

from services.vault.persons.decider import Identifier
from shared.kernel import PersonId, RequestId, value

MAINLAND = 86
MAINLAND_MOBILE = re.compile(r"1[3-9]\d{9}")
TEST_AREA = "990000"
"""Assigned to no place: a number that begins so can belong to nobody."""


@value
class Given:
    """What somebody typed about a person; never leaves the vault."""

    phone: str | None = None
    id_number: str | None = None
    name: str | None = None
    email: str | None = None

    def __repr__(self) -> str:
        # A traceback or a failing assertion must not print a person.
        return "Given(…)"


@value
class PersonFacts:
    """What deciders may know. A date is None when the person gave no valid number: unknown is never read as adult."""

    person: PersonId
    by: Identifier | None
    phone_valid: bool
    id_valid: bool
    adult_from: date | None
    fourteen_from: date | None


def normal_phone(typed: str) -> str | None:
    """E.164, or None when it is no telephone number of a person. Operators are not judged by prefix."""
    digits = unicodedata.normalize("NFKC", typed).strip()
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    if number.country_code == MAINLAND:
        valid = MAINLAND_MOBILE.fullmatch(national) is not None
    else:
        valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else None


def normal_id_number(typed: str, *, production: bool) -> str | None:
    """18 characters, or None. Area codes that were given up are accepted, the former 15 digits are not."""
    number = clean(unicodedata.normalize("NFKC", typed), " -").upper()
    if re.fullmatch(r"\d{17}[\dX]", number, re.ASCII) is None or number[-1] != ric.calc_check_digit(number):
        return None
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return None
    return number if _is_area(number[:6], production) else None


def _is_area(code: str, production: bool) -> bool:
    if code == TEST_AREA:
        return not production
    # The province decides: no table holds every county code that was ever printed on a card.
    return any("province" in found for _, found in numdb.get("cn/loc").info(code))


def birthday(born: date, age: int) -> date:
    """When somebody is `age` full years old; born on 29 February, on 1 March of an ordinary year."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def identify(given: Given, request_id: RequestId | UUID, person_key: bytes, *, production: bool) -> PersonFacts:
    """The number outranks the telephone: families share the latter."""
    phone = normal_phone(given.phone) if given.phone else None
    number = normal_id_number(given.id_number, production=production) if given.id_number else None
    born = ric.get_birth_date(number) if number else None
    by, person = _person(number, phone, given, request_id, person_key)
    return PersonFacts(
        person=person,
        by=by,
        phone_valid=phone is not None,
        id_valid=number is not None,
        adult_from=birthday(born, 18) if born else None,
        fourteen_from=birthday(born, 14) if born else None,
    )


def _person(
    number: str | None, phone: str | None, given: Given, request_id: UUID, person_key: bytes
) -> tuple[Identifier | None, PersonId]:
    if number is not None:
        return Identifier.ID_NUMBER, _keyed_id(person_key, Identifier.ID_NUMBER, number)
    if phone is not None:
        return Identifier.PHONE, _keyed_id(person_key, Identifier.PHONE, phone)
    # Nothing verifiable: an id for this request alone, yet the same when the call is repeated.
    typed = "\x1f".join(text or "" for text in (given.name, given.email, given.phone, given.id_number))
    return None, _keyed_id(person_key, "unverified", f"{request_id}\x1f{typed}")


def _keyed_id(person_key: bytes, kind: str, normalised: str) -> PersonId:
    digest = bytearray(hmac.new(person_key, f"{kind}\x1f{normalised}".encode(), hashlib.sha256).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return PersonId(UUID(bytes=bytes(digest)))

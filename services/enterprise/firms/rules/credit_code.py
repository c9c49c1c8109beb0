"""R-52: the unified social credit code. A wrong form is refused; check digits only warn, for real codes fail them."""

import re
from typing import NewType

from shared.kernel import Rejection

CreditCode = NewType("CreditCode", str)
"""18 characters; a firm's public number, no personal datum."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FORM = re.compile(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class CreditCodeMalformed(Rejection):
    """Not 18 characters of the alphabet, or no area in its third to eighth place."""

    rule = "R-52"


def read_credit_code(typed: str) -> CreditCode:
    """R-52: spaces, hyphens and small letters are mended; any other form is refused."""
    code = re.sub(r"[\s-]", "", typed).upper()
    if FORM.fullmatch(code) is None:
        raise CreditCodeMalformed
    return CreditCode(code)


def checks_hold(code: CreditCode) -> bool:
    """R-52: both check characters; a wrong one is a warning and sends somebody to the register."""
    return code[17] == check_character(code) and code[16] == organisation_check_character(code)


def check_character(code: str) -> str:
    """GB 32100: weights 3^(i-1) modulo 31 over the first 17 characters."""
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(code: str) -> str:
    """GB 11714: the ninth to sixteenth characters; 10 is written X, 11 is written 0."""
    characters = zip(code[8:16], ORGANISATION_WEIGHTS, strict=True)
    rest = 11 - sum(ORGANISATION_ALPHABET.index(character) * weight for character, weight in characters) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))

"""HTTP: who calls, may he, what is refused in which words; and what runs a service."""

from shared.web.errors import TooManyTries, WrongCodeOrPin
from shared.web.guard import ANONYMOUS, Call, Guard, Query, Relate, own, unrelated
from shared.web.limits import Limits, address_of
from shared.web.models import CodeText, DayParam, Fen, LongText, ShortText, StrictModel
from shared.web.service import Deps, Measure, Part, Profile, Runtime, Service
from shared.web.vault import PersonFacts, Sealed, Text, Vault, VaultUnavailable

__all__ = [
    "ANONYMOUS",
    "Call",
    "CodeText",
    "DayParam",
    "Deps",
    "Fen",
    "Guard",
    "Limits",
    "LongText",
    "Measure",
    "Part",
    "PersonFacts",
    "Profile",
    "Query",
    "Relate",
    "Runtime",
    "Sealed",
    "Service",
    "ShortText",
    "StrictModel",
    "Text",
    "TooManyTries",
    "Vault",
    "VaultUnavailable",
    "WrongCodeOrPin",
    "address_of",
    "own",
    "unrelated",
]

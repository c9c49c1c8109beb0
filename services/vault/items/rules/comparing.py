"""Who may ask what else is about the same. The answer is a number, so that texts above the purpose's level are compared
and never read; the texts of children, of reporters and of casework are not even compared (R-36).
"""

from services.vault.items.rules.reads import RULES, Denial, Reader
from shared.contracts.codes import DataLevel, Purpose

COMPARING = frozenset({Purpose.DUPLICATES, Purpose.TRIAGE})
RULE = RULES[Denial.PURPOSE_NOT_YOURS]


def may_compare(purpose: Purpose, reader: Reader) -> bool:
    """R-37: services, by themselves, to find repeats or past decisions."""
    return purpose in COMPARING and reader.service is not None


def is_comparable(level: DataLevel) -> bool:
    """R-36."""
    return level < DataLevel.L4

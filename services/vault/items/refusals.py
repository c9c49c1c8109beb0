"""What the vault refuses, with the rule that says so."""

from collections.abc import Mapping

from services.vault.items.rules.reads import RULES, Denial
from shared.kernel import Rejection


class ItemUnknown(Rejection):
    """`item` was never sealed here."""


class ItemSealedOtherwise(Rejection):
    """The reference stands for another content, kind, level or owner."""


class ItemErased(Rejection):
    """The reference belongs to an item that was erased; what came back would be a new item."""


class RequestDiffers(Rejection):
    """The items of one stream belong to one request."""


class OtherCase(Rejection):
    rule = RULES[Denial.OTHER_CASE]


class PurposeNotYours(Rejection):
    rule = RULES[Denial.PURPOSE_NOT_YOURS]


class LevelAbovePurpose(Rejection):
    rule = RULES[Denial.LEVEL_ABOVE_PURPOSE]


class LevelAboveRole(Rejection):
    rule = RULES[Denial.LEVEL_ABOVE_ROLE]


class ApprovalMissing(Rejection):
    """Another person has to approve the read."""

    rule = RULES[Denial.APPROVAL_MISSING]


REFUSALS: Mapping[Denial, type[Rejection]] = {
    Denial.OTHER_CASE: OtherCase,
    Denial.PURPOSE_NOT_YOURS: PurposeNotYours,
    Denial.LEVEL_ABOVE_PURPOSE: LevelAbovePurpose,
    Denial.LEVEL_ABOVE_ROLE: LevelAboveRole,
    Denial.APPROVAL_MISSING: ApprovalMissing,
}
"""A denied read is a fact first, because somebody will ask; this is what the reader is told."""

"""Why triage says no. What law forbids stands in `rules/`."""

from shared.kernel import Rejection


class TriageNotBegun(Rejection):
    """Nothing was filed under this id, or triage has not heard of it yet."""


class TriageIsOver(Rejection):
    """The request was withdrawn, refused or archived; reopening it is intake's."""


class NothingToConfirm(Rejection):
    """Neither a model nor a person has said what it is."""


class CategoryMissing(Rejection):
    """The first ruling needs a category."""


class HandlingFinished(Rejection):
    """The outcome was reported; what is wrong with it is a reason to reopen."""


class NothingToUndo(Rejection):
    """No overrule, or a later decision stands on it."""


class UndoTooLate(Rejection):
    """`until`: an overrule is taken back within a minute; after that it is overruled again."""


class AlreadySigned(Rejection):
    """Somebody has signed for it on the strength of the overrule."""

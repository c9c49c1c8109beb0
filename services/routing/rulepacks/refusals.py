"""Why a pack is not edited, not published, not withdrawn. What law forbids a row stands in `checking.py`."""

from shared.kernel import Rejection


class NoSuchDraft(Rejection):
    """It was never drafted, or was published or discarded since."""


class PackVersionTaken(Rejection):
    """`version`: another pack is called so."""


class DraftMovedOn(Rejection):
    """Somebody edited it since it was read."""


class NoSuchRow(Rejection):
    """`row`"""


class PackTooLong(Rejection):
    """`most`: nobody oversees more."""


class NoEditToUndo(Rejection):
    """The draft stands as it was begun."""


class NotRedecided(Rejection):
    """The draft as it stands was not re-decided on past requests, or not to the end."""


class TablesDisagree(Rejection):
    """`requests`: on so many past requests the table engine and the desk read the rows differently."""


class DrafterPublishes(Rejection):
    """R-36. Whoever drafted or edited a pack does not publish it: another person does."""

    rule = "R-36"


class InForceFromThePast(Rejection):
    """R-62. Nobody is judged by a rule that was not there: a pack begins today or later. `earliest`"""

    rule = "R-62"


class PackInForce(Rejection):
    """R-62. What requests were decided by is not withdrawn; an older pack is published anew instead. `since`"""

    rule = "R-62"


class NoSuchPack(Rejection):
    """Nothing of that id was published, or it was withdrawn."""

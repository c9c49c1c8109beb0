"""Why an agreement says no."""

from shared.kernel import Rejection


class NothingAgreedYet(Rejection):
    """No session ended in agreement, or the case is over."""


class ProductNotOfChannel(Rejection):
    """Agreements of different channels are not interchangeable."""

    rule = "R-58"


class PerformanceDateMissing(Rejection):
    rule = "R-04"


class DutyWithoutDate(Rejection):
    """A duty that no day ends cannot be watched."""


class RecordOfAgreementMissing(Rejection):
    """An oral or on-the-spot agreement stands on its record."""

    rule = "R-10"


class DutyOfStranger(Rejection):
    """Only parties owe and receive."""


class DutyToOneself(Rejection):
    """Who owes and who receives are two persons."""


class DutyIncomplete(Rejection):
    """Money needs an amount in fen, goods and acts need words."""


class DutyAlreadyDue(Rejection):
    """A promise for yesterday cannot be kept."""


class AlreadyInEffect(Rejection):
    """An agreement that all have signed is not drafted anew."""


class NoDraft(Rejection):
    """There is nothing to sign."""


class OtherVersion(Rejection):
    """The text was changed since it was read; `current` is the version to read."""


class SignerNotParty(Rejection):
    """Only parties sign."""


class RecorderIsParty(Rejection):
    """Who writes down a signature or a performance is not a party."""

    rule = "R-15"


class OralNeedsPaper(Rejection):
    """A written agreement is signed, not spoken."""

    rule = "R-04"


class CaseIsOver(Rejection):
    """The case ended; its draft cannot be signed any more."""


class NotInEffect(Rejection):
    """Duties begin when every party has signed."""


class NoSuchDuty(Rejection):
    """The agreement names no such duty."""


class OnlyReceiverConfirms(Rejection):
    """Who owes does not confirm the own performance."""

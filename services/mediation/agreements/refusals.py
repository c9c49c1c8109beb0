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


class NotEveryPartysDraft(Rejection):
    """Somebody joined since it was drafted, and nothing is agreed over the head of a party."""

    rule = "R-09"


class CaseIsOver(Rejection):
    """The case ended; its draft cannot be signed any more."""


class NotInEffect(Rejection):
    """Duties begin when every party has signed."""


class NoSuchDuty(Rejection):
    """The agreement names no such duty."""


class OnlyReceiverConfirms(Rejection):
    """Who owes does not confirm the own performance."""


class GoodsIncomplete(Rejection):
    """Goods have a name or a code, a number and a unit."""


class TooManyInstalments(Rejection):
    """What nobody can oversee is not agreed on; `most` is how many instalments there may be."""


class ScheduleWithoutDate(Rejection):
    """What repeats begins on a day."""

    rule = "R-04"


class BodyNotListed(Rejection):
    """The industry body is not on the list today: its paper is an ordinary contract."""

    rule = "R-60"


class CourtMakesThePaper(Rejection):
    """Once the suit is filed, only the court's own paper ends it."""

    rule = "R-61"


class NotConfirmable(Rejection):
    """This kind of agreement is not confirmed by a court."""

    rule = "R-13"


class OrdinaryContractNotConfirmed(Rejection):
    """What a body off the list brought about stays an ordinary contract."""

    rule = "R-60"


class IdentityRelationNotConfirmed(Rejection):
    """No court confirms a tie between persons; what is to be paid or done it does."""

    rule = "R-13"


class ConfirmationTooLate(Rejection):
    """Thirty days after the agreement took effect the way is closed; `due` was its last moment."""

    rule = "R-13"


class ApplicationNotJoint(Rejection):
    """Both sides apply together; `missing` have not joined."""

    rule = "R-13"


class AlreadyFiled(Rejection):
    """The application is before the court, or was decided."""


class NoApplication(Rejection):
    """Nothing is before the court."""


class NotAcceptedYet(Rejection):
    """The court has not accepted the application."""


class AlreadyExtended(Rejection):
    """The court extends its time once, by ten days."""

    rule = "R-13"


class RefusalWithoutReason(Rejection):
    """A refusal says why; a confirmation has no reason against it."""

    rule = "R-13"


class OnlyCourtsConfirm(Rejection):
    """Whoever accepts and decides comes from a court on the register."""

    rule = "R-13"


class HostDoesNotConfirm(Rejection):
    """Who hosted the talks does not judge what came of them."""

    rule = "R-15"


class CourtIsParty(Rejection):
    """Who confirms is not a party."""

    rule = "R-15"

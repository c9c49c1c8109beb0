"""Why a case says no."""

from shared.kernel import Rejection


class CaseHasEnded(Rejection):
    """Nothing more happens in a case that has its outcome."""


class NobodySignedYet(Rejection):
    """One accountable owner comes first."""


class AlreadySigned(Rejection):
    """Another person is the owner."""


class NotOffered(Rejection):
    """The case was offered to somebody else."""


class FormerHandler(Rejection):
    """Who handled the request before it was reopened does not handle it again."""


class AuxiliaryMayNotSign(Rejection):
    rule = "R-07"


class NoticeNotGiven(Rejection):
    rule = "R-01"


class OtherWaysNotTold(Rejection):
    """`missing`: the ways that the parties must still be told."""

    rule = "R-10"


class NotOneOfTheParties(Rejection):
    """Only a party can say that for itself."""


class ConsentMissing(Rejection):
    """`missing`: how many parties have not said yes."""

    rule = "R-09"


class CrimeNotRuledOut(Rejection):
    rule = "R-28"


class FamilyViolenceBlocks(Rejection):
    rule = "R-18"


class StillUnderReview(Rejection):
    """What a party is told while a gate is closed: not which one, for the other side listens."""


class NotMediable(Rejection):
    rule = "R-02"


class ViolationNotOnRecord(Rejection):
    rule = "R-01"


class OnlyForViolations(Rejection):
    """A violation is recorded in police mediation only."""

    rule = "R-01"


class RecorderNotOfficer(Rejection):
    rule = "R-07"


class GuardianMissing(Rejection):
    rule = "R-06"


class HostMissing(Rejection):
    """Nobody was named to host."""


class HostNotEntitled(Rejection):
    """An auxiliary never hosts, nor anybody of whom nobody knows that he is an officer."""

    rule = "R-07"


class HostNotOfficerOfUnit(Rejection):
    rule = "R-58"


class HostNotRegistered(Rejection):
    rule = "R-59"


class OfficerMayOnlyCoordinate(Rejection):
    rule = "R-59"


class MediatorIsParty(Rejection):
    rule = "R-15"


class NotTheHost(Rejection):
    """The session belongs to the named host."""


class RecordingMissing(Rejection):
    rule = "R-07"


class RemoteRecordingMissing(Rejection):
    rule = "R-14"


class SessionStillOpen(Rejection):
    """One session at a time."""


class NoSuchSession(Rejection):
    """That session is not open."""


class SessionsUsedUp(Rejection):
    rule = "R-03"


class SecondSessionTooLate(Rejection):
    """`due`: the last moment of the second session."""

    rule = "R-03"


class NotAllAgreeLonger(Rejection):
    """`missing`: how many parties have not agreed."""

    rule = "R-12"


class ExtensionNeedsApproval(Rejection):
    """The time of a violation case is not the parties' to extend."""

    rule = "R-08"


class NotLonger(Rejection):
    """The new end lies before the present one."""

    rule = "R-12"


class GroundNotOfChannel(Rejection):
    rule = "R-02"


class ReasonNotForReturn(Rejection):
    """That reason does not send a case back."""

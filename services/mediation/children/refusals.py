"""What is refused in the child lane, each with the rule that refuses it."""

from shared.kernel import Rejection


class NoSuchChildFile(Rejection):
    """Nothing was offered under this id."""


class ChildFileEnded(Rejection):
    """The outcome is reported, or the file went elsewhere."""


class NotOfTheGroup(Rejection):
    """Whoever is not in the group today has no business here."""

    rule = "R-36"


class ChildOfficerNeeded(Rejection):
    """This step is a child officer's."""

    rule = "R-32"


class ChildHandlerIsParty(Rejection):
    """Who asked, or is the other side, does not handle it."""

    rule = "R-15"


class ChildFormerHandler(Rejection):
    """The request came back from this person."""


class ChildAlreadySigned(Rejection):
    """One person is accountable already."""


class ChildNotSigned(Rejection):
    """Nobody has signed yet."""


class NotTheChildOwner(Rejection):
    """Somebody else is accountable for this file."""


class ReportToNobody(Rejection):
    """A report names who received it."""

    rule = "R-32"


class ReportNotMade(Rejection):
    """Suspicion is enough, and the report comes first."""

    rule = "R-32"


class CaseworkNotFiled(Rejection):
    """The three days run from the filing."""

    rule = "R-32"


class ReporterUnitUntold(Rejection):
    """The unit that reported has not been answered."""

    rule = "R-32"


class BullyingNotReported(Rejection):
    """The school answers a report."""

    rule = "R-33"


class SchoolResultMissing(Rejection):
    """The school has not given its result, and its ten days still run."""

    rule = "R-33"


class OnlySchoolAnswers(Rejection):
    """The result is given by the school's seat."""

    rule = "R-33"


class GuardianUntold(Rejection):
    """The guardian is told, unless suspected."""

    rule = "R-33"


class SeatInConflict(Rejection):
    """Who is suspected, or named in the matter, takes no seat in it."""

    rule = "R-06"


class SeatOfParty(Rejection):
    """The other side takes no seat."""

    rule = "R-15"


class SeatOfNobody(Rejection):
    """A seat is somebody's."""


class CounsellorNotOfGroup(Rejection):
    """Counsellors come from the group: what they hear is sealed."""

    rule = "R-36"


class SeatOfGroupMember(Rejection):
    """Who works the file does not sit for the child, the guardian or the school."""

    rule = "R-15"


class AdultMissing(Rejection):
    """A child is asked with the guardian or another suitable adult beside it."""

    rule = "R-34"


class ChildRecordingMissing(Rejection):
    """Sound and picture are recorded."""

    rule = "R-34"


class WomanAsksGirl(Rejection):
    """A girl is asked by a woman."""

    rule = "R-34"


class AskedOnceOnly(Rejection):
    """A child tells it once."""

    rule = "R-34"


class OnlyOwnCounsellor(Rejection):
    """Sessions are held by the counsellor who has the seat."""

    rule = "R-36"


class NoSuchRead(Rejection):
    """Nobody asked for that read."""


class NothingSealed(Rejection):
    """There is nothing of that kind yet."""


class OwnReadApproval(Rejection):
    """Another person approves."""

    rule = "R-36"


class ReadNotApproved(Rejection):
    """Nobody has approved it yet, or it was declined."""

    rule = "R-36"


class ReadApprovalOver(Rejection):
    """The approval ran out."""

    rule = "R-36"


class ReadOfAnother(Rejection):
    """The approval names another reader."""

    rule = "R-36"


class ReadAlreadyDecided(Rejection):
    """It was approved or declined already."""


class OnlyOwnSessions(Rejection):
    """A counsellor reads the own sessions, nobody else's."""

    rule = "R-36"


class ChildAnswerMissing(Rejection):
    """The result is told, in words that suit."""

    rule = "R-32"


class ChildReasonNotForReturn(Rejection):
    """A file goes back for a wrong category, a conflict of interest or overload."""

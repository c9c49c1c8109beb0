"""Why a case does not change its channel, its host or its time."""

from shared.kernel import Rejection


class PenaltyAlreadyDecided(Rejection):
    """The lead leaves the police only before the penalty decision."""

    rule = "R-05"


class WrittenApplicationMissing(Rejection):
    """Back to the police only with a written application."""

    rule = "R-05"


class OnlyPeoplesMediationTakesOver(Rejection):
    """A violation case leaves the police for people's mediation, and comes back from there, by no other way."""

    rule = "R-05"


class NoViolationForPolice(Rejection):
    """A plain dispute never becomes a police mediation."""

    rule = "R-01"


class TradeNotNamed(Rejection):
    rule = "R-60"


class BodyNotKnown(Rejection):
    """The mediator's organisation stands on no register, or is none of this trade."""

    rule = "R-60"


class MediatorNotInvited(Rejection):
    """Before filing: the court's own people, or a mediator on its register."""

    rule = "R-61"


class OnlyTheCourtHosts(Rejection):
    rule = "R-61"


class OnlyTheCourtFiles(Rejection):
    """That a suit is filed is a court's to say."""

    rule = "R-61"


class CourtHasTheCase(Rejection):
    """After filing the lead does not leave the court."""

    rule = "R-61"


class TimeOfThatChannelIsUp(Rejection):
    """Nobody gets a second time by taking the lead again. `due`: when it ended."""


class ReasonNotForHandOver(Rejection):
    """That reason does not change the lead."""


class NoChannelOfMediation(Rejection):
    """Only the four channels of mediation lead or help in a case."""


class LeadNeedsNoHelpOfItself(Rejection):
    """The leading channel is no assistant."""


class OnlyOneSideApplied(Rejection):
    """`missing`: how many sides have not applied."""

    rule = "R-17"


class ApplicationTooLate(Rejection):
    """`due`: the last moment of the joint application."""

    rule = "R-17"


class LetterMissing(Rejection):
    """A road accident is mediated from its liability letter on."""

    rule = "R-17"


class NoRoadAccident(Rejection):
    """Only road accidents need the joint application."""

    rule = "R-17"


class HasAnInterest(Rejection):
    """`interest`: what was disclosed or found."""

    rule = "R-15"


class MediatorIsNoAgent(Rejection):
    """Whoever hosted or sat on the panel takes no mandate in the same dispute."""

    rule = "R-15"


class SuspectSendsNoAgent(Rejection):
    rule = "R-06"


class ViolenceStopsMediation(Rejection):
    rule = "R-10"


class ViolenceExcludesPolice(Rejection):
    rule = "R-02"


class LawfulnessNotChecked(Rejection):
    """A project's lawfulness comes before persuasion."""


class ChildLaneComesFirst(Rejection):
    rule = "R-32"


class CaseIsSuspended(Rejection):
    """While it waits nothing is mediated."""


class NotSuspended(Rejection):
    """There is nothing to resume."""


class GroundPausesNothing(Rejection):
    """No limit of this channel lists that ground."""


class TimeIsFixed(Rejection):
    """Fifteen days for labour: what is not settled then goes to arbitration or suit."""

    rule = "R-16"


class QuorumMissing(Rejection):
    """`lacking`: how many confirmed seats are missing."""


class RemoteOnlyAtCourt(Rejection):
    """Talks on line with their own time belong to the court's platform."""

    rule = "R-14"


class RemoteNotChosen(Rejection):
    """`missing`: how many sides have not agreed to talk on line."""

    rule = "R-14"


class HostingNotAccepted(Rejection):
    """Who was named for talks on line accepts before he opens one."""

    rule = "R-14"


class FirmConsentMissing(Rejection):
    """The firm has not agreed in writing."""

    rule = "R-28"


class NoFirmsDispute(Rejection):
    """Only a firm's economic dispute needs the written consent."""

    rule = "R-28"


class ExtensionsUsedUp(Rejection):
    """A violation case is made longer twice."""

    rule = "R-08"


class OnlyOfficersDecidePenalties(Rejection):
    rule = "R-07"

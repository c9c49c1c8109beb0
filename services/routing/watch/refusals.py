"""Why the watch says no."""

from shared.kernel import Rejection


class ActUnknown(Rejection):
    """`course`, `act`: no course has such an act."""


class ActInTheFuture(Rejection):
    """Time counts from what has happened, on the day on which it did."""

    rule = "R-26"


class ActOutOfOrder(Rejection):
    """`act`: nothing runs that it could end or prolong, or it lies before the beginning of what it would end."""

    rule = "R-26"


class ActStands(Rejection):
    """`act`: noted already, with another day."""


class ApprovalNotShown(Rejection):
    """`act`: who approved more time, and when, has to be shown."""

    rule = "R-24"


class ApprovedTooLate(Rejection):
    """`due`: what has ended cannot be made longer."""

    rule = "R-24"


class GroundNotListed(Rejection):
    """`ground`: none of the running limits lists it, so that it stops none."""

    rule = "R-26"


class GroundNotShown(Rejection):
    """A limit stands still only on a ground that is shown."""

    rule = "R-26"


class NothingStandsStill(Rejection):
    """No limit of the course was stopped for the time being."""


class CourseNotTaken(Rejection):
    """`course`: nothing was noted of it."""


class LadderOnlyUp(Rejection):
    """`rung`: the request stands there or higher."""


class RungSkipped(Rejection):
    """`next`: local first; this reason leaves no rung out."""


class ReasonClimbsNothing(Rejection):
    """`reason`: not among the reasons to go a rung up."""

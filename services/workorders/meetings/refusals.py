"""Why a meeting, or a task that was set there, does not go on."""

from shared.kernel import Rejection


class NobodyInvited(Rejection):
    """A meeting of one unit with itself is none."""


class TalkWithoutFirm(Rejection):
    """A talk summons somebody."""


class NotTheConvener(Rejection):
    """`unit`: who called the meeting, and keeps its record."""


class MeetingNotHeld(Rejection):
    """Nothing is decided before people have met."""


class MeetingHeldAlready(Rejection):
    """Its record is written."""


class MeetingOver(Rejection):
    """It is closed."""


class NotInvited(Rejection):
    """`who` was not called to this meeting."""


class TaskDueInThePast(Rejection):
    """A task needs a day that is still to come."""


class MeetingTaskOfAnotherUnit(Rejection):
    """`unit`: whose task it is."""


class MeetingTaskUnsigned(Rejection):
    """Somebody of the unit signs for it before it is answered."""


class MeetingTaskSigned(Rejection):
    """Another person of the unit has it."""


class AuxiliarySignsNoTask(Rejection):
    rule = "R-07"


class MeetingTasksUnanswered(Rejection):
    """`missing`: how many tasks nobody has answered."""

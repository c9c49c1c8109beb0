"""Why a panel says no."""

from shared.kernel import Rejection


class NoPanelYet(Rejection):
    """Nobody called a panel together."""


class PanelStandsAlready(Rejection):
    """Another panel sits on this case: it is dissolved first."""


class ContactTreeIsNoPanel(Rejection):
    """Five heads are a list of whom to call; they mediate nothing."""


class NoSuchSeat(Rejection):
    """The template has no such seat."""


class SeatNotOffered(Rejection):
    """The seat was offered to somebody else."""


class SeatForOthers(Rejection):
    """`seat`: its holder comes from another office."""


class SeatIsTaken(Rejection):
    """Somebody sits there."""


class SitsAlready(Rejection):
    """One person, one seat."""


class SeatHolderIsParty(Rejection):
    rule = "R-15"


class NeutralityNotDeclared(Rejection):
    """Who takes a seat says that no mandate and no interest binds him."""

    rule = "R-15"


class NotInSeat(Rejection):
    """Nobody with that name sits there."""


class OnlyMembersDecide(Rejection):
    """What a panel decided is recorded by who sits on it."""


class AbsentSeatsCannotDecide(Rejection):
    """`lacking`: how many seats were missing at the decision."""

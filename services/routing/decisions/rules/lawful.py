"""What not even a person may rule."""

from services.routing.decisions.rules.gates import REFUSALS, Gates, TieNotMediable, closed_gate
from services.routing.decisions.rules.grounds import Ground
from services.routing.decisions.rules.ruling import MEDIATION, PATROL, Ruling
from shared.contracts.codes import Category, Channel, Gate
from shared.kernel import Rejection


class ComplaintNotToSupervision(Rejection):
    """R-24: a complaint about the police goes to supervision and nowhere else."""

    rule = "R-24"


class CrimeIsNotMediated(Rejection):
    """R-28: a crime goes to casework."""

    rule = "R-28"


class ViolationMissing(Rejection):
    """R-01: police mediation needs a violation on record; a plain dispute goes to people's mediation."""

    rule = "R-01"


class HarmToMinorElsewhere(Rejection):
    """R-32: harm to a minor goes to the child lane or to officers."""

    rule = "R-32"


def check_lawful(ruling: Ruling, gates: Gates, unmediable: Ground | None = None) -> None:
    """R-01, R-02, R-13, R-18, R-24, R-28, R-32: raises what forbids `ruling`. An open question of crime or not lets the
    request wait, so it forbids nothing."""
    if ruling.category is Category.CPL and ruling.channel is not Channel.SUP:
        raise ComplaintNotToSupervision(channel=ruling.channel)
    if ruling.category is Category.CRM and ruling.channel in MEDIATION | {Channel.EPS}:
        raise CrimeIsNotMediated(channel=ruling.channel)
    if ruling.channel is Channel.PSM and ruling.category is not Category.PSO:
        raise ViolationMissing(category=ruling.category)
    if ruling.category is Category.MIN and ruling.channel not in PATROL | {Channel.CHILD}:
        raise HarmToMinorElsewhere(channel=ruling.channel)
    closed = closed_gate(gates, ruling.channel)
    if closed is Gate.MEDIABLE and unmediable is Ground.TIE_BETWEEN_PERSONS:
        raise TieNotMediable(gate=closed, result=gates[closed])
    if closed is not None and closed is not Gate.CRIME_OR_CIVIL:
        raise REFUSALS[closed](gate=closed, result=gates[closed])
    if closed is Gate.CRIME_OR_CIVIL and gates[closed] == "CRIME":
        raise REFUSALS[closed](gate=closed, result=gates[closed])

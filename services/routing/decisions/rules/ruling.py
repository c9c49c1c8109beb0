"""What a request is, how fast, whose business, and by which channel it is handled first."""

from dataclasses import replace

from shared.contracts.codes import Category, Channel, Flag, Police, Priority
from shared.kernel import value

MEDIATION = frozenset({Channel.PSM, Channel.PM, Channel.IM, Channel.JM})
PATROL = frozenset({Channel.DSP, Channel.CASE})
"""Officers act, whatever any gate says."""

_URGENCY = (Priority.P0, Priority.P1, Priority.P2, Priority.P3)


@value
class Ruling:
    category: Category
    flags: tuple[Flag, ...]
    priority: Priority
    police: Police
    channel: Channel

    def has(self, *flags: Flag) -> bool:
        return any(flag in self.flags for flag in flags)


def ruling(
    category: Category, flags: frozenset[Flag] | tuple[Flag, ...], priority: Priority, police: Police, channel: Channel
) -> Ruling:
    """Flags have one order, so that equal rulings are equal."""
    return Ruling(category, tuple(sorted(set(flags))), priority, police, channel)


def at_least(found: Priority, floor: Priority) -> Priority:
    """The more urgent of the two: a floor raises, it never lowers."""
    return min(found, floor, key=_URGENCY.index)


def flagged(found: Ruling, flag: Flag) -> Ruling:
    return replace(found, flags=tuple(sorted({*found.flags, flag})))


def docked(found: Ruling) -> Ruling:
    """R-14. A suit that a court left to mediation: a dispute, and the court's own channel.

    R-28: a court that took it for a civil suit has answered what a model only suspects; a person may still raise it.
    """
    flags = tuple(flag for flag in found.flags if flag is not Flag.CRIME_POSSIBLE)
    return replace(found, category=Category.DIS, police=Police.TRANSFER, channel=Channel.JM, flags=flags)


USUAL: dict[Category, tuple[Police, Channel]] = {
    Category.EMG: (Police.OWN, Channel.DSP),
    Category.CRM: (Police.OWN, Channel.CASE),
    Category.PSO: (Police.OWN, Channel.DSP),
    Category.DIS: (Police.LEAD, Channel.PM),
    Category.ENT: (Police.LEAD, Channel.EPS),
    Category.SVC: (Police.OWN, Channel.WIN),
    Category.MIN: (Police.OWN, Channel.CHILD),
    Category.FRD: (Police.OWN, Channel.DSP),
    Category.URB: (Police.OWN, Channel.XDEP),
    Category.WEL: (Police.LEAD, Channel.XDEP),
    Category.COM: (Police.TRANSFER, Channel.XFER),
    Category.INQ: (Police.OWN, Channel.BOT),
    Category.CPL: (Police.OWN, Channel.SUP),
    Category.FBK: (Police.OWN, Channel.BOT),
}
"""What follows when a person names only the category."""

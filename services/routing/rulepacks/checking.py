"""What no pack may do, whoever publishes it. Rows narrow what law demands; they never loosen it.

Law is checked by what comes out, not by how rows are written: the pack decides a few thousand made-up requests, with
every category and channel, and with every flag that law or the pack itself speaks of.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import product

from services.routing.decisions.rules.acts import ActKind
from services.routing.decisions.rules.gates import RESULTS, GateResult
from services.routing.decisions.rules.pack import (
    NO_ACTS,
    Acts,
    Applied,
    Change,
    Conditions,
    Danger,
    Pack,
    Row,
    apply,
    changed_to,
    holds,
)
from services.routing.decisions.rules.ruling import MEDIATION, PATROL, Ruling, ruling
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import PackVersion, Rejection, RuleId, value

FIRM_OR_MEDIATION = MEDIATION | {Channel.EPS}
OFFICERS_FIRST = PATROL | {Channel.CHILD, Channel.SUP}
HARM = (Flag.VIOLENCE_SIGN, Flag.SEXUAL_CONTENT, Flag.DV)
OPENING = frozenset(
    {
        GateResult.NOT_A_CRIME,
        GateResult.LIFTED_WITH_REASON,
        GateResult.NOT_DV,
        GateResult.CLEAR,
        GateResult.LAWFUL,
        GateResult.YES,
    }
)
CALM: Danger = frozenset()
TRIED_ON = PackVersion("tried")


class RowAsksNothing(Rejection):
    """It would hold for every request. `row`"""


class RowDoesNothing(Rejection):
    """It neither changes the ruling nor closes a gate. `row`"""


class RowContradictsItself(Rejection):
    """No request can be so. `row`"""


class RowNeverReached(Rejection):
    """The rows above it leave nothing for it. `row`"""


class LawUnknown(Rejection):
    """It cites what is no rule of the desk. `row`, `law`"""


class RowOpensGate(Rejection):
    """R-27: a row closes a gate; only a person opens one. `row`, `gate`"""

    rule = "R-27"


class DangerLoosened(Rejection):
    """R-22: where somebody is in danger officers go at once. `example`"""

    rule = "R-22"


class FamilyViolenceLoosened(Rejection):
    """R-18: family violence goes to officers first, and joint mediation stays closed. `example`"""

    rule = "R-18"


class MinorsLoosened(Rejection):
    """R-32: harm to a minor, or the suspicion of it, goes to the child lane. `example`"""

    rule = "R-32"


class GuardianLoosened(Rejection):
    """R-06: a minor is not mediated without the guardian. `example`"""

    rule = "R-06"


class CrimeGateLoosened(Rejection):
    """R-28: a firm's dispute waits until an investigator has said that it is no crime. `example`"""

    rule = "R-28"


class ComplaintsLoosened(Rejection):
    """R-24: a complaint about the police goes to supervision. `example`"""

    rule = "R-24"


class ViolationLoosened(Rejection):
    """R-01: police mediation needs a violation. `example`"""

    rule = "R-01"


@value
class Tried:
    """One made-up request, and what the pack makes of it."""

    before: Ruling
    danger: Danger
    acts: Acts
    applied: Applied

    def closes(self, gate: Gate, *results: GateResult) -> bool:
        return any(each.gate is gate and each.result in results for each in self.applied.closes)


def check(rows: tuple[Row, ...], laws: frozenset[RuleId]) -> None:
    """Raises the first fault of `rows`."""
    for fault in faults(rows, laws):
        raise fault


@lru_cache(maxsize=16)
def faults(rows: tuple[Row, ...], laws: frozenset[RuleId]) -> tuple[Rejection, ...]:
    """All of them. Asked at each look at a draft, and it takes a tenth of a second: the answer is kept."""
    return tuple(_faults(rows, laws))


def _faults(rows: tuple[Row, ...], laws: frozenset[RuleId]) -> Iterator[Rejection]:
    for row in rows:
        yield from _of_row(row, laws)
    pack = Pack(TRIED_ON, date.min, rows)
    for row in rows:
        if row.when and not _contradicts(row) and not _reached(row, pack):
            yield RowNeverReached(row=row.number)
    yield from _against_law(pack)


def _of_row(row: Row, laws: frozenset[RuleId]) -> Iterator[Rejection]:
    if not row.when or Conditions() in row.when:
        yield RowAsksNothing(row=row.number)
    if row.then == Change() and row.closes is None:
        yield RowDoesNothing(row=row.number)
    if _contradicts(row):
        yield RowContradictsItself(row=row.number)
    if row.law is not None and row.law not in laws:
        yield LawUnknown(row=row.number, law=row.law)
    if row.closes and (row.closes.result in OPENING or row.closes.result not in RESULTS[row.closes.gate]):
        yield RowOpensGate(row=row.number, gate=row.closes.gate)


def _contradicts(row: Row) -> bool:
    return any(
        (line.categories and not set(line.categories) - set(line.not_categories))
        or (line.channels and not set(line.channels) - set(line.not_channels))
        or set(line.flags_all) & set(line.flags_none)
        or (line.flags_any and not set(line.flags_any) - set(line.flags_none))
        or set(line.danger_all) & set(line.danger_none)
        or (line.danger_any and not set(line.danger_any) - set(line.danger_none))
        for line in row.when
    )


def _reached(row: Row, pack: Pack) -> bool:
    return any(_hits(row, pack, *wanted) for line in row.when for wanted in _wanted(line, pack))


def _hits(row: Row, pack: Pack, found: Ruling, danger: Danger, acts: Acts) -> bool:
    for each in pack.rows:
        if each.number == row.number:
            return holds(each, found, danger, acts)
        if holds(each, found, danger, acts):
            found = changed_to(each.then, found)
    return False


def _wanted(line: Conditions, pack: Pack) -> Iterator[tuple[Ruling, Danger, Acts]]:
    """Requests that a line asks for: with no flag but those it wants, and with each one that other rows shy from."""
    shied = {flag for row in pack.rows for each in row.when for flag in each.flags_none} - set(line.flags_none)
    one_flag: Sequence[Flag | None] = line.flags_any or (None,)
    one_danger: Sequence[DangerKind | None] = line.danger_any or (None,)
    one_act: Sequence[ActKind | None] = line.acts_any or (None,)
    for more, flag, danger, act in product((None, *sorted(shied)), one_flag, one_danger, one_act):
        flags = {*line.flags_all, *(each for each in (flag, more) if each)}
        kinds = frozenset({*line.danger_all, *((danger,) if danger else ())})
        for category, channel, police, priority in product(
            line.categories or Category,
            line.channels or Channel,
            line.police or (Police.LEAD,),
            line.priorities or (Priority.P2,),
        ):
            if category not in line.not_categories and channel not in line.not_channels:
                found = ruling(category, frozenset(flags), priority, police, channel)
                yield found, kinds, frozenset({act}) if act else NO_ACTS


def _against_law(pack: Pack) -> Iterator[Rejection]:
    found: set[type[Rejection]] = set()
    for tried in _tried(pack):
        for loosened, kept in LAWS.items():
            if loosened not in found and not kept(tried):
                found.add(loosened)
                before = tried.before
                example = (before.category, before.channel, *before.flags, *sorted(tried.danger))
                yield loosened(example=" ".join(example))


def _tried(pack: Pack) -> Iterator[Tried]:
    lines = [line for row in pack.rows for line in row.when]
    priorities = sorted({Priority.P3, *(each for line in lines for each in line.priorities)})
    police = sorted({Police.LEAD, *(each for line in lines for each in line.police)})
    every = tuple(product(Category, Channel))
    for (category, channel), flags, priority, owner in product(every, _flags(lines), priorities, police):
        found = ruling(category, flags, priority, owner, channel)
        yield Tried(found, CALM, NO_ACTS, apply(pack, found, CALM))
    for (category, channel), flag, act in product(every, (None, Flag.DV, Flag.MINOR), ActKind):
        found = ruling(category, frozenset({flag} if flag else ()), Priority.P3, Police.LEAD, channel)
        yield Tried(found, CALM, frozenset({act}), apply(pack, found, CALM, frozenset({act})))
    for (category, channel), kinds in product(every, _dangers()):
        found = ruling(category, (), Priority.P3, Police.LEAD, channel)
        yield Tried(found, kinds, NO_ACTS, apply(pack, found, kinds))


def _flags(lines: Sequence[Conditions]) -> list[frozenset[Flag]]:
    """The sets of flags that law speaks of, and each of them with every other flag that the pack speaks of."""
    mentioned = {flag for line in lines for flag in (*line.flags_all, *line.flags_any, *line.flags_none)}
    of_law: list[frozenset[Flag]] = [
        frozenset(),
        frozenset({Flag.DV}),
        frozenset({Flag.MINOR}),
        frozenset({Flag.CRIME_POSSIBLE}),
    ]
    harmed = [frozenset({Flag.MINOR, each}) for each in HARM]
    with_others = [flags | {other} for flags in of_law for other in sorted(mentioned)]
    return list(dict.fromkeys((*of_law, *harmed, *with_others)))


def _dangers() -> list[Danger]:
    alone: list[Danger] = [frozenset({kind}) for kind in DangerKind]
    return [*alone, frozenset({DangerKind.CHILD_HARM, DangerKind.SUICIDE}), frozenset(DangerKind)]


def _danger_kept(tried: Tried) -> bool:
    after = tried.applied.ruling
    if not tried.danger:
        return True
    life = tried.danger - {DangerKind.CHILD_HARM}
    wanted = {Channel.DSP} if life else {Channel.DSP, Channel.CHILD}
    return after.priority is Priority.P0 and after.channel in wanted


def _violence_kept(tried: Tried) -> bool:
    before, after = tried.before, tried.applied.ruling
    if not before.has(Flag.DV) or after.category is Category.FBK or tried.danger:
        return True
    if after.channel not in OFFICERS_FIRST:
        return False
    told = before.channel in MEDIATION and before.category is Category.DIS and not before.has(Flag.MINOR)
    return not told or tried.acts != NO_ACTS or tried.closes(Gate.DV_GATE, GateResult.BLOCKED)


def _minors_kept(tried: Tried) -> bool:
    before, after = tried.before, tried.applied.ruling
    if DangerKind.CHILD_HARM in tried.danger:
        to_the_lane = after.channel is Channel.CHILD or tried.closes(Gate.MINOR_GATE, GateResult.CHILD_LANE)
        return to_the_lane and after.has(Flag.MINOR)
    if tried.danger or before.category in (Category.EMG, Category.FRD):
        return True
    if before.category is Category.MIN or (before.has(Flag.MINOR) and before.has(*HARM)):
        return after.channel is Channel.CHILD and after.priority in (Priority.P0, Priority.P1)
    return True


def _guardian_kept(tried: Tried) -> bool:
    after = tried.applied.ruling
    if not tried.before.has(Flag.MINOR) or after.channel not in MEDIATION:
        return True
    return tried.closes(Gate.MINOR_GATE, GateResult.GUARDIAN_NEEDED, GateResult.CHILD_LANE)


def _crime_gate_kept(tried: Tried) -> bool:
    before, after = tried.before, tried.applied.ruling
    if after.channel not in FIRM_OR_MEDIATION:
        return True
    if after.category is Category.CRM:
        return False
    firm = before.category is Category.ENT and not before.has(Flag.PROJECT)
    asked = before.channel in FIRM_OR_MEDIATION and (firm or before.has(Flag.CRIME_POSSIBLE))
    return not asked or tried.closes(Gate.CRIME_OR_CIVIL, GateResult.UNDECIDED)


def _complaints_kept(tried: Tried) -> bool:
    before, after = tried.before, tried.applied.ruling
    if before.category is not Category.CPL or tried.danger or (before.has(Flag.MINOR) and before.has(*HARM)):
        return True
    return after.channel is Channel.SUP and tried.closes(Gate.SELF_COMPLAINT, GateResult.REDIRECTED)


def _violation_kept(tried: Tried) -> bool:
    after = tried.applied.ruling
    return after.channel is not Channel.PSM or after.category is Category.PSO


LAWS = {
    DangerLoosened: _danger_kept,
    FamilyViolenceLoosened: _violence_kept,
    MinorsLoosened: _minors_kept,
    GuardianLoosened: _guardian_kept,
    CrimeGateLoosened: _crime_gate_kept,
    ComplaintsLoosened: _complaints_kept,
    ViolationLoosened: _violation_kept,
}
"""What law demands of a pack, and what is refused where it is not kept."""

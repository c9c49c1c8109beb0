"""Rule packs: decision tables over what the model said. A row is named `<pack>/<number>` and cites its law.

Danger only raises. A row may narrow where a request goes, or close a gate; it never opens one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.ruling import MEDIATION, PATROL, Ruling, at_least, flagged
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import PackVersion, RuleId, value

Danger = frozenset[DangerKind]

LIFE: Danger = frozenset(DangerKind) - {DangerKind.CHILD_HARM, DangerKind.FRAUD_NOW}
HARM = (Flag.VIOLENCE_SIGN, Flag.SEXUAL_CONTENT, Flag.DV)


@value
class Closes:
    gate: Gate
    result: GateResult


@value
class Row:
    number: int
    law: RuleId | None
    """None where practice, not law, asks for the row."""
    means: str
    when: Callable[[Ruling, Danger], bool]
    then: Callable[[Ruling], Ruling] = lambda ruling: ruling
    closes: Closes | None = None


@value
class Pack:
    version: PackVersion
    in_force_from: date
    rows: tuple[Row, ...]

    def row_id(self, row: Row) -> RuleId:
        return RuleId(f"{self.version}/{row.number}")


@value
class Applied:
    ruling: Ruling
    rows: tuple[RuleId, ...]
    """Every row that changed something or closed a gate."""
    changed_by: RuleId | None
    closes: tuple[Closes, ...]


def _to(
    category: Category | None = None,
    channel: Channel | None = None,
    police: Police | None = None,
    floor: Priority = Priority.P3,
    flag: Flag | None = None,
) -> Callable[[Ruling], Ruling]:
    def change(found: Ruling) -> Ruling:
        changed = replace(
            found,
            category=category or found.category,
            channel=channel or found.channel,
            police=police or found.police,
            priority=at_least(found.priority, floor),
        )
        return flagged(changed, flag) if flag else changed

    return change


def _answered_at_leisure(found: Ruling) -> Ruling:
    return replace(found, channel=Channel.BOT, police=Police.OWN, priority=Priority.P3)


def _economic(found: Ruling, danger: Danger) -> bool:
    """A firm's matter is economic until somebody says otherwise; an obstructed project has a gate of its own."""
    to_firm_or_mediation = found.channel in MEDIATION | {Channel.EPS}
    firm = found.category is Category.ENT and not found.has(Flag.PROJECT)
    return to_firm_or_mediation and (firm or found.has(Flag.CRIME_POSSIBLE))


ROWS_2026_01 = (
    Row(
        1,
        RuleId("R-22"),
        "A life is in danger: officers go now",
        lambda found, danger: bool(danger & LIFE),
        _to(Category.EMG, Channel.DSP, Police.OWN, Priority.P0),
    ),
    Row(
        2,
        RuleId("R-32"),
        "A child is being harmed: child lane now",
        lambda found, danger: DangerKind.CHILD_HARM in danger and not danger & LIFE,
        _to(Category.MIN, Channel.CHILD, Police.OWN, Priority.P0, Flag.MINOR),
    ),
    Row(
        3,
        RuleId("R-32"),
        "A child is being harmed while a life is in danger: the child lane follows the patrol",
        lambda found, danger: DangerKind.CHILD_HARM in danger and bool(danger & LIFE),
        _to(flag=Flag.MINOR),
        Closes(Gate.MINOR_GATE, GateResult.CHILD_LANE),
    ),
    Row(
        4,
        RuleId("R-22"),
        "Money is moving to a swindler: stop it now",
        lambda found, danger: danger == {DangerKind.FRAUD_NOW},
        _to(Category.FRD, Channel.DSP, Police.OWN, Priority.P0, Flag.CRIME_POSSIBLE),
    ),
    Row(
        5,
        RuleId("R-21"),
        "An emergency is police business, now",
        lambda found, danger: found.category in (Category.EMG, Category.FRD),
        _to(channel=Channel.DSP, police=Police.OWN, floor=Priority.P0),
    ),
    Row(
        6,
        RuleId("R-32"),
        "Harm to a minor: suspicion is enough for the child lane",
        lambda found, danger: (
            found.category not in (Category.EMG, Category.FRD) and found.has(Flag.MINOR) and found.has(*HARM)
        ),
        _to(category=Category.MIN),
    ),
    Row(
        7,
        RuleId("R-32"),
        "Protection of a minor goes to the child lane",
        lambda found, danger: found.category is Category.MIN,
        _to(channel=Channel.CHILD, police=Police.OWN, floor=Priority.P1, flag=Flag.MINOR),
        Closes(Gate.MINOR_GATE, GateResult.CHILD_LANE),
    ),
    Row(
        8,
        RuleId("R-24"),
        "A complaint about the police goes to supervision, never to the unit complained of",
        lambda found, danger: found.category is Category.CPL,
        _to(channel=Channel.SUP, police=Police.OWN),
        Closes(Gate.SELF_COMPLAINT, GateResult.REDIRECTED),
    ),
    Row(
        9,
        RuleId("R-18"),
        "Family violence is no family quarrel: officers go first, no joint mediation",
        lambda found, danger: (
            found.has(Flag.DV)
            and found.category is not Category.FBK
            and found.channel not in PATROL | {Channel.CHILD, Channel.SUP}
        ),
        _to(channel=Channel.DSP, police=Police.OWN, floor=Priority.P1),
        Closes(Gate.DV_GATE, GateResult.BLOCKED),
    ),
    Row(
        10,
        RuleId("R-28"),
        "A crime is not mediated",
        lambda found, danger: found.category is Category.CRM and found.channel in MEDIATION | {Channel.EPS},
        _to(channel=Channel.CASE, police=Police.OWN),
    ),
    Row(
        11,
        RuleId("R-01"),
        "Police mediation needs a violation; a plain dispute goes to people's mediation",
        lambda found, danger: found.channel is Channel.PSM and found.category is not Category.PSO,
        _to(channel=Channel.PM, police=Police.LEAD),
    ),
    Row(
        12,
        RuleId("R-28"),
        "Economic matter: an investigator says first whether it is a crime",
        _economic,
        closes=Closes(Gate.CRIME_OR_CIVIL, GateResult.UNDECIDED),
    ),
    Row(
        13,
        None,
        "Obstructed project: its lawfulness is checked before anybody is persuaded",
        lambda found, danger: found.category is Category.ENT and found.has(Flag.PROJECT),
        _to(channel=Channel.EPS, police=Police.LEAD),
        Closes(Gate.LEGALITY, GateResult.UNDECIDED),
    ),
    Row(
        14,
        RuleId("R-06"),
        "A minor in mediation: no session without the guardian",
        lambda found, danger: found.has(Flag.MINOR) and found.channel in MEDIATION,
        closes=Closes(Gate.MINOR_GATE, GateResult.GUARDIAN_NEEDED),
    ),
    Row(
        15,
        None,
        "Thanks and opinions open no case",
        lambda found, danger: found.category is Category.FBK,
        _answered_at_leisure,
    ),
    Row(
        16,
        None,
        "A question is answered",
        lambda found, danger: found.category is Category.INQ and not found.has(Flag.DV),
        _to(channel=Channel.BOT, police=Police.OWN),
    ),
)

PACKS = (Pack(PackVersion("pack-2026-01"), date(2026, 1, 1), ROWS_2026_01),)


def pack_for(day: date, packs: tuple[Pack, ...] = PACKS) -> Pack:
    """The pack in force on the day of filing; before the first one, the first."""
    in_force = [pack for pack in packs if pack.in_force_from <= day]
    return max(in_force or packs[:1], key=lambda pack: pack.in_force_from)


def apply(pack: Pack, found: Ruling, danger: Danger) -> Applied:
    """Rows in order, each on what the rows before it left."""
    rows: list[RuleId] = []
    closes: list[Closes] = []
    changed_by = None
    for row in pack.rows:
        if not row.when(found, danger):
            continue
        changed = row.then(found)
        if changed != found:
            changed_by = pack.row_id(row)
        if row.closes:
            closes.append(row.closes)
        if changed != found or row.closes:
            rows.append(pack.row_id(row))
        found = changed
    return Applied(found, tuple(rows), changed_by, tuple(closes))


def closed_by(pack: Pack, found: Ruling) -> tuple[Closes, ...]:
    """The gates that a person's own ruling meets; the ruling itself stays as it is."""
    met = (row.closes for row in pack.rows if row.closes and row.when(found, frozenset()))
    return tuple(met)

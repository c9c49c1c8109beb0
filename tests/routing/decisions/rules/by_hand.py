"""The rows of 2026-01 written by hand as functions: the other opinion that the shipped table is held against."""

from collections.abc import Callable
from dataclasses import replace

from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.pack import Applied, Closes, Danger
from services.routing.decisions.rules.ruling import MEDIATION, PATROL, Ruling, at_least, flagged
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import RuleId, value

LIFE: Danger = frozenset(DangerKind) - {DangerKind.CHILD_HARM, DangerKind.FRAUD_NOW}
HARM = (Flag.VIOLENCE_SIGN, Flag.SEXUAL_CONTENT, Flag.DV)


@value
class HandRow:
    number: int
    law: RuleId | None
    """None where practice, not law, asks for the row."""
    means: str
    when: Callable[[Ruling, Danger], bool]
    then: Callable[[Ruling], Ruling] = lambda ruling: ruling
    closes: Closes | None = None


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
    HandRow(
        1,
        RuleId("R-22"),
        "A life is in danger: officers go now",
        lambda found, danger: bool(danger & LIFE),
        _to(Category.EMG, Channel.DSP, Police.OWN, Priority.P0),
    ),
    HandRow(
        2,
        RuleId("R-32"),
        "A child is being harmed: child lane now",
        lambda found, danger: DangerKind.CHILD_HARM in danger and not danger & LIFE,
        _to(Category.MIN, Channel.CHILD, Police.OWN, Priority.P0, Flag.MINOR),
    ),
    HandRow(
        3,
        RuleId("R-32"),
        "A child is being harmed while a life is in danger: the child lane follows the patrol",
        lambda found, danger: DangerKind.CHILD_HARM in danger and bool(danger & LIFE),
        _to(flag=Flag.MINOR),
        Closes(Gate.MINOR_GATE, GateResult.CHILD_LANE),
    ),
    HandRow(
        4,
        RuleId("R-22"),
        "Money is moving to a swindler: stop it now",
        lambda found, danger: danger == {DangerKind.FRAUD_NOW},
        _to(Category.FRD, Channel.DSP, Police.OWN, Priority.P0, Flag.CRIME_POSSIBLE),
    ),
    HandRow(
        5,
        RuleId("R-21"),
        "An emergency is police business, now",
        lambda found, danger: found.category in (Category.EMG, Category.FRD),
        _to(channel=Channel.DSP, police=Police.OWN, floor=Priority.P0),
    ),
    HandRow(
        6,
        RuleId("R-32"),
        "Harm to a minor: suspicion is enough for the child lane",
        lambda found, danger: (
            found.category not in (Category.EMG, Category.FRD) and found.has(Flag.MINOR) and found.has(*HARM)
        ),
        _to(category=Category.MIN),
    ),
    HandRow(
        7,
        RuleId("R-32"),
        "Protection of a minor goes to the child lane",
        lambda found, danger: found.category is Category.MIN,
        _to(channel=Channel.CHILD, police=Police.OWN, floor=Priority.P1, flag=Flag.MINOR),
        Closes(Gate.MINOR_GATE, GateResult.CHILD_LANE),
    ),
    HandRow(
        8,
        RuleId("R-24"),
        "A complaint about the police goes to supervision, never to the unit complained of",
        lambda found, danger: found.category is Category.CPL,
        _to(channel=Channel.SUP, police=Police.OWN),
        Closes(Gate.SELF_COMPLAINT, GateResult.REDIRECTED),
    ),
    HandRow(
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
    HandRow(
        10,
        RuleId("R-28"),
        "A crime is not mediated",
        lambda found, danger: found.category is Category.CRM and found.channel in MEDIATION | {Channel.EPS},
        _to(channel=Channel.CASE, police=Police.OWN),
    ),
    HandRow(
        11,
        RuleId("R-01"),
        "Police mediation needs a violation; a plain dispute goes to people's mediation",
        lambda found, danger: found.channel is Channel.PSM and found.category is not Category.PSO,
        _to(channel=Channel.PM, police=Police.LEAD),
    ),
    HandRow(
        12,
        RuleId("R-28"),
        "Economic matter: an investigator says first whether it is a crime",
        _economic,
        closes=Closes(Gate.CRIME_OR_CIVIL, GateResult.UNDECIDED),
    ),
    HandRow(
        13,
        None,
        "Obstructed project: its lawfulness is checked before anybody is persuaded",
        lambda found, danger: found.category is Category.ENT and found.has(Flag.PROJECT),
        _to(channel=Channel.EPS, police=Police.LEAD),
        Closes(Gate.LEGALITY, GateResult.UNDECIDED),
    ),
    HandRow(
        14,
        RuleId("R-06"),
        "A minor in mediation: no session without the guardian",
        lambda found, danger: found.has(Flag.MINOR) and found.channel in MEDIATION,
        closes=Closes(Gate.MINOR_GATE, GateResult.GUARDIAN_NEEDED),
    ),
    HandRow(
        15,
        None,
        "Thanks and opinions open no case",
        lambda found, danger: found.category is Category.FBK,
        _answered_at_leisure,
    ),
    HandRow(
        16,
        None,
        "A question is answered",
        lambda found, danger: found.category is Category.INQ and not found.has(Flag.DV),
        _to(channel=Channel.BOT, police=Police.OWN),
    ),
)


def apply_by_hand(found: Ruling, danger: Danger) -> Applied:
    rows: list[RuleId] = []
    closes: list[Closes] = []
    changed_by = None
    for row in ROWS_2026_01:
        if not row.when(found, danger):
            continue
        changed = row.then(found)
        id = RuleId(f"pack-2026-01/{row.number}")
        if changed != found:
            changed_by = id
        if row.closes:
            closes.append(row.closes)
        if changed != found or row.closes:
            rows.append(id)
        found = changed
    return Applied(found, tuple(rows), changed_by, tuple(closes))


def met_by_hand(found: Ruling) -> tuple[Closes, ...]:
    return tuple(row.closes for row in ROWS_2026_01 if row.closes and row.when(found, frozenset()))

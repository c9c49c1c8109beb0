"""Rule packs: decision tables over what the model said. A row is named `<pack>/<number>` and cites its law.

Rows are data (`rulepacks/shipped/*.json`, or published at the desk); here is what they mean. Danger only raises. A row
may narrow where a request goes, or close a gate; it never opens one.
"""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Protocol

from services.routing.decisions.rules.acts import ActKind
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.ruling import Ruling, at_least, flagged
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import PackVersion, RuleId, value

Danger = frozenset[DangerKind]
Acts = frozenset[ActKind]

NO_ACTS: Acts = frozenset()


class RowReason(StrEnum):
    """Why a row stands in a pack. The first ones are those of the shipped packs, the last a bureau's own."""

    LIFE_IN_DANGER = "life_in_danger"
    CHILD_IN_DANGER = "child_in_danger"
    CHILD_AFTER_PATROL = "child_after_patrol"
    MONEY_MOVING = "money_moving"
    EMERGENCY_NOW = "emergency_now"
    MINOR_HARMED = "minor_harmed"
    CHILD_LANE = "child_lane"
    COMPLAINT_TO_SUPERVISION = "complaint_to_supervision"
    FAMILY_VIOLENCE = "family_violence"
    CRIME_NOT_MEDIATED = "crime_not_mediated"
    VIOLATION_NEEDED = "violation_needed"
    CRIME_ASKED_FIRST = "crime_asked_first"
    LAWFULNESS_FIRST = "lawfulness_first"
    GUARDIAN_FIRST = "guardian_first"
    OPENS_NO_CASE = "opens_no_case"
    ANSWERED = "answered"
    NEW_VIOLATION = "new_violation"
    NOT_YET_A_VIOLATION = "not_yet_a_violation"
    LOCAL_PRACTICE = "local_practice"
    LAW_CHANGED = "law_changed"
    SEASON = "season"
    CAPACITY = "capacity"
    PILOT = "pilot"
    LESSON_LEARNED = "lesson_learned"


MEANS: dict[RowReason, str] = {
    RowReason.LIFE_IN_DANGER: "A life is in danger: officers go now",
    RowReason.CHILD_IN_DANGER: "A child is being harmed: child lane now",
    RowReason.CHILD_AFTER_PATROL: (
        "A child is being harmed while a life is in danger: the child lane follows the patrol"
    ),
    RowReason.MONEY_MOVING: "Money is moving to a swindler: stop it now",
    RowReason.EMERGENCY_NOW: "An emergency is police business, now",
    RowReason.MINOR_HARMED: "Harm to a minor: suspicion is enough for the child lane",
    RowReason.CHILD_LANE: "Protection of a minor goes to the child lane",
    RowReason.COMPLAINT_TO_SUPERVISION: (
        "A complaint about the police goes to supervision, never to the unit complained of"
    ),
    RowReason.FAMILY_VIOLENCE: "Family violence is no family quarrel: officers go first, no joint mediation",
    RowReason.CRIME_NOT_MEDIATED: "A crime is not mediated",
    RowReason.VIOLATION_NEEDED: ("Police mediation needs a violation; a plain dispute goes to people's mediation"),
    RowReason.CRIME_ASKED_FIRST: "Economic matter: an investigator says first whether it is a crime",
    RowReason.LAWFULNESS_FIRST: "Obstructed project: its lawfulness is checked before anybody is persuaded",
    RowReason.GUARDIAN_FIRST: "A minor in mediation: no session without the guardian",
    RowReason.OPENS_NO_CASE: "Thanks and opinions open no case",
    RowReason.ANSWERED: "A question is answered",
    RowReason.NEW_VIOLATION: "A violation by the law in force from 2026",
    RowReason.NOT_YET_A_VIOLATION: "Done before the law made it a violation: not judged by it",
    RowReason.LOCAL_PRACTICE: "How this bureau does it",
    RowReason.LAW_CHANGED: "The law has changed",
    RowReason.SEASON: "A season, a festival, an exam",
    RowReason.CAPACITY: "Who has hands free",
    RowReason.PILOT: "Tried out for a time",
    RowReason.LESSON_LEARNED: "Learned from past requests",
}


@value
class Conditions:
    """All of them hold; what is empty asks nothing."""

    categories: tuple[Category, ...] = ()
    not_categories: tuple[Category, ...] = ()
    channels: tuple[Channel, ...] = ()
    not_channels: tuple[Channel, ...] = ()
    priorities: tuple[Priority, ...] = ()
    police: tuple[Police, ...] = ()
    flags_all: tuple[Flag, ...] = ()
    flags_any: tuple[Flag, ...] = ()
    flags_none: tuple[Flag, ...] = ()
    danger_all: tuple[DangerKind, ...] = ()
    danger_any: tuple[DangerKind, ...] = ()
    danger_none: tuple[DangerKind, ...] = ()
    acts_any: tuple[ActKind, ...] = ()


@value
class Change:
    """What becomes of the ruling; what is None stays."""

    category: Category | None = None
    channel: Channel | None = None
    police: Police | None = None
    floor: Priority | None = None
    """At least so urgent."""
    priority: Priority | None = None
    """Exactly so urgent."""
    flag: Flag | None = None


@value
class Closes:
    gate: Gate
    result: GateResult


@value
class Row:
    number: int
    law: RuleId | None
    """None where practice, not law, asks for the row."""
    reason: RowReason
    when: tuple[Conditions, ...]
    """Any of them."""
    then: Change = Change()
    closes: Closes | None = None

    @property
    def means(self) -> str:
        return MEANS[self.reason]


@value
class Pack:
    version: PackVersion
    in_force_from: date
    rows: tuple[Row, ...]

    def row_id(self, row: Row) -> RuleId:
        return RuleId(f"{self.version}/{row.number}")


class Packs(Protocol):
    """The packs at hand, shipped and published."""

    def on(self, day: date) -> Pack: ...


@value
class Applied:
    ruling: Ruling
    rows: tuple[RuleId, ...]
    """Every row that changed something or closed a gate."""
    changed_by: RuleId | None
    closes: tuple[Closes, ...]


def pack_for(day: date, packs: tuple[Pack, ...]) -> Pack:
    """The pack in force on a day; of two from the same day the later one, before the first one the first."""
    in_force = [pack for pack in packs if pack.in_force_from <= day]
    if not in_force:
        return min(packs, key=lambda pack: pack.in_force_from)
    return max(reversed(in_force), key=lambda pack: pack.in_force_from)


def apply(pack: Pack, found: Ruling, danger: Danger, acts: Acts = NO_ACTS) -> Applied:
    """Rows in order, each on what the rows before it left."""
    rows: list[RuleId] = []
    closes: list[Closes] = []
    changed_by = None
    for row in pack.rows:
        if not holds(row, found, danger, acts):
            continue
        changed = changed_to(row.then, found)
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
    met = (row.closes for row in pack.rows if row.closes and holds(row, found, frozenset(), NO_ACTS))
    return tuple(met)


def holds(row: Row, found: Ruling, danger: Danger, acts: Acts) -> bool:
    return any(_hold(conditions, found, danger, acts) for conditions in row.when)


def _hold(asked: Conditions, found: Ruling, danger: Danger, acts: Acts) -> bool:
    return (
        (not asked.categories or found.category in asked.categories)
        and found.category not in asked.not_categories
        and (not asked.channels or found.channel in asked.channels)
        and found.channel not in asked.not_channels
        and (not asked.priorities or found.priority in asked.priorities)
        and (not asked.police or found.police in asked.police)
        and all(flag in found.flags for flag in asked.flags_all)
        and (not asked.flags_any or any(flag in found.flags for flag in asked.flags_any))
        and not any(flag in found.flags for flag in asked.flags_none)
        and danger.issuperset(asked.danger_all)
        and (not asked.danger_any or not danger.isdisjoint(asked.danger_any))
        and danger.isdisjoint(asked.danger_none)
        and (not asked.acts_any or not acts.isdisjoint(asked.acts_any))
    )


def changed_to(change: Change, found: Ruling) -> Ruling:
    priority = change.priority or found.priority
    changed = replace(
        found,
        category=change.category or found.category,
        channel=change.channel or found.channel,
        police=change.police or found.police,
        priority=at_least(priority, change.floor) if change.floor else priority,
    )
    return flagged(changed, change.flag) if change.flag else changed

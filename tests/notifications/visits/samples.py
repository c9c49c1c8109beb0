"""People, days and wishes of follow-up visits."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.notifications.visits.commands import (
    AssignRevisit,
    CallOffRevisits,
    NoteRevisitOverdue,
    PlanRevisits,
    RecordRevisit,
)
from services.notifications.visits.facts import Found, Matter, WhyNot
from services.notifications.visits.rules.planning import PlanRow, Risk, Window
from shared.contracts.codes import Category, Channel, Flag, Outcome, Priority
from shared.kernel import Digest, ItemCode, PersonId, RequestId, TextRef, UnitCode

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REQUEST = RequestId(UUID(int=1))
STATION, OTHER_STATION = UnitCode("STATION-GL"), UnitCode("STATION-NG")
TENANT = PersonId(UUID(int=11))
HANDLER, BEAT_OFFICER, DEPUTY = PersonId(UUID(int=21)), PersonId(UUID(int=22)), PersonId(UUID(int=23))
WORDS = TextRef(UUID(int=31), Digest("a" * 64))

WEEK, MONTH = ItemCode("escalation"), ItemCode("settled_dispute")
TABLE = (
    PlanRow(WEEK, (7, 30), flags=frozenset({Flag.ESCALATION})),
    PlanRow(MONTH, (30,), categories=frozenset({Category.DIS}), outcomes=frozenset({Outcome.SETTLED})),
    PlanRow(ItemCode("bad_rating"), (7,), bad_rating=True),
    PlanRow(ItemCode("duty_watched"), (30, 90), duty_watched=True),
    PlanRow(ItemCode("urgent"), (7,), priorities=frozenset({Priority.P0})),
)


def later(days: float) -> datetime:
    return MONDAY + timedelta(days=days)


WINDOWS = {7: Window(later(5), later(7)), 30: Window(later(25), later(30)), 90: Window(later(80), later(90))}
CALM_DISPUTE = Risk(Category.DIS, frozenset(), Priority.P2, Outcome.SETTLED, bad_rating=False, duty_watched=False)
TENSE_DISPUTE = Risk(
    Category.DIS, frozenset({Flag.ESCALATION}), Priority.P1, Outcome.SETTLED, bad_rating=False, duty_watched=False
)


def plans(
    risk: Risk = TENSE_DISPUTE, *, attempt: int = 1, handler: PersonId | None = HANDLER, owner: PersonId = BEAT_OFFICER
) -> PlanRevisits:
    return PlanRevisits(
        request_id=REQUEST,
        matter=Matter(attempt, risk.category, risk.priority, Channel.PM, STATION, handler, TENANT),
        proposed=(owner, DEPUTY),
        risk=risk,
        table=TABLE,
        windows=WINDOWS,
        at=MONDAY,
    )


def finds(
    found: Found,
    *,
    day: int = 7,
    by: PersonId = BEAT_OFFICER,
    on: float = 6,
    satisfied: bool | None = None,
    note: TextRef | None = None,
) -> RecordRevisit:
    return RecordRevisit(
        day=day, found=found, satisfied=satisfied, note=note, visitor=by, next_try=later(on + 1), at=later(on)
    )


def sends(person: PersonId, day: int = 7) -> AssignRevisit:
    return AssignRevisit(day=day, unit=OTHER_STATION, visitor=person, at=later(1))


def calls_off(why: WhyNot, attempt: int = 1) -> CallOffRevisits:
    return CallOffRevisits(request_id=REQUEST, why=why, attempt=attempt, at=later(2))


def overdue(day: int = 7, on: float = 7) -> NoteRevisitOverdue:
    return NoteRevisitOverdue(day=day, at=later(on))

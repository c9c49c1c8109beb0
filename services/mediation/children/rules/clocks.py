"""The three clocks of the lane (CL-070, CL-071, CL-072): warn, breach, escalate. A test holds them to clocks.csv."""

from typing import Final

from services.mediation.children.commands import WatchChildClock
from services.mediation.children.facts import (
    FEEDBACK,
    REPORT,
    SCHOOL,
    ChildClockBreached,
    ChildClockEscalated,
    ChildClockWarned,
    ChildEvent,
    ClockStep,
)
from services.mediation.children.state import Open
from shared.contracts.codes import Role
from shared.kernel import ClockId, value


@value
class Length:
    n: int
    unit: str
    warn_days: int | None
    """Days before the end; None: warned as it begins."""
    told: Role
    rung: Role


LENGTHS: Final = {
    REPORT: Length(0, "minute", None, Role.CHILD_OFFICER, Role.STATION_LEADER),
    FEEDBACK: Length(3, "calendar_day", 1, Role.CHILD_OFFICER, Role.STATION_LEADER),
    SCHOOL: Length(10, "calendar_day", 2, Role.CHILD_OFFICER, Role.STATION_LEADER),
}
"""The school's next rung by the table is the county's education bureau, which sees nothing of the lane: who answers for
the group takes it there."""

ESCALATES_AFTER_MINUTES: Final = 30
"""After the report was due. Ours: the law says at once and knows no minutes."""


def watch(command: WatchChildClock, file: Open) -> tuple[ChildEvent, ...]:
    """R-32, R-33: warned, then breached, then up the ladder; each once, and only while it is still owed."""
    running = file.clocks.get(command.clock)
    if running is None:
        return ()
    ids = file.offer.child_id, file.offer.request_id
    length = LENGTHS[ClockId(command.clock)]
    match command.step:
        case ClockStep.WARN:
            if running.warned or running.breached:
                return ()
            return (
                ChildClockWarned(
                    child_id=ids[0],
                    request_id=ids[1],
                    clock=command.clock,
                    due=running.due,
                    told=length.told,
                    occurred_at=command.at,
                ),
            )
        case ClockStep.DUE:
            if running.breached or command.at < running.due:
                return ()
            return (
                ChildClockBreached(
                    child_id=ids[0],
                    request_id=ids[1],
                    clock=command.clock,
                    due=running.due,
                    told=length.told,
                    occurred_at=command.at,
                ),
            )
        case ClockStep.ESCALATE:
            if running.escalated or command.at < running.due:
                return ()
            return (
                ChildClockEscalated(
                    child_id=ids[0],
                    request_id=ids[1],
                    clock=command.clock,
                    due=running.due,
                    rung=length.rung,
                    occurred_at=command.at,
                ),
            )

"""The three clocks of the lane (CL-070, CL-071, CL-072): warn, breach, escalate. A test holds them to clocks.csv."""

from typing import Any, Final

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
    length = LENGTHS[ClockId(command.clock)]
    overdue = command.at >= running.due
    about: dict[str, Any] = {
        "child_id": file.offer.child_id,
        "request_id": file.offer.request_id,
        "clock": command.clock,
        "due": running.due,
        "occurred_at": command.at,
    }
    match command.step:
        case ClockStep.WARN if not (running.warned or running.breached):
            return (ChildClockWarned(told=length.told, **about),)
        case ClockStep.DUE if overdue and not running.breached:
            return (ChildClockBreached(told=length.told, **about),)
        case ClockStep.ESCALATE if overdue and not running.escalated:
            return (ChildClockEscalated(rung=length.rung, **about),)
        case _:
            return ()

"""The time limits of `clocks.csv`, and which of them run on a request.

R-20 gives promises to a bureau that has none of its own; this one has (P0 to P3), so that of R-20 only CL-007 and
CL-008, which have no counterpart, are armed.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from shared.contracts.calendar import CalendarYearMissing, Unit, WorkCalendar, work_calendar
from shared.contracts.codes import Category, Door, Priority, Role
from shared.kernel import ClockId, RuleId, value

NEED_INFO = "need_info"


class Moment(StrEnum):
    """What starts or stops a clock, of the facts that reach routing."""

    REQUEST_FILED = "request_filed"
    GROUP_MESSAGE_SEEN = "group_message_seen"
    REQUEST_ROUTED = "request_routed"
    FIRST_RESPONSE = "first_response"
    HANDLING_STARTED = "handling_started"
    REQUESTER_TOLD = "requester_told"
    INFO_REQUESTED = "info_requested"
    SUPPLEMENTED = "supplemented"
    CRIME_REPORT_ACCEPTED = "crime_report_accepted"
    FILING_DECIDED = "filing_decided"
    EXTENSION_APPROVED = "extension_approved"
    FILING_REFUSED = "filing_refused"
    REVIEW_REQUESTED = "review_requested"


@value
class Limit:
    """One row of the table."""

    clock: ClockId
    source: RuleId
    name_zh: str
    length: int | None
    """None where the date or window stands in the thing itself."""
    unit: str
    start: str
    stop: str
    pauses: frozenset[str]
    warn: str
    told: tuple[str, ...]
    next_rung: str

    @property
    def pauses_for_info(self) -> bool:
        return NEED_INFO in self.pauses


@value
class Times:
    due: datetime
    warn: datetime | None
    provisional: bool = False
    """The year's calendar is missing: this is the earliest day that any calendar allows."""


@value
class Count:
    """What a limit is counted by from a day on: one after the other the length of a row (None), or a standstill."""

    start: datetime
    steps: tuple[tuple[ClockId, timedelta | None], ...] = ()

    def then(self, clock: ClockId, still: timedelta | None = None) -> "Count":
        return Count(self.start, (*self.steps, (clock, still)))

    @property
    def begins(self) -> datetime:
        """When it would have begun without a standstill."""
        return self.start + sum((still for _, still in self.steps if still), timedelta())


class ClockTableWrong(Exception):
    """A row that no desk could follow."""


OPENED = (ClockId("CL-007"),)
INFO_WAIT = ClockId("CL-093")
CRIME_REVIEW = ClockId("CL-064")
CRIME_REVIEW_HEAVY = ClockId("CL-065")
CRIME_REVIEW_LONGER = ClockId("CL-066")
CRIME_REVIEW_REFERRED = ClockId("CL-067")
REFUSAL_LETTER = ClockId("CL-068")
REFUSAL_REVIEW = ClockId("CL-069")
CRIME_REVIEWS = (CRIME_REVIEW, CRIME_REVIEW_REFERRED, CRIME_REVIEW_HEAVY, CRIME_REVIEW_LONGER)
"""R-27: how long an investigator may think, by who reported and by what was approved. One of them runs."""
OF_GATES = frozenset((*CRIME_REVIEWS, REFUSAL_LETTER, REFUSAL_REVIEW))
"""Clocks of a gate's own course: no change of the ruling replaces them."""
FEEDBACK: Mapping[Priority, ClockId] = {
    Priority.P0: ClockId("CL-008"),
    Priority.P1: ClockId("CL-018"),
    Priority.P2: ClockId("CL-019"),
    Priority.P3: ClockId("CL-020"),
}
BY_PRIORITY: Mapping[Priority, tuple[ClockId, ...]] = {
    Priority.P0: (ClockId("CL-012"), FEEDBACK[Priority.P0]),
    Priority.P1: (ClockId("CL-013"), ClockId("CL-016"), FEEDBACK[Priority.P1]),
    Priority.P2: (ClockId("CL-014"), ClockId("CL-017"), FEEDBACK[Priority.P2]),
    Priority.P3: (ClockId("CL-015"), FEEDBACK[Priority.P3]),
}
BY_DOOR: Mapping[Door, tuple[ClockId, ...]] = {Door.GROUP_CHAT: (ClockId("CL-096"),)}
"""What was said in a group is answered there sooner than its priority alone would have it (S66)."""
ARMED = frozenset(
    (*OPENED, INFO_WAIT, *OF_GATES, *(clock for ids in (*BY_PRIORITY.values(), *BY_DOOR.values()) for clock in ids))
)


@value
class ClockRules:
    """The table with the calendar that its days are counted by."""

    limits: Mapping[ClockId, Limit]
    calendar: WorkCalendar

    def clocks_for(
        self, category: Category | None, priority: Priority | None, moment: Moment, door: Door | None = None
    ) -> tuple[ClockId, ...]:
        """The clocks that `moment` starts. Feedback opens nothing, so nothing runs on it, unless somebody has to go at
        once (R-22). What a door starts is started by the filing."""
        if category is Category.FBK and priority is not Priority.P0:
            return ()
        chosen = OPENED if priority is None else OPENED + BY_PRIORITY[priority]
        at_the_door = BY_DOOR.get(door, ()) if door and moment is Moment.REQUEST_FILED else ()
        return (*(clock for clock in chosen if self.limits[clock].start == moment), *at_the_door)

    def times(self, clock: ClockId, start: datetime) -> Times:
        limit = self.limits[clock]
        assert limit.length is not None, f"{clock} has no length of its own"
        try:
            due = self.calendar.due(start, limit.length, limit.unit)
            return Times(due, self.warning(clock, start, due))
        except CalendarYearMissing:
            due = self.calendar.earliest(start, limit.length, limit.unit)
            return Times(due, self._warning_of_a_guess(clock, start, due), provisional=True)

    def counted(self, times: Times, count: Count) -> Times:
        """R-26: what was a guess is counted anew from its beginning; while the notice is missing it stays a guess."""
        return (self._known(count) if times.provisional else None) or times

    def _known(self, count: Count) -> Times | None:
        times = Times(count.start, None)
        for clock, still in count.steps:
            times = self.times(clock, times.due) if still is None else self._moved(clock, times, still)
            if times.provisional:
                return None
        return times

    def at_the_end(self, times: Times, count: Count, at: datetime) -> Times:
        """R-26: nobody is late by a guess. Its end comes, and the notice has not: it waits for another day."""
        counted = self.counted(times, count)
        if not counted.provisional:
            return counted
        day = timedelta(days=1)
        return Times(times.due + ((at - times.due) // day + 1) * day, None, provisional=True)

    def until(self, start: datetime, length: int, unit: str) -> datetime:
        """A time of ours that stands in no row; without the next year's notice the earliest possible end."""
        try:
            return self.calendar.due(start, length, unit)
        except CalendarYearMissing:
            return self.calendar.earliest(start, length, unit)

    def warning(self, clock: ClockId, start: datetime, due: datetime) -> datetime | None:
        """When to warn: a share of the time, or whole units before the end, never before the start."""
        told = self.limits[clock].warn
        if not told:
            return None
        if told.endswith("%"):
            return start + (due - start) * int(told[:-1]) / 100
        length, unit = told.split()
        return max(start, self.calendar.before(due, -int(length), unit))

    def _warning_of_a_guess(self, clock: ClockId, start: datetime, due: datetime) -> datetime | None:
        """Working days that nobody knows yet are days."""
        try:
            return self.warning(clock, start, due)
        except CalendarYearMissing:
            length, _ = self.limits[clock].warn.split()
            return max(start, self.calendar.before(due, -int(length), Unit.CALENDAR_DAY))

    def resumed(self, clock: ClockId, times: Times, count: Count, still: timedelta) -> Times:
        """The same limit after a standstill; what was a guess is counted anew, if it can be."""
        return self.counted(self._moved(clock, times, still), count.then(clock, still))

    def _moved(self, clock: ClockId, times: Times, still: timedelta) -> Times:
        guess = Times(times.due + still, times.warn and times.warn + still, provisional=True)
        if times.provisional:
            return guess
        try:
            due = self.calendar.moved(times.due, still, self.limits[clock].unit)
        except CalendarYearMissing:
            return guess
        return Times(due, times.warn and min(due, times.warn + still))


def stood(paused: datetime | None, at: datetime) -> timedelta:
    """How long a limit stood still: not at all, if the clock was set back meanwhile."""
    return max(at - paused, timedelta()) if paused else timedelta()


def read_limits(lines: Iterable[str]) -> dict[ClockId, Limit]:
    limits = [_limit(row) for row in csv.DictReader(lines)]
    table = {limit.clock: limit for limit in limits}
    if len(table) != len(limits):
        raise ClockTableWrong("a clock stands twice")
    if missing := ARMED - table.keys():
        raise ClockTableWrong(f"clocks that the desk arms are missing: {sorted(missing)}")
    return table


def _limit(row: Mapping[str, str]) -> Limit:
    clock = ClockId(row["id"])
    told = tuple(row["told"].split())
    length = None if row["length"] == "set" else int(row["length"])
    if length is not None and row["unit"] not in set(Unit):
        raise ClockTableWrong(f"{clock}: {row['unit']} is no unit")
    if clock in ARMED and (length is None or {row["start_fact"], row["stop_fact"]} - set(Moment)):
        raise ClockTableWrong(f"{clock}: routing cannot see where it begins and ends")
    if unknown := set(told) - {*Role, "other_party"}:
        raise ClockTableWrong(f"{clock}: nobody is called {sorted(unknown)}")
    return Limit(
        clock=clock,
        source=RuleId(row["source"]),
        name_zh=row["name_zh"],
        length=length,
        unit=row["unit"],
        start=row["start_fact"],
        stop=row["stop_fact"],
        pauses=frozenset(row["pause_grounds"].split()),
        warn=row["warn_at"],
        told=told,
        next_rung=row["next_rung"],
    )


@cache
def clock_rules() -> ClockRules:
    """The committed table with the committed calendar."""
    with files("shared.contracts").joinpath("domain/clocks.csv").open(encoding="utf-8") as lines:
        return ClockRules(read_limits(lines), work_calendar())

"""A result plans visits; reopening, withdrawal and erasure call them off; one that was not made in time is noted."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from services.notifications.contacts.decider import Contact
from services.notifications.contacts.store import ContactHandler
from services.notifications.visits.commands import CallOffRevisits, NoteRevisitOverdue, PlanRevisits
from services.notifications.visits.facts import Matter, WhyNot
from services.notifications.visits.rules.planning import PlanRow, Risk, Window
from services.notifications.visits.store import CATEGORY, VisitHandler, day_of_timer
from shared.contracts.calendar import CalendarYearMissing, work_calendar
from shared.contracts.codes import Channel
from shared.contracts.handling import OutcomeReportedV1
from shared.contracts.intake import RequestReopenedV1, WithdrawnV1
from shared.contracts.routing import RequestRoutedV1
from shared.contracts.vault import PersonErasedV1
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.kernel import Clock, Context, RequestId
from shared.messaging import Reaction

HANDLERS = ("enterprise", "mediation", "workorders")
OPENS_DAYS_BEFORE = {7: 2, 30: 5, 90: 10}
"""`warn_at` of CL-097, CL-098, CL-099: a visit made sooner says nothing about how it held."""
NEVER_VISITED = frozenset({Channel.CASE})
"""Of casework only its existence may be known; who was hurt by a crime hears from the investigator."""


def plan_revisits(visits: VisitHandler, contacts: ContactHandler, table: tuple[PlanRow, ...], clock: Clock) -> Reaction:
    async def follow(record: Incoming, tx: Transaction) -> None:
        match record.body:
            case RequestRoutedV1() | OutcomeReportedV1() as body:
                await _keep(body, tx)
                await _plan(body.request_id, visits, contacts, table, clock.now(), record.context, tx)
            case RequestReopenedV1() as body:
                await _call_off(visits, body.request_id, WhyNot.REOPENED, body.attempt, body.at, record.context, tx)
            case WithdrawnV1() as body:
                await _call_off(visits, body.request_id, WhyNot.WITHDRAWN, 1, body.at, record.context, tx)
            case PersonErasedV1() as body:
                await _erase(body, visits, record.context, tx)
            case _:
                return

    return Reaction(
        reader="notifications.plan_revisits",
        causes=(
            ("routing", RequestRoutedV1),
            *((service, OutcomeReportedV1) for service in HANDLERS),
            ("intake", RequestReopenedV1),
            ("intake", WithdrawnV1),
            ("vault", PersonErasedV1),
        ),
        handle=follow,
    )


async def _keep(body: RequestRoutedV1 | OutcomeReportedV1, tx: Transaction) -> None:
    """The newest attempt of each counts."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"revisit {body.request_id}")
    what = "routed" if isinstance(body, RequestRoutedV1) else "outcome"
    requester = body.requester if isinstance(body, RequestRoutedV1) else None
    await tx.execute(
        f"INSERT INTO request_course AS known (request_id, requester, {what}) VALUES ($1, $2, $3::jsonb)"
        f" ON CONFLICT (request_id) DO UPDATE SET {what} = EXCLUDED.{what},"
        " requester = coalesce(EXCLUDED.requester, known.requester)"
        f" WHERE coalesce((known.{what} ->> 'attempt')::int, 0) < $4",
        body.request_id,
        requester,
        body.model_dump_json(),
        body.attempt,
    )


async def _plan(
    request_id: RequestId,
    visits: VisitHandler,
    contacts: ContactHandler,
    table: tuple[PlanRow, ...],
    now: datetime,
    context: Context,
    tx: Transaction,
) -> None:
    row = await tx.fetchrow("SELECT routed, outcome FROM request_course WHERE request_id = $1", request_id)
    if row is None or row["routed"] is None or row["outcome"] is None:
        return
    routed = RequestRoutedV1.model_validate_json(row["routed"])
    outcome = OutcomeReportedV1.model_validate_json(row["outcome"])
    if routed.attempt != outcome.attempt or routed.requester is None or routed.channel in NEVER_VISITED:
        return
    if await tx.fetchval("SELECT true FROM erased_person WHERE person = $1", routed.requester):
        return
    contact, _ = await contacts.within(tx).state(request_id)
    bad = isinstance(contact, Contact) and any(not rated.satisfied for rated in contact.ratings.values())
    command = PlanRevisits(
        request_id=request_id,
        matter=Matter(
            routed.attempt,
            routed.category,
            routed.priority,
            routed.channel,
            routed.unit,
            outcome.handler,
            routed.requester,
        ),
        proposed=(routed.owner, routed.deputy),
        risk=Risk(
            routed.category,
            frozenset(routed.flags),
            routed.priority,
            outcome.outcome,
            bad_rating=bad,
            duty_watched=outcome.duties_watched > 0,
        ),
        table=table,
        windows={day: window for day, window in windows_after(outcome.at).items() if window.due > now},
        at=outcome.at,
    )
    await visits.within(tx).handle(request_id, command, context)


async def _call_off(
    visits: VisitHandler,
    request_id: RequestId,
    why: WhyNot,
    attempt: int,
    at: datetime,
    context: Context,
    tx: Transaction,
) -> None:
    command = CallOffRevisits(request_id=request_id, why=why, attempt=attempt, at=at)
    await visits.within(tx).handle(request_id, command, context)


async def _erase(erased: PersonErasedV1, visits: VisitHandler, context: Context, tx: Transaction) -> None:
    await tx.execute("INSERT INTO erased_person (person) VALUES ($1) ON CONFLICT DO NOTHING", erased.person)
    rows = await tx.fetch(
        "SELECT request_id FROM request_course WHERE requester = $1 ORDER BY request_id", erased.person
    )
    for row in rows:
        await _call_off(visits, row["request_id"], WhyNot.ERASED, 1, erased.at, context, tx)


def windows_after(at: datetime) -> Mapping[int, Window]:
    return {day: _window(at, day, before) for day, before in OPENS_DAYS_BEFORE.items()}


def _window(at: datetime, day: int, before: int) -> Window:
    calendar = work_calendar()
    try:
        due = calendar.due(at, day, "calendar_day")
    except CalendarYearMissing:
        due = calendar.earliest(at, day, "calendar_day")
    return Window(due - timedelta(days=before), due)


def next_try_after(at: datetime) -> datetime:
    """Who was not reached is tried again on the next working day."""
    calendar = work_calendar()
    try:
        return calendar.due(at, 1, "working_day")
    except CalendarYearMissing:
        return calendar.earliest(at, 1, "working_day")


def revisit_timers(visits: VisitHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        command = NoteRevisitOverdue(day=day_of_timer(due.name), at=due.now)
        await visits.within(tx).handle(due.id, command, due.context)

    return TimerReaction(category=CATEGORY, handle=wake)

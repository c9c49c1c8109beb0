"""Looks at a place whenever something of a kind was classified there, and again when its window is over."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg

from services.routing.decisions.facts import RequestClassified
from services.routing.decisions.placing_facts import PlaceSettled
from services.routing.decisions.state import Matter
from services.routing.decisions.store import DecisionHandler
from services.routing.hotspots.decider import Hot, LookAt, spot_id
from services.routing.hotspots.rules.heat import COLD, HeatRules, Seen
from services.routing.hotspots.store import CATEGORY, HotSpotHandler
from services.routing.same.views import reports
from shared.contracts.codes import Category
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.kernel import Clock, GridCode, RequestId
from shared.messaging import Reaction

RECENT = """
SELECT request_id, coalesce(requester, request_id) AS person FROM matter_reports
WHERE grid = $1 AND category = $2 AND filed_at > $3 AND filed_at <= $4 ORDER BY filed_at, request_id
"""
BEFORE = """
SELECT count(*) FROM matter_reports WHERE grid = $1 AND category = $2 AND filed_at > $3 AND filed_at <= $4
"""
MOST_LISTED = 500


class Watch:
    def __init__(self, hot_spots: HotSpotHandler, pool: "asyncpg.Pool[Any]", rules: HeatRules) -> None:
        self.hot_spots = hot_spots
        self._pool = pool
        self._rules = rules

    async def look(self, grid: GridCode, category: Category, at: datetime) -> LookAt:
        since = at - timedelta(days=self._rules.window_days)
        usual_since = since - timedelta(days=self._rules.usual_days)
        rows = await self._pool.fetch(RECENT, grid, category, since, at)
        many = len(rows) >= self._rules.least_requests
        before = await self._pool.fetchval(BEFORE, grid, category, usual_since, since) if many else 0
        return LookAt(
            spot_id=spot_id(grid, category),
            grid=grid,
            category=category,
            requests=tuple(RequestId(row["request_id"]) for row in rows[:MOST_LISTED]),
            seen=Seen(len(rows), len({row["person"] for row in rows}), before),
            at=at,
        )

    async def look_after(self, record: Incoming, grid: GridCode, category: Category, at: datetime) -> LookAt:
        """Our own list is a view, in which what this record says may be missing yet: then it is waited for."""
        command = await self.look(grid, category, at)
        if record.key in command.requests:
            return command
        await self.hot_spots.store.wait_for_view(reports.name, record.record_id)
        return await self.look(grid, category, at)


def watch_places(watch: Watch, decisions: DecisionHandler, clock: Clock) -> Reaction:
    async def look(record: Incoming, tx: Transaction) -> None:
        assert isinstance(record.body, RequestClassified | PlaceSettled)
        state, _ = await decisions.within(tx).state(record.body.request_id)
        if not isinstance(state, Matter) or state.ruling is None or state.grid is None:
            return
        category = state.ruling.category
        if category in COLD:
            return
        command = await watch.look_after(record, state.grid, category, clock.now())
        await watch.hot_spots.within(tx).handle(command.spot_id, command, record.context)

    causes = (("routing", RequestClassified), ("routing", PlaceSettled))
    return Reaction(reader="routing.watch_places", causes=causes, handle=look)


def hot_spot_timers(watch: Watch) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        within = watch.hot_spots.within(tx)
        state, _ = await within.state(due.id)
        if isinstance(state, Hot):
            await within.handle(due.id, await watch.look(state.grid, state.category, due.now), due.context)

    return TimerReaction(category=CATEGORY, handle=wake)

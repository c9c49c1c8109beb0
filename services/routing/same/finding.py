"""Finds what may be about the same matter: by persons in our own list, by words and places in the vault."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg

from services.routing.decisions.facts import RequestJudged, TriageBegun
from services.routing.decisions.store import DecisionHandler
from services.routing.same.decider import Propose
from services.routing.same.rules.likely import LOOKED_BACK, Candidate, Report, likely
from shared.contracts.codes import Category
from shared.eventstore import Incoming
from shared.kernel import SYSTEM, Clock, Context, GridCode, PersonId, RecordId, RequestId, value
from shared.web.vault import Likened, Near, Vault, VaultRefused, VaultUnavailable

MOST_NEAR = 20
MOST_OF_PERSONS = 40
LISTED_SOON = 0.02
"""Seconds between two looks at a list that does not hold a request yet."""

OF_PERSONS = """
(SELECT request_id FROM matter_reports
WHERE request_id <> $1 AND filed_at >= $4 AND (requester = ANY($2) OR other_party = ANY($3))
ORDER BY filed_at DESC LIMIT $5)
UNION ALL SELECT request_id FROM matter_reports WHERE request_id = $1
"""
REPORTS = "SELECT * FROM matter_reports WHERE request_id = ANY($1)"


@value
class Asked:
    """One request that was judged, with what is needed to compare it."""

    report: Report
    items: tuple[UUID, ...]
    persons: tuple[RequestId, ...]
    """Requests of the same people."""
    trace: str | None


@value
class Finding:
    """A proposal to record, and the earlier requests between the same two people."""

    propose: Propose
    between_them: tuple[RequestId, ...]


class Finder:
    """`seconds` bounds each wait: for the vault, without which persons alone are compared, and for our own list."""

    def __init__(
        self, decisions: DecisionHandler, pool: "asyncpg.Pool[Any]", vault: Vault, clock: Clock, seconds: float
    ) -> None:
        self._decisions = decisions
        self._pool = pool
        self._vault = vault
        self._clock = clock
        self._seconds = seconds
        self._at_hand: dict[RecordId, tuple[Asked, Mapping[RequestId, Near]]] = {}
        """Answers that were fetched for records which are about to be handled."""

    async def read_ahead(self, records: Sequence[Incoming]) -> None:
        """One question to the vault for a whole batch."""
        judged = [
            (record, record.body)
            for record in records
            if isinstance(record.body, RequestJudged) and record.record_id not in self._at_hand
        ]
        asked = [(record, await self._asked(body, record.context)) for record, body in judged]
        known = [(record, each) for record, each in asked if each is not None]
        for (record, each), near in zip(known, await self._near([each for _, each in known]), strict=True):
            self._at_hand[record.record_id] = each, near

    async def of(self, judged: RequestJudged, context: Context, record: RecordId) -> Finding | None:
        at_hand = self._at_hand.pop(record, None)
        if at_hand is None:
            asked = await self._asked(judged, context)
            if asked is None:
                return None
            at_hand = asked, (await self._near([asked]))[0]
        asked, near = at_hand
        reports = await self._reports({*asked.persons, *near})
        candidates = [_candidate(report, near) for report in reports]
        found = likely(asked.report, candidates)
        propose = Propose(request_id=judged.request_id, found=found, at=self._clock.now())
        return Finding(propose, tuple(each.request_id for each in reports if _between(asked.report, each)))

    async def _asked(self, judged: RequestJudged, context: Context) -> Asked | None:
        history = await self._decisions.history(judged.request_id)
        begun = history[0].event if history else None
        if not isinstance(begun, TriageBegun):
            return None
        persons = await self._of_persons(begun)
        report = Report(
            request_id=judged.request_id,
            requester=begun.requester,
            other_party=begun.other_party,
            grid=judged.grid,
            category=judged.category.label,
            filed_at=begun.filed_at,
        )
        items = tuple(ref.item for ref in (begun.title, begun.narrative) if ref is not None)
        return Asked(report, items, persons, context.trace)

    async def _of_persons(self, begun: TriageBegun) -> tuple[RequestId, ...]:
        """Nobody looks before being listed: of two who file at once the one listed later finds the other."""
        found: set[RequestId] = set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._seconds):
                while begun.request_id not in (found := await self._listed(begun)):
                    await asyncio.sleep(LISTED_SOON)
        return tuple(found - {begun.request_id})

    async def _listed(self, begun: TriageBegun) -> set[RequestId]:
        """Requests of the same people, with the one that asks."""
        rows = await self._pool.fetch(
            OF_PERSONS,
            begun.request_id,
            [id for id in (begun.requester, begun.other_party) if id is not None],
            [begun.requester] if begun.requester else [],
            begun.filed_at - LOOKED_BACK,
            MOST_OF_PERSONS,
        )
        return {RequestId(row["request_id"]) for row in rows}

    async def _near(self, asked: Sequence[Asked]) -> list[Mapping[RequestId, Near]]:
        """The nearest of all, and how near the same people's requests are."""
        if not asked:
            return []
        with suppress(VaultUnavailable, VaultRefused, TimeoutError):
            async with asyncio.timeout(self._seconds):
                answers = await self._vault.similar(Context(actor=SYSTEM), [_question(each) for each in asked])
            return [{near.request_id: near for near in answer} for answer in answers]
        return [{} for _ in asked]

    async def _reports(self, ids: set[RequestId]) -> list[Report]:
        rows = await self._pool.fetch(REPORTS, list(ids)) if ids else []
        return [report_of(row) for row in rows]


def report_of(row: Any) -> Report:
    return Report(
        request_id=RequestId(row["request_id"]),
        requester=PersonId(row["requester"]) if row["requester"] else None,
        other_party=PersonId(row["other_party"]) if row["other_party"] else None,
        grid=GridCode(row["grid"]) if row["grid"] else None,
        category=Category(row["category"]) if row["category"] else None,
        filed_at=row["filed_at"],
    )


def _question(asked: Asked) -> Likened:
    since = asked.report.filed_at - LOOKED_BACK
    return Likened(asked.items, asked.report.request_id, asked.trace, also=asked.persons, since=since, limit=MOST_NEAR)


def _candidate(report: Report, near: Mapping[RequestId, Near]) -> Candidate:
    found = near.get(report.request_id)
    return Candidate(report, found.likeness, found.place) if found else Candidate(report)


def _between(own: Report, other: Report) -> bool:
    """The same two people, whoever of them asked."""
    sides = {own.requester, own.other_party}
    return None not in sides and {other.requester, other.other_party} == sides

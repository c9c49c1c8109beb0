"""What the log holds about one request, and whether that is all there is."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from services.audit.log.leaf import LeafFacts, LeafMalformed, parse_leaf
from services.audit.log.store import Leaf, LogRows
from services.audit.log.tree import leaf_hash
from shared.eventstore import Feed
from shared.eventstore.store import UNAVAILABLE
from shared.kernel import Unavailable, lane_of

TAIL = 1000
"""More uncovered records than this in one lane are not searched."""

log = structlog.get_logger("completeness")


@dataclass(frozen=True, slots=True)
class LoggedFact:
    leaf: Leaf
    told: LeafFacts

    @property
    def name(self) -> str:
        """`request_filed` of `cn.lounge.intake.request_filed.v1`."""
        return self.told.type.split(".")[-2]


@dataclass(frozen=True, slots=True)
class History:
    facts: tuple[LoggedFact, ...]
    complete: bool


class Completeness:
    def __init__(self, rows: LogRows, feeds: Mapping[str, Feed]) -> None:
        self._rows = rows
        self._feeds = feeds

    async def history(self, subject: UUID) -> History:
        """Complete when every record of the request is a leaf under the newest checkpoint and its lane has no gap."""
        is_covered = await self._is_covered(subject)
        leaves = await self._rows.leaves_about(subject)
        facts = _read(leaves)
        return History(facts, is_covered and len(facts) == len(leaves))

    async def _is_covered(self, subject: UUID) -> bool:
        newest = await self._rows.newest()
        if newest is None:
            return False
        lane = lane_of(subject)
        reached = await self._rows.covered(newest.size, lane)
        covered = {name: lanes.get(lane, 0) for name, lanes in reached.items()}
        if not await self._rows.is_dense(lane, covered):
            return False
        reading = (feed.read({lane: covered.get(name, 0)}, TAIL) for name, feed in self._feeds.items())
        try:
            tails = await asyncio.gather(*reading)
        except (*UNAVAILABLE, Unavailable) as error:
            log.warning("feed_not_heard", error=type(error).__name__)
            return False
        # Others' records are always on their way: only those of this request count.
        return not any(len(tail) == TAIL or any(record.key == subject for record in tail) for tail in tails)


def _read(leaves: Sequence[Leaf]) -> tuple[LoggedFact, ...]:
    """The facts of the leaves that are what was hashed."""
    facts = []
    for leaf in leaves:
        try:
            told = parse_leaf(leaf.entry)
        except LeafMalformed:
            log.critical("leaf_unreadable", index=leaf.index)
            continue
        if leaf_hash(leaf.entry) != leaf.leaf_hash:
            log.critical("leaf_altered", index=leaf.index)
            continue
        facts.append(LoggedFact(leaf, told))
    return tuple(facts)

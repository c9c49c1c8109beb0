"""How much somebody has in hand: what decides among officers who would do equally well."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import asyncpg

from shared.kernel import PersonId

OPEN = "SELECT owner, count(*) AS open FROM worklist WHERE owner = ANY($1) AND stage = 'routed' GROUP BY owner"
OPEN_OF_ALL = "SELECT owner, count(*) AS open FROM worklist WHERE owner IS NOT NULL AND stage = 'routed' GROUP BY owner"


class Loads(Protocol):
    async def of(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]: ...


class OpenRequests:
    """Counted over the worklist, which may be a moment behind: the numbers that decided are recorded."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def of(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]:
        return _counted(await self._pool.fetch(OPEN, list(people)))

    async def of_all(self) -> Mapping[PersonId, int]:
        return _counted(await self._pool.fetch(OPEN_OF_ALL))


def _counted(rows: Iterable[Any]) -> dict[PersonId, int]:
    return {PersonId(row["owner"]): row["open"] for row in rows}

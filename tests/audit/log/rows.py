"""Rows of a log without the services behind it, and a sealer that can be killed: `python -m tests.audit.log.rows`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from deploy.lounge.house import open_pool
from services.audit.adapters.tile_folder import TileFolder
from services.audit.log.note import Signer
from services.audit.log.published import PublishedLog
from services.audit.log.sealer import Sealer
from services.audit.log.store import LogRows
from services.audit.log.tiles import bundle_bytes, bundles_of, tiles_of
from services.audit.log.whole import CHECKPOINT
from shared.eventstore import Record, Wakeups
from shared.kernel import RecordId, lane_of
from tests.audit.log.samples import LOG, MORNING, Files

KEY = b"pseudonyms"


def record(number: int) -> Record:
    """Record `number` of one key."""
    key = UUID(int=1)
    return Record(
        service="intake",
        lane=lane_of(key),
        number=number,
        record_id=RecordId(UUID(bytes=sha256(str(number).encode()).digest()[:16])),
        type="cn.lounge.intake.request_filed.v1",
        stream=f"intake.request-{key}",
        version=number,
        key=key,
        occurred_at=MORNING,
        recorded_at=MORNING,
        role="duty_officer",
        unit="LOUNGE-1",
        trace=None,
        causation=None,
        outcome=None,
        rule=None,
        commitment=sha256(b"event").digest(),
        data=None,
    )


@asynccontextmanager
async def rows_of(dsn: str) -> AsyncIterator[LogRows]:
    pool = await open_pool(dsn, "audit")
    try:
        yield LogRows(pool, KEY)
    finally:
        await pool.close()


async def append(rows: LogRows, first: int, last: int) -> None:
    async with rows.pool.acquire() as connection, connection.transaction():
        await rows.append(connection, [record(number) for number in range(first, last + 1)])


def sealer(rows: LogRows, home: Path, signer: Signer = LOG) -> Sealer:
    return Sealer(rows, TileFolder(home / "log"), signer, Wakeups(), seconds=1.0)


async def published_files(rows: LogRows, home: Path) -> Files:
    """What everybody could have downloaded: the published tiles and the entries of the rows."""
    folder, newest = TileFolder(home / "log"), await PublishedLog(rows, TileFolder(home / "log")).newest()
    files = Files({tile.path: folder.read(tile) or b"" for tile in tiles_of(newest.size)})
    for bundle in bundles_of(newest.size):
        first = bundle.index * 256
        files[bundle.path] = bundle_bytes(await rows.entries(first, first + bundle.width))
    files[CHECKPOINT] = newest.text.encode()
    return files


async def seal_once(dsn: str, home: Path) -> None:
    async with rows_of(dsn) as rows:
        await sealer(rows, home).seal()


if __name__ == "__main__":
    asyncio.run(seal_once(sys.argv[1], Path(sys.argv[2])))

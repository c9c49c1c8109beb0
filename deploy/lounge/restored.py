"""`lounge restored`: after a restore from backup, and before anything is started, history goes on under a new epoch.

Kafka, and whoever else was told, may hold records that the backup does not. Under the old epoch such a record would be
taken for the one that gets its number next.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from deploy.lounge.migrate import SERVICES, role_of
from deploy.lounge.postgres import PostgresNotStarted, postgres_server
from deploy.lounge.settings import LoungeSettings
from deploy.lounge.up import CannotStart

BEYOND = """
SELECT p.reader, p.lane, p.number, h.head FROM {service}.positions p JOIN {source}.lane_head h USING (lane)
WHERE p.service = '{source}' AND p.number > h.head ORDER BY p.reader, p.lane
"""
SOMEBODY = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY($1)"


@dataclass(frozen=True, slots=True)
class Beyond:
    """A reader that has read what its source does not have: the two were restored to different moments."""

    reader: str
    source: str
    lane: int
    number: int
    head: int


class NotAlone(Exception):
    """Services still work on the database."""


class DifferentMoments(Exception):
    def __init__(self, beyond: list[Beyond]) -> None:
        super().__init__(f"{len(beyond)} positions")
        self.beyond = beyond


async def restored(admin_dsn: str) -> Mapping[str, UUID]:
    """Service → its new epoch. All or nothing. Raises NotAlone, or DifferentMoments and names who is ahead."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        async with connection.transaction():
            if await connection.fetchval(SOMEBODY, [role_of(each) for each in SERVICES]):
                raise NotAlone
            if beyond := await _beyond(connection):
                raise DifferentMoments(beyond)
            return {source: await _begin_anew(connection, source) for source in SERVICES}
    finally:
        await connection.close()


async def _beyond(connection: "asyncpg.Connection[Any]") -> list[Beyond]:
    return [
        Beyond(row["reader"], source, row["lane"], row["number"], row["head"])
        for service in SERVICES
        for source in SERVICES
        for row in await connection.fetch(BEYOND.format(service=service, source=source))
    ]


async def _begin_anew(connection: "asyncpg.Connection[Any]", source: str) -> UUID:
    epoch = UUID(
        str(await connection.fetchval(f"UPDATE {source}.installation SET epoch = gen_random_uuid() RETURNING epoch"))
    )
    for service in SERVICES:
        await connection.execute(f"UPDATE {service}.positions SET epoch = $2 WHERE service = $1", source, epoch)
    return epoch


def go_on(settings: LoungeSettings) -> None:
    home = settings.home.resolve()
    server = postgres_server(home / "postgres")
    try:
        asyncio.run(restored(server.start()))
    except PostgresNotStarted as error:
        raise CannotStart(f"数据库没有启动，数据没有改动。{error}") from None
    except NotAlone:
        raise CannotStart("还有服务连着数据库：请先停下所有进程，再运行 lounge restored。") from None
    except DifferentMoments as error:
        first = error.beyond[0]
        raise CannotStart(
            f"各服务恢复到的不是同一时刻：{first.reader} 已读到 {first.source} 第 {first.lane} 道 {first.number} 号，"
            f"而那里只到 {first.head} 号（共 {len(error.beyond)} 处）。请把所有服务恢复到同一时刻；什么都没有改动。"
        ) from None
    finally:
        server.stop()

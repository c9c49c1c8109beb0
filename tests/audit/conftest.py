"""A log belongs to one key and one folder: every test of the audit service gets a database of its own."""

import asyncio
import os
from collections.abc import Iterator
from itertools import count

import asyncpg
import pytest

from deploy.lounge.migrate import database_of, with_database
from tests.support.postgres import Database

_numbers = count()


@pytest.fixture
def database(migrated: Database) -> Iterator[Database]:
    template = database_of(migrated.admin_dsn)
    name = f"lounge_tests_{os.getpid()}_log_{next(_numbers)}"
    asyncio.run(_execute(migrated, f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    yield migrated.named(name)
    asyncio.run(_execute(migrated, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _execute(server: Database, wish: str) -> None:
    connection = await asyncpg.connect(with_database(server.admin_dsn, "postgres"))
    try:
        await connection.execute(wish)
    finally:
        await connection.close()

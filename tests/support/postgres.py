"""One PostgreSQL for a whole test run, and a freshly migrated database for each test module.

The process that owns the run starts the server: the xdist controller before its workers, or the single process when
the first test asks. LOUNGE_TEST_DATABASE_URL names another server to use instead. It is not the desk's own variable,
because a run gives the services' roles new passwords.
"""

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.lounge.migrate import SERVICES, migrate, with_database
from deploy.lounge.postgres import EmbeddedPostgres, GivenPostgres, PostgresServer

TEMPLATE = "lounge_tests_migrated"


@dataclass(frozen=True, slots=True)
class Database:
    admin_dsn: str
    dsns: dict[str, str]

    def dsn(self, service: str) -> str:
        """Log-in of the service's own role, which sees its own schema only."""
        return self.dsns[service]

    def named(self, name: str) -> "Database":
        return Database(
            with_database(self.admin_dsn, name),
            {service: with_database(dsn, name) for service, dsn in self.dsns.items()},
        )


class RunServer:
    """The server of this test run."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._server: PostgresServer | None = None
        self._template: Database | None = None

    def template(self) -> Database:
        if self._template is None:
            self._template = self._start()
        return self._template

    def _start(self) -> Database:
        self._folder = Path(tempfile.mkdtemp(prefix="lounge-tests-"))
        # As root the server runs as nobody, who has to pass through.
        self._folder.chmod(0o711)
        given = os.environ.get("LOUNGE_TEST_DATABASE_URL")
        self._server = GivenPostgres(given) if given else EmbeddedPostgres(self._folder / "postgres", durable=False)
        admin_dsn = with_database(self._server.start(), TEMPLATE)
        asyncio.run(_drop(admin_dsn, TEMPLATE))
        return Database(admin_dsn, asyncio.run(migrate(admin_dsn, SERVICES, self._folder)))

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
        if self._folder is not None:
            shutil.rmtree(self._folder)


_RUN = pytest.StashKey[RunServer]()
_WORKER_INPUT = "lounge_postgres"


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_RUN] = RunServer()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_RUN].stop()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    template = node.config.stash[_RUN].template()
    node.workerinput[_WORKER_INPUT] = (template.admin_dsn, template.dsns)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and "migrated" in item.fixturenames:
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest) -> Database:
    """The database that all others are copied from; nobody may connect to it."""
    given: tuple[str, dict[str, str]] | None = getattr(request.config, "workerinput", {}).get(_WORKER_INPUT)
    return Database(*given) if given else request.config.stash[_RUN].template()


@pytest.fixture(scope="module")
def database(migrated: Database, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty, migrated database for this module alone."""
    with _copied(migrated, request.node.name.removesuffix(".py").replace("/", "_")) as copy:
        yield copy


@pytest.fixture
def own_database(migrated: Database) -> Iterator[Database]:
    """An empty, migrated database for this test alone, which may ruin it."""
    with _copied(migrated, secrets.token_hex(8)) as copy:
        yield copy


@contextmanager
def _copied(migrated: Database, name: str) -> Iterator[Database]:
    name = f"lounge_tests_{os.getpid()}_{name}"[:63].lower()
    asyncio.run(_copy(migrated.admin_dsn, name))
    yield migrated.named(name)
    asyncio.run(_drop(migrated.admin_dsn, name))


async def _copy(admin_dsn: str, name: str) -> None:
    connection = await asyncpg.connect(with_database(admin_dsn, "postgres"))
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    finally:
        await connection.close()


async def _drop(admin_dsn: str, name: str) -> None:
    connection = await asyncpg.connect(with_database(admin_dsn, "postgres"))
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()

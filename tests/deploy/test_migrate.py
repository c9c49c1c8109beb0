"""Every service gets its own schema and a role that can reach nothing else; repeating the job changes nothing."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from deploy.lounge.migrate import SERVICES, DataOfANewerVersion, MigrationFailed, migrate, with_database
from deploy.lounge.prepare import prepare
from deploy.lounge.serve import dsns_at_hand
from deploy.lounge.settings import LoungeSettings
from deploy.lounge.up import CannotStart
from shared.kernel import LANES
from tests.shared.messaging.wire import administrating
from tests.support.postgres import Database

EVENTS = """-- migrate:up
CREATE TABLE happened (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL);
DO $$ BEGIN EXECUTE format('REVOKE UPDATE, DELETE ON happened FROM %I', 'lounge_' || current_schema()); END $$;
-- migrate:down
"""
BOARD = """-- migrate:up
CREATE TABLE case_board (case_id uuid PRIMARY KEY, waiting boolean NOT NULL);
-- migrate:down
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A program with an event store, a service with a view and a service without migrations of its own."""
    _write(tmp_path / "shared/eventstore/migrations/0001_events.sql", EVENTS)
    _write(tmp_path / "services/mediation/migrations/0001_board.sql", BOARD)
    return tmp_path


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.fixture
async def admin_dsn(migrated: Database) -> AsyncIterator[str]:
    """An address of a database that does not exist yet."""
    name = f"lounge_tests_{os.getpid()}_new"
    yield with_database(migrated.admin_dsn, name)
    async with connected(with_database(migrated.admin_dsn, "postgres")) as admin:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def home(migrated: Database, tmp_path: Path) -> Path:
    """The passwords of this run: roles belong to the whole server, and other tests log in with them."""
    home = tmp_path / "home"
    _write(home / "roles.json", json.dumps({s: dsn.split(":")[2].split("@")[0] for s, dsn in migrated.dsns.items()}))
    return home


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def test_a_service_works_in_its_own_schema(admin_dsn: str, home: Path, tree: Path) -> None:
    dsns = await migrate(admin_dsn, ["mediation", "audit"], home, tree=tree)
    for service in ("mediation", "audit"):
        async with connected(dsns[service]) as own:
            assert await own.fetchval("SELECT current_user || ' in ' || current_schema()") == (
                f"lounge_{service} in {service}"
            )
            assert await own.fetchval("INSERT INTO happened (body) VALUES ('x') RETURNING id") == 1


async def test_permission_is_denied_across_schemas(admin_dsn: str, home: Path, tree: Path) -> None:
    dsns = await migrate(admin_dsn, ["mediation", "audit"], home, tree=tree)
    async with connected(dsns["audit"]) as audit:
        for forbidden in (
            "SELECT * FROM mediation.happened",
            "INSERT INTO mediation.case_board VALUES (gen_random_uuid(), true)",
            "CREATE TABLE mediation.planted (id int)",
            "CREATE TABLE public.planted (id int)",
            "CREATE SCHEMA planted",
            "SET ROLE lounge_mediation",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
                await audit.execute(forbidden)


async def test_a_service_may_add_facts_and_never_alter_them(admin_dsn: str, home: Path, tree: Path) -> None:
    dsns = await migrate(admin_dsn, ["mediation"], home, tree=tree)
    async with connected(dsns["mediation"]) as own:
        await own.execute("INSERT INTO happened (body) VALUES ('x')")
        for forbidden in ("UPDATE happened SET body = 'y'", "DELETE FROM happened"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
                await own.execute(forbidden)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="must be owner"):
            await own.execute("DROP TABLE happened")


async def test_a_service_may_rebuild_and_swap_its_views(admin_dsn: str, home: Path, tree: Path) -> None:
    dsns = await migrate(admin_dsn, ["mediation"], home, tree=tree)
    async with connected(dsns["mediation"]) as own:
        await own.execute(
            """
            CREATE TABLE case_board__2 (LIKE case_board INCLUDING ALL);
            INSERT INTO case_board__2 VALUES (gen_random_uuid(), true);
            BEGIN; DROP TABLE case_board; ALTER TABLE case_board__2 RENAME TO case_board; COMMIT;
            """
        )
        assert await own.fetchval("SELECT count(*) FROM case_board") == 1
    await migrate(admin_dsn, ["mediation"], home, tree=tree)


async def test_repeating_it_keeps_data_and_passwords(admin_dsn: str, home: Path, tree: Path) -> None:
    first = await migrate(admin_dsn, ["mediation"], home, tree=tree)
    async with connected(first["mediation"]) as own:
        await own.execute("INSERT INTO happened (body) VALUES ('x')")
    assert await migrate(admin_dsn, ["mediation"], home, tree=tree) == first
    async with connected(first["mediation"]) as own:
        assert await own.fetchval("SELECT count(*) FROM happened") == 1


async def test_a_later_program_adds_its_migrations(admin_dsn: str, home: Path, tree: Path) -> None:
    await migrate(admin_dsn, ["mediation"], home, tree=tree)
    _write(tree / "shared/eventstore/migrations/0002_more.sql", EVENTS.replace("happened", "timers"))
    _write(tree / "services/mediation/migrations/0002_more.sql", BOARD.replace("case_board", "overdue"))
    dsns = await migrate(admin_dsn, ["mediation"], home, tree=tree)
    async with connected(dsns["mediation"]) as own:
        assert await own.fetch("SELECT * FROM timers, overdue") == []


async def test_an_earlier_program_refuses_data_of_a_newer_one(admin_dsn: str, home: Path, tree: Path) -> None:
    later = tree / "services/mediation/migrations/0002_more.sql"
    _write(later, BOARD.replace("case_board", "overdue"))
    await migrate(admin_dsn, ["mediation"], home, tree=tree)
    later.unlink()
    with pytest.raises(DataOfANewerVersion, match=r"newer version of Lounge \(mediation 0002\)"):
        await migrate(admin_dsn, ["mediation"], home, tree=tree)


async def test_says_which_service_and_why_a_migration_failed(admin_dsn: str, home: Path, tree: Path) -> None:
    _write(
        tree / "services/audit/migrations/0001_leaves.sql",
        "-- migrate:up\nCREATE TABLE leaves (id nonsense);\n-- migrate:down\n",
    )
    with pytest.raises(MigrationFailed, match=r'audit: .*"nonsense" does not exist'):
        await migrate(admin_dsn, ["mediation", "audit"], home, tree=tree)


async def test_passwords_are_made_once_and_kept_from_others(admin_dsn: str, tmp_path: Path) -> None:
    """With a role that no other test logs in as."""
    kept = tmp_path / "new/roles.json"
    dsns = await migrate(admin_dsn, ["stranger"], tmp_path / "new", tree=tmp_path)
    assert kept.stat().st_mode & 0o777 == 0o600
    password = json.loads(kept.read_text())["stranger"]
    assert f"lounge_stranger:{password}@" in dsns["stranger"]
    async with connected(dsns["stranger"]) as own:
        assert await own.fetchval("SELECT 1") == 1
    async with connected(admin_dsn) as admin:
        await admin.execute("DROP OWNED BY lounge_stranger; DROP ROLE lounge_stranger")


async def test_the_whole_desk_is_migrated_within_two_seconds(admin_dsn: str, home: Path) -> None:
    begun = time.monotonic()
    dsns = await migrate(admin_dsn, SERVICES, home)
    assert time.monotonic() - begun < 2
    assert tuple(dsns) == SERVICES


async def test_each_module_has_a_database_of_its_own(database: Database, migrated: Database) -> None:
    async with connected(database.dsn("intake")) as own:
        assert await own.fetchval("SELECT current_database()") != migrated.admin_dsn.rsplit("/", 1)[1].split("?")[0]


def test_one_command_makes_schemas_log_ins_and_topics(
    admin_dsn: str, home: Path, bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found() -> tuple[dict[str, int], dict[str, int]]:
        events = {}
        for service, dsn in dsns_at_hand(home).items():
            async with connected(dsn) as own:
                events[service] = await own.fetchval("SELECT count(*) FROM events")
        async with administrating(bootstrap) as admin:
            told = await admin.describe_topics([f"lounge.{service}" for service in SERVICES])
        return events, {each["topic"]: len(each["partitions"]) for each in told}

    monkeypatch.setenv("LOUNGE_DATABASE_URL", admin_dsn)
    for _ in range(2):
        prepare(LoungeSettings(home=home, kafka=bootstrap))
    assert asyncio.run(found()) == (dict.fromkeys(SERVICES, 0), {f"lounge.{each}": LANES for each in SERVICES})


def test_a_kafka_that_is_away_is_named_in_one_sentence(
    admin_dsn: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOUNGE_DATABASE_URL", admin_dsn)
    with pytest.raises(CannotStart, match=r"^数据库已就绪，但 Kafka 127\.0\.0\.1:9 没有应答.*请稍后重跑。$"):
        prepare(LoungeSettings(home=home, kafka="127.0.0.1:9"))

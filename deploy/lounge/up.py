"""`lounge up`: the whole desk in one process, on an embedded PostgreSQL unless LOUNGE_DATABASE_URL names another."""

import asyncio
import contextlib
import fcntl
import socket
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import uvloop

from deploy.lounge.composition import BUILDS
from deploy.lounge.demo import fill_empty_desk, kept_ahead
from deploy.lounge.house import House
from deploy.lounge.migrate import SERVICES, DataOfANewerVersion, MigrationFailed, migrate
from deploy.lounge.postgres import PostgresNotStarted, PostgresServer, postgres_server
from deploy.lounge.serving import Server, listening
from deploy.lounge.settings import LoungeSettings
from shared.kernel import BureauClock
from shared.telemetry.setup import set_up_logs, set_up_traces
from shared.telemetry.spanstore import SpanStore
from shared.web import Profile

CLOSE_ENOUGH = timedelta(seconds=5)
"""What calls on the way to the present may cost. A clock that somebody has set elsewhere stays there."""


class CannotStart(Exception):
    """One clear sentence for whoever typed the command."""


def up(settings: LoungeSettings) -> None:
    """Runs until SIGINT or SIGTERM. Raises CannotStart before anything was changed."""
    set_up_logs(settings.log_level)
    with held_home(settings.home) as home, port(settings.host, settings.port) as listener:
        server = postgres_server(home / "postgres")
        try:
            dsns = {service: server.nearby(dsn) for service, dsn in migrated(server, home).items()}
            uvloop.run(_serve(settings, home, dsns, listener))
        finally:
            server.stop()


def migrated(server: PostgresServer, home: Path) -> dict[str, str]:
    """Starts the database and brings it to this program's state; the DSN of each service. Raises CannotStart."""
    try:
        return asyncio.run(migrate(server.start(), SERVICES, home))
    except PostgresNotStarted as error:
        raise CannotStart(f"数据库没有启动，数据没有改动。{_one_line(error)}") from None
    except DataOfANewerVersion as error:
        raise CannotStart(
            f"数据是更新版本的汇客厅写的，没有改动。请启动那个版本，或恢复本版本的备份。{error}"
        ) from None
    except MigrationFailed as error:
        raise CannotStart(f"数据库结构没有更新成功，原样保留。{_one_line(error)}") from None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


@contextlib.contextmanager
def held_home(path: Path) -> Iterator[Path]:
    """The installation's folder, held by this process alone."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = (path / "lock").open("w")
    except OSError as error:
        raise CannotStart(
            f"数据目录 {path} 不能写入：{error.strerror}。请换一个目录（LOUNGE_HOME）或修改权限。"
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(
                f"数据目录 {path} 正被另一个汇客厅进程使用。请先停掉它，或用 LOUNGE_HOME 换一个目录。"
            ) from None
        yield path.resolve()


@contextlib.contextmanager
def port(host: str, number: int) -> Iterator[socket.socket]:
    """The public port, held until the end."""
    try:
        listener = listening(host, number)
    except PermissionError:
        raise CannotStart(f"没有权限使用端口 {number}。请用 LOUNGE_PORT 换一个 1024 以上的端口。") from None
    except OSError:
        raise CannotStart(
            f"端口 {number} 已被占用。请用 LOUNGE_PORT 换一个，例如 LOUNGE_PORT={number + 1} make up。"
        ) from None
    with listener:
        yield listener


async def _serve(settings: LoungeSettings, home: Path, dsns: dict[str, str], listener: socket.socket) -> None:
    spans = SpanStore(home / "traces.sqlite")
    close_traces = set_up_traces("lounge", spans, settings.otlp_endpoint)
    url = settings.url
    clock = BureauClock()
    fills = settings.profile is Profile.DEMO and settings.demo_requests
    if fills:
        clock.ahead = kept_ahead(home)
    house = House(dsns, home, BUILDS, profile=settings.profile, clock=clock, spans=spans, url=url)
    await house.start()
    serving = await Server.of(house.dispatcher).begin(listener)
    filling: asyncio.Task[None] | None = None
    try:
        sys.stdout.write(f"汇客厅已就绪：{url}（按 Ctrl-C 停止）\n")
        sys.stdout.flush()
        if fills:
            filling = asyncio.create_task(_fill(settings.local_url, home, clock))
        await serving
    finally:
        if filling is not None:
            filling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await filling
        await house.stop()
        close_traces()
        spans.close()


async def _fill(url: str, home: Path, clock: BureauClock) -> None:
    await fill_empty_desk(url, home, _say)
    if abs(clock.ahead) < CLOSE_ENOUGH:
        clock.ahead = timedelta(0)


def _say(line: str) -> None:
    """On a console how far it is stands in one line that changes; a log gets only what stays."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[K{line}")
    elif line.endswith("\n"):
        sys.stdout.write(line)
    sys.stdout.flush()

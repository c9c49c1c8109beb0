"""`lounge up`: the whole desk in one process, on an embedded PostgreSQL unless LOUNGE_DATABASE_URL names another."""

import asyncio
import contextlib
import fcntl
import gc
import signal
import socket
import sys
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import structlog
import uvicorn
import uvloop
from starlette.requests import Request

from deploy.lounge.composition import BUILDS
from deploy.lounge.demo import fill_empty_desk
from deploy.lounge.dispatch import App, Receive, Scope, Send
from deploy.lounge.house import House
from deploy.lounge.migrate import SERVICES, DataOfANewerVersion, MigrationFailed, migrate
from deploy.lounge.postgres import PostgresNotStarted, postgres_server
from deploy.lounge.settings import LoungeSettings
from shared.kernel import BureauClock
from shared.telemetry.setup import set_up_logs, set_up_traces
from shared.telemetry.spanstore import SpanStore
from shared.web import Profile
from shared.web.problems import OWN_WORDS, Catalogue, Problems

log = structlog.get_logger("up")


class CannotStart(Exception):
    """One clear sentence for whoever typed the command."""


def up(settings: LoungeSettings) -> None:
    """Runs until SIGINT or SIGTERM. Raises CannotStart before anything was changed."""
    set_up_logs(settings.log_level)
    with _home(settings.home) as home, _port(settings.host, settings.port) as listener:
        server = postgres_server(home / "postgres")
        try:
            admin_dsn = server.start()
        except PostgresNotStarted as error:
            raise CannotStart(f"数据库没有启动，数据没有改动。{_one_line(error)}") from None
        try:
            try:
                dsns = asyncio.run(migrate(admin_dsn, SERVICES, home))
            except DataOfANewerVersion as error:
                raise CannotStart(
                    f"数据是更新版本的汇客厅写的，没有改动。请启动那个版本，或恢复本版本的备份。{error}"
                ) from None
            except MigrationFailed as error:
                raise CannotStart(f"数据库结构没有更新成功，原样保留。{_one_line(error)}") from None
            uvloop.run(_serve(settings, home, dsns, listener))
        finally:
            server.stop()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


@contextlib.contextmanager
def _home(path: Path) -> Iterator[Path]:
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
def _port(host: str, port: int) -> Iterator[socket.socket]:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except PermissionError:
        listener.close()
        raise CannotStart(f"没有权限使用端口 {port}。请用 LOUNGE_PORT 换一个 1024 以上的端口。") from None
    except OSError:
        listener.close()
        raise CannotStart(
            f"端口 {port} 已被占用。请用 LOUNGE_PORT 换一个，例如 LOUNGE_PORT={port + 1} make up。"
        ) from None
    with listener:
        yield listener


GRACE_SECONDS = 5
"""How long a request under way may take to end once the desk stops."""


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: it would raise SIGTERM again and leave PostgreSQL behind."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Cuts off by itself, quietly, who does not end his request: uvicorn would print a traceback for each."""
        cutting = asyncio.get_running_loop().call_later(GRACE_SECONDS, self._cut_off)
        try:
            await super().shutdown(sockets)
        finally:
            cutting.cancel()

    def _cut_off(self) -> None:
        for task in self.server_state.tasks:
            task.cancel()


def _door(app: App) -> App:
    """The last catch before uvicorn, which would print whatever message an error has: it may be what somebody typed."""
    problems = Problems(Catalogue([OWN_WORDS]))

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sent(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await app(scope, receive, sent)
        except asyncio.CancelledError:
            if not begun:
                await problems.answer(Request(scope), 503, "unavailable", retry_after=5)(scope, receive, send)
        except Exception as error:
            # What has been answered was logged with its answer.
            if not begun:
                log.error("request_failed", exc_info=error)
                await problems.answer(Request(scope), 500, "internal")(scope, receive, send)

    return door


async def _serve(settings: LoungeSettings, home: Path, dsns: dict[str, str], listener: socket.socket) -> None:
    spans = SpanStore(home / "traces.sqlite")
    close_traces = set_up_traces("lounge", spans, settings.otlp_endpoint)
    url = f"http://{settings.host}:{settings.port}"
    house = House(dsns, home, BUILDS, profile=settings.profile, clock=BureauClock(), spans=spans, url=url)
    await house.start()
    # What lives as long as the process is not looked at by the collector again: its pauses were the slowest requests.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        _door(house.dispatcher), loop="none", http="httptools", lifespan="off", access_log=False, log_level="warning",
        timeout_graceful_shutdown=2 * GRACE_SECONDS, server_header=False,
    )  # fmt: skip
    server = _Server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: setattr(server, "should_exit", True))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    filling: asyncio.Task[None] | None = None
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        sys.stdout.write(f"汇客厅已就绪：{url}（按 Ctrl-C 停止）\n")
        sys.stdout.flush()
        if settings.profile is Profile.DEMO and settings.demo_requests:
            filling = asyncio.create_task(fill_empty_desk(house))
        await serving
    finally:
        if filling is not None:
            filling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await filling
        await house.stop()
        close_traces()
        spans.close()

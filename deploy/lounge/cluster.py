"""`lounge cluster`: the real thing on one machine. PostgreSQL, Apache Kafka, one process per service and part."""

import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
import uvloop

from deploy.lounge import bureau_time
from deploy.lounge.addresses import GATEWAY, RELAY
from deploy.lounge.broker_keeper import READY, brokers_at, keep_brokers
from deploy.lounge.children import Child, Signals, signals, stop_all
from deploy.lounge.cluster_operations import PROCESSES
from deploy.lounge.demo import fill_empty_desk
from deploy.lounge.dispatch import FRONT
from deploy.lounge.migrate import SERVICES
from deploy.lounge.ports import INSIDE, Ports, replace
from deploy.lounge.postgres import EmbeddedPostgres, GivenPostgres, PostgresNotStarted, PostgresServer
from deploy.lounge.serve import keep_dsns, serve_gateway, serve_relay, serve_service
from deploy.lounge.serving import listening
from deploy.lounge.settings import LoungeSettings
from deploy.lounge.up import CannotStart, held_home, migrated, port
from shared.kernel import wall_time
from shared.telemetry.setup import set_up_logs
from shared.web import Part, Profile

PORTS = "ports.json"
KAFKA = "kafka"
BACKLOG = 512
PRELOADED = (
    "anyio._backends._asyncio", "encodings.idna", "h11", "httpcore2", "httptools", "pydantic.v1", "truststore",
    "uvicorn.lifespan.off", "uvicorn.protocols.http.httptools_impl",
)  # fmt: skip
"""What libraries import only when it is used first: once here instead of in every child."""
TICK = 0.25
READY_SECONDS = 120.0
STOP_SECONDS = 12.0
BROKERS_STOP_SECONDS = 25.0

log = structlog.get_logger("cluster")


def cluster(settings: LoungeSettings, brokers: int) -> None:
    """Runs until SIGINT or SIGTERM. Raises CannotStart before anything was changed."""
    set_up_logs(settings.log_level)
    with (
        held_home(settings.home) as home,
        port(settings.host, settings.port) as public,
        signals() as watched,
        ExitStack() as stack,
    ):
        Cluster(settings, home, brokers, public, watched, stack).run()


class Cluster:
    """The supervisor: single-threaded and without an event loop, so that it may fork at any time."""

    def __init__(
        self,
        settings: LoungeSettings,
        home: Path,
        brokers: int,
        public: socket.socket,
        watched: Signals,
        stack: ExitStack,
    ) -> None:
        self._settings = settings
        self._home = home
        self._brokers = brokers
        self._public = public
        self._watched = watched
        self._stack = stack
        self._since = wall_time()
        self._ports = Ports(home / PORTS)
        self._postgres = self._server()
        self._postgres_restarts = 0
        self._postgres_since = wall_time()
        self._keeper: Child | None = None
        self._processes: list[Child] = []
        self._announcer: Child | None = None
        self._written: bytes = b""

    def run(self) -> None:
        bureau_time.forget(self._home)
        for name in PRELOADED:
            import_module(name)
        gc.collect()
        gc.freeze()
        try:
            self._start()
            while not self._watched.stop:
                self._look_after()
                self._watched.wait(TICK)
        finally:
            self._stop()

    # ── start ────────────────────────────────────────────────────────────

    def _server(self) -> PostgresServer:
        url = os.environ.get("LOUNGE_DATABASE_URL")
        if url:
            return GivenPostgres(url)
        return EmbeddedPostgres(self._home / "postgres", port=self._ports.of("postgres"))

    def _start(self) -> None:
        if self._settings.kafka is None:
            (self._home / KAFKA / READY).unlink(missing_ok=True)
            work = partial(keep_brokers, self._home / KAFKA, self._brokers)
            self._keeper = Child("brokers", "keeper", work)
            self._keeper.start()
        dsns = migrated(self._postgres, self._home)
        self._postgres_since = wall_time()
        keep_dsns(self._home, dsns)
        self._processes = self._composed(self._kafka())
        for child in self._processes:
            child.start()
        told = f"{len(self._processes)} 个进程，Kafka {self._brokers} 个节点"
        self._announcer = Child("announcer", "announcer", partial(announce, self._settings, told))
        self._announcer.start()
        self._write()

    def _kafka(self) -> str:
        if self._keeper is None:
            return str(self._settings.kafka)
        while (told := brokers_at(self._home / KAFKA)) is None:
            if self._keeper.ended() or self._watched.stop:
                raise CannotStart("Apache Kafka 没有启动，原因见上。数据没有改动。Apache Kafka did not start.")
            self._watched.wait(TICK)
        return str(told["bootstrap"])

    def _composed(self, bootstrap: str) -> list[Child]:
        parts = {f"{name}.{part}": (name, part) for name in SERVICES for part in (Part.API, Part.READERS)}
        parts[f"{FRONT}.{Part.API}"] = (FRONT, Part.API)
        listeners = {name: self._listener(name) for name in (*parts, RELAY)}
        addresses = {name: f"http://{INSIDE}:{_port(each)}" for name, each in listeners.items()}
        addresses[GATEWAY] = self._settings.local_url
        settings = self._settings.model_copy(update={"processes": addresses, "kafka": bootstrap})
        self._public.listen(BACKLOG)
        # Everybody asks the gateway for keys: it is there first.
        made = [self._child(GATEWAY, GATEWAY, self._public, partial(serve_gateway, settings, self._home))]
        made += [
            self._child(f"{name}.{part}", part, listeners[f"{name}.{part}"], partial(
                serve_service, settings, self._home, name, frozenset({part})
            ))
            for name, part in parts.values()
        ]  # fmt: skip
        made.append(self._child(RELAY, RELAY, listeners[RELAY], partial(serve_relay, settings, self._home)))
        return made

    def _listener(self, name: str) -> socket.socket:
        """Stays open here: whoever connects while the process is being started again is answered a moment later."""
        listener = self._stack.enter_context(listening(INSIDE, self._ports.of(name)))
        listener.listen(BACKLOG)
        return listener

    def _child(
        self, name: str, role: str, listener: socket.socket, serve: Callable[[socket.socket], Coroutine[Any, Any, None]]
    ) -> Child:
        def work() -> None:
            uvloop.run(serve(listener.dup()))

        return Child(name, role, work, _port(listener))

    # ── work ─────────────────────────────────────────────────────────────

    @property
    def _children(self) -> list[Child]:
        return [*([self._keeper] if self._keeper else []), *self._processes]

    def _look_after(self) -> None:
        self._look_after_postgres()
        for child in self._children:
            if child.ended():
                log.warning("process_ended", process=child.name)
            if child.start_again():
                log.warning("process_started_again", process=child.name, restarts=child.restarts)
        if self._announcer is not None and self._announcer.ended():
            if self._announcer.status != 0:
                raise CannotStart(f"{READY_SECONDS:.0f} 秒内没有就绪。记录见上。")
            self._announcer = None
        if self._watched.wipe and self._keeper is not None:
            self._watched.wipe = False
            self._keeper.signal(signal.SIGUSR1)
        self._write()

    def _look_after_postgres(self) -> None:
        server = self._postgres
        if not isinstance(server, EmbeddedPostgres) or server.pid is not None:
            return
        log.warning("postgres_ended")
        server.stop()
        try:
            server.start()
        except PostgresNotStarted as error:
            log.error("postgres_not_started", reason=str(error)[-500:])
            return
        self._postgres_restarts += 1
        self._postgres_since = wall_time()

    def _write(self) -> None:
        """Who runs, for `lounge status`, the operators' page, and whoever wants to kill somebody."""
        rows = [_row("supervisor", "supervisor", os.getpid(), None, self._since.isoformat(), 0)]
        if isinstance(self._postgres, EmbeddedPostgres):
            since = self._postgres_since.isoformat()
            rows.append(
                _row(
                    "postgres",
                    "postgres",
                    self._postgres.pid,
                    self._ports.of("postgres"),
                    since,
                    self._postgres_restarts,
                )
            )
        told = brokers_at(self._home / KAFKA) if self._keeper else None
        rows += [_row(f"kafka-{each['broker']}", KAFKA, each["pid"], each["port"], each["since"], each["restarts"])
                 for each in (told or {"brokers": []})["brokers"]]  # fmt: skip
        for child in self._children:
            begun = child.since.isoformat() if child.since else None
            rows.append(_row(child.name, child.role, child.pid, child.port, begun, child.restarts))
        written = orjson.dumps(rows, option=orjson.OPT_INDENT_2)
        if written != self._written:
            replace(self._home / PROCESSES, written)
            self._written = written

    # ── stop ─────────────────────────────────────────────────────────────

    def _stop(self) -> None:
        """Who takes new work first, then who does it, then what carries it, then what keeps it."""
        gateways = [child for child in self._processes if child.role == GATEWAY]
        relays = [child for child in self._processes if child.role == RELAY]
        services = [child for child in self._processes if child not in (*gateways, *relays)]
        announcers = [self._announcer] if self._announcer else []
        for group in (announcers, gateways, services, relays):
            stop_all(group, STOP_SECONDS)
        if self._keeper is not None:
            stop_all([self._keeper], BROKERS_STOP_SECONDS)
        self._postgres.stop()
        (self._home / PROCESSES).unlink(missing_ok=True)


def announce(settings: LoungeSettings, told: str) -> None:
    """Says when all are ready, and fills an empty demo desk. In a child of its own: nobody waits for it."""
    until = time.monotonic() + READY_SECONDS
    while not (report := _readiness(settings)).get("ready"):
        if time.monotonic() > until:
            late = [each["process"] for each in report.get("services", ()) if not each["ready"]] or [GATEWAY]
            raise NotReady("、".join(late))
        time.sleep(0.1)
    sys.stdout.write(f"汇客厅已就绪：{settings.url}（{told}；按 Ctrl-C 停止）\n")
    sys.stdout.flush()
    if settings.profile is Profile.DEMO and settings.demo_requests:
        uvloop.run(fill_empty_desk(settings.local_url))


class NotReady(Exception):
    """Names the processes that are not."""


def _readiness(settings: LoungeSettings) -> dict[str, Any]:
    connection = HTTPConnection(urlsplit(settings.local_url).netloc, timeout=5)
    try:
        connection.request("GET", "/readyz")
        told: dict[str, Any] = orjson.loads(connection.getresponse().read())
        return told
    except (OSError, HTTPException, orjson.JSONDecodeError):
        return {}
    finally:
        connection.close()


def _port(listener: socket.socket) -> int:
    number: int = listener.getsockname()[1]
    return number


def _row(
    name: str, role: str, pid: int | None, number: int | None, since: str | None, restarts: int
) -> Mapping[str, object]:
    return {"name": name, "role": role, "pid": pid, "port": number, "since": since, "restarts": restarts}

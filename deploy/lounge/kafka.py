"""Apache Kafka as our child processes: one broker, or three that replicate. Each is broker and controller (KRaft).

Kafka is transport, never the record: its folder may be deleted at any time, and `wipe` does just that.
"""

import base64
import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from deploy.lounge.kafka_programs import KafkaNotStarted, Programs, programs

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
"""Of three brokers that stop, the last may wait for minutes for a quorum that is gone."""
RELEASE_SECONDS = 5.0
"""How long the ports of brokers that were just killed are waited for."""
PR_SET_PDEATHSIG = 1
FIRST_PORT, PORTS = 10_000, 20_000
"""Below the ephemeral range: no outgoing connection takes the port of a broker that is down for a moment."""

COMMON = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    # A misspelt topic is an error, and a topic with another number of partitions would be one for ever.
    "auto.create.topics.enable": "false",
    "offsets.topic.num.partitions": "4",
    "group.initial.rebalance.delay.ms": "0",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    "log.cleaner.dedupe.buffer.size": "4194304",
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
}

_LIBC = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """The broker ends when the thread that started it ends, also by kill -9."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class _Layout:
    """What must stay the same as long as the folder lives: it is formatted with it."""

    cluster: str
    directories: Sequence[str]
    ports: Sequence[Sequence[int]]
    """Of each broker: for clients, for controllers."""

    @property
    def bootstrap(self) -> str:
        return ",".join(f"{HOST}:{client}" for client, _ in self.ports)

    @property
    def controllers(self) -> str:
        return ",".join(f"{HOST}:{controller}" for _, controller in self.ports)

    @property
    def first_controllers(self) -> str:
        voters = zip(range(len(self.ports)), self.ports, self.directories, strict=True)
        return ",".join(f"{node}@{HOST}:{controller}:{directory}" for node, (_, controller), directory in voters)


class KafkaBrokers:
    """The brokers of one folder, numbered from 0. To be started from the main thread, with which they end."""

    def __init__(self, folder: Path, brokers: int = 1, *, advertised: Sequence[int] | None = None) -> None:
        """`advertised`: the ports that clients are told instead of the brokers' own, those of a proxy for example."""
        self._folder = folder.absolute()
        self._count = brokers
        self._advertised = advertised
        self._programs: Programs | None = None
        self._layout: _Layout | None = None
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def bootstrap(self) -> str:
        """Where clients begin; the same over stops, kills and wipes."""
        if self._layout is None:
            raise KafkaNotStarted("The brokers have not been started yet.")
        return self._layout.bootstrap

    @property
    def pids(self) -> dict[int, int]:
        """Broker → process, of those that live."""
        return {node: process.pid for node, process in self._running.items() if process.poll() is None}

    def log_of(self, broker: int) -> Path:
        return self._folder / f"broker-{broker}" / "server.log"

    def start(self) -> str:
        """Starts all of them and waits until clients can connect to each."""
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("A broker ends with the thread that starts it: start it from the main thread")
        self._programs = programs()
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = self._kept()
        layout = kept or _new_layout(self._count)
        with _held_soon([port for pair in layout.ports for port in pair]) as held:
            if kept is None or not held.complete:
                # Ports are part of the format. Whoever took one of ours costs us the data, which the feeds still have.
                layout = layout if held.complete else _new_layout(self._count)
                self._format(layout)
            self._layout = layout
            self._start_all(range(self._count))
        return layout.bootstrap

    def stop(self) -> None:
        processes, self._running = list(self._running.values()), {}
        for process in processes:
            process.send_signal(signal.SIGTERM)
        give_up = time.monotonic() + STOP_SECONDS
        for process in processes:
            try:
                process.wait(max(0.0, give_up - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            else:
                self._found.keep_recording()

    def kill(self, broker: int) -> None:
        """As a power cut would."""
        process = self._running.pop(broker)
        process.kill()
        process.wait()

    def start_one(self, broker: int) -> None:
        """Starts a broker that was killed, on its data and ports."""
        if broker not in self.pids:
            self._start_all([broker])

    def wipe(self) -> None:
        """All data of all brokers are gone; they come back empty on the same ports."""
        if self._layout is None:
            raise KafkaNotStarted("The brokers have not been started yet.")
        for broker in list(self._running):
            self.kill(broker)
        with _Held([port for pair in self._layout.ports for port in pair]):
            self._format(self._layout)
            self._start_all(range(self._count))

    def _kept(self) -> _Layout | None:
        try:
            layout = _Layout(**json.loads((self._folder / "layout.json").read_text(encoding="ascii")))
        except (OSError, ValueError, TypeError):
            return None
        return layout if len(layout.ports) == self._count else None

    def _format(self, layout: _Layout) -> None:
        """The layout is written last: a folder without it counts as unformatted."""
        (self._folder / "layout.json").unlink(missing_ok=True)
        formatting: list[tuple[subprocess.Popen[bytes], Path]] = []
        for node in range(self._count):
            home = self._folder / f"broker-{node}"
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(parents=True)
            properties = home / "server.properties"
            properties.write_text(self._properties(layout, node, home), encoding="utf-8")
            command = self._found.command(
                "kafka.tools.StorageTool", "format", "-c", str(properties), "--cluster-id", layout.cluster,
                "--initial-controllers", layout.first_controllers,
            )  # fmt: skip
            log = home / "format.log"
            with log.open("ab") as output:
                formatting.append((_spawn(command, home, output), log))
        for process, log in formatting:
            if process.wait(START_SECONDS) != 0:
                raise KafkaNotStarted(_told("Kafka could not format its folder", log))
        draft = self._folder / "layout.unfinished"
        draft.write_text(
            json.dumps({"cluster": layout.cluster, "directories": layout.directories, "ports": layout.ports}),
            encoding="ascii",
        )
        draft.rename(self._folder / "layout.json")

    def _properties(self, layout: _Layout, node: int, home: Path) -> str:
        client, controller = layout.ports[node]
        told = self._advertised[node] if self._advertised else client
        copies = str(self._count)
        own = {
            "node.id": str(node),
            "listeners": f"PLAINTEXT://{HOST}:{client},CONTROLLER://{HOST}:{controller}",
            "advertised.listeners": f"PLAINTEXT://{HOST}:{told},CONTROLLER://{HOST}:{controller}",
            "controller.quorum.bootstrap.servers": layout.controllers,
            "log.dirs": str(home / "data"),
            "default.replication.factor": copies,
            "offsets.topic.replication.factor": copies,
            "transaction.state.log.replication.factor": copies,
            "share.coordinator.state.topic.replication.factor": copies,
            "min.insync.replicas": "2" if self._count >= 3 else "1",
            "transaction.state.log.min.isr": "2" if self._count >= 3 else "1",
            "share.coordinator.state.topic.min.isr": "2" if self._count >= 3 else "1",
        }
        return "".join(f"{name}={value}\n" for name, value in (COMMON | own).items())

    @property
    def _found(self) -> Programs:
        self._programs = self._programs or programs()
        return self._programs

    def _start_all(self, nodes: Sequence[int]) -> None:
        found = self._found
        try:
            for node in nodes:
                home = self._folder / f"broker-{node}"
                records = node == 0 and not found.archive.exists()
                command = found.recording if records else found.command
                with self.log_of(node).open("ab") as log:
                    self._running[node] = _spawn(command("kafka.Kafka", str(home / "server.properties")), home, log)
            for node in nodes:
                self._wait_for(node)
        except BaseException:
            self.stop()
            raise

    def _wait_for(self, node: int) -> None:
        """A broker opens its client port only when the quorum has let it in."""
        assert self._layout is not None
        address = (HOST, self._layout.ports[node][0])
        give_up = time.monotonic() + START_SECONDS
        while self._running[node].poll() is None and time.monotonic() < give_up:
            with suppress(OSError), socket.create_connection(address, timeout=1):
                return
            time.sleep(0.02)
        raise KafkaNotStarted(_told(f"Kafka broker {node} did not start", self.log_of(node)))


class _Held:
    """Ports bound but never listened to: nobody else gets them, and the broker, which reuses addresses, does."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._sockets: list[socket.socket] = []
        self.complete = all(self._hold(port) for port in ports)

    def _hold(self, port: int) -> bool:
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._sockets.append(held)
        try:
            held.bind((HOST, port))
        except OSError:
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        for held in self._sockets:
            held.close()


def _held_soon(ports: Sequence[int]) -> _Held:
    """A predecessor that was killed lets go of its ports only once its brokers are dead too."""
    give_up = time.monotonic() + RELEASE_SECONDS
    while not (held := _Held(ports)).complete and time.monotonic() < give_up:
        held.close()
        time.sleep(0.1)
    return held


def _new_layout(brokers: int) -> _Layout:
    ports: list[int] = []
    while len(ports) < 2 * brokers:
        port = FIRST_PORT + secrets.randbelow(PORTS)
        with _Held([port]) as held:
            if held.complete and port not in ports:
                ports.append(port)
    pairs = [ports[at : at + 2] for at in range(0, len(ports), 2)]
    return _Layout(_id(), [_id() for _ in range(brokers)], pairs)


def _id() -> str:
    """As Kafka writes a UUID. One that begins with a hyphen would be read as an option."""
    while True:
        written = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        if not written.startswith("-"):
            return written


def _spawn(command: list[str], folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """A session of its own keeps Ctrl-C away from it: the desk finishes its work before the brokers go."""
    return subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        start_new_session=True, preexec_fn=_die_with_parent, env=_environment(),
    )  # fmt: skip


def _environment() -> dict[str, str]:
    """Options meant for other Java programs would change this one, or be printed into its log."""
    return {name: value for name, value in os.environ.items() if name not in ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")}


def _told(what: str, log: Path) -> str:
    said = log.read_text(encoding="utf-8", errors="replace").strip()[-1500:]
    return f"{what}. Its log is {log} and ends with: {said}"

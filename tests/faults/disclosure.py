"""Whether a word that somebody typed stands anywhere but in the vault's own keeping: tables, files, logs, topics."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg

from tests.faults.violation import Violation

INVARIANT = "typed words stay in the vault"
COLUMNS = (
    "SELECT table_schema AS schema, table_name AS name, column_name AS field, data_type = 'bytea' AS is_bytes"
    " FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)"
    " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
)
CHUNK = 1 << 20


async def disclosed(connection: "asyncpg.Connection[Any]", canary: str) -> list[Violation]:
    """Every column of every table, the vault's included: there it is sealed."""
    found = []
    tables: dict[tuple[str, str], list[str]] = {}
    for column in await connection.fetch(COLUMNS):
        asked = (
            f"position($1::bytea IN {column['field']})"
            if column["is_bytes"]
            else f"position(convert_from($1::bytea, 'UTF8') IN {column['field']}::text)"
        )
        tables.setdefault((column["schema"], column["name"]), []).append(f"{asked} > 0")
    for (schema, name), tests in sorted(tables.items()):
        query = f'SELECT count(*) FROM "{schema}"."{name}" WHERE ' + " OR ".join(tests)
        if rows := await connection.fetchval(query, canary.encode()):
            found.append(Violation(INVARIANT, schema, f"{rows} rows of {name}"))
    return found


def disclosed_in_files(folder: Path, canary: str) -> list[Violation]:
    """Logs, traces, tiles, brokers' segments, PostgreSQL's own files with its write-ahead log."""
    word = canary.encode()
    return [
        Violation(INVARIANT, "files", str(path.relative_to(folder))) for path in _files(folder) if _holds(path, word)
    ]


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def _holds(path: Path, word: bytes) -> bool:
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if word in tail + chunk:
                return True
            tail = chunk[-len(word) :]
    return False

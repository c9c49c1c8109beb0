"""Whether a word that somebody typed stands anywhere but in the vault's own keeping: tables, files, logs, topics."""

import errno
import os
from collections.abc import Iterator
from io import FileIO
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
        field = f'"{column["field"]}"'
        asked = (
            f"position($1::bytea IN {field})"
            if column["is_bytes"]
            else f"position(convert_from($1::bytea, 'UTF8') IN {field}::text)"
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
    """Reads what was written: a broker's index files are gigabytes of holes."""
    with path.open("rb", buffering=0) as file:
        return any(_stretch_holds(file, begin, end, word) for begin, end in _stretches(file))


def _stretches(file: FileIO) -> Iterator[tuple[int, int]]:
    end = 0
    while True:
        try:
            begin = file.seek(end, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return
            raise
        end = file.seek(begin, os.SEEK_HOLE)
        yield begin, end


def _stretch_holds(file: FileIO, begin: int, end: int, word: bytes) -> bool:
    file.seek(begin)
    tail = b""
    while begin < end and (chunk := file.read(min(CHUNK, end - begin))):
        if word in tail + chunk:
            return True
        begin += len(chunk)
        tail = (tail + chunk)[-len(word) :]
    return False

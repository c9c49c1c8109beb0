"""A database with very many requests, in minutes: one real lifecycle, copied by SQL with ids of its own for each copy.

Everything fits together as if it had been lived: commitments to the changed bytes, dense numbers in the lanes of the
new ids, leaves with their hashes, and the rows of every view. Only the sealed texts are the same ciphertext.
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from deploy.lounge.migrate import SERVICES
from services.audit.log.leaf import pseudonym
from shared.kernel import LANES, lane_of
from shared.web.pins import ALPHABET, spelled
from shared.web.service import read_secret

OTHERS = frozenset({
    "installation", "lane_head", "outbox", "positions", "parked", "view_versions", "shared_migrations",
    "own_migrations", "events", "feed", "idempotency", "log_head", "checkpoints", "leaves", "mediator_register",
})  # fmt: skip
"""Not copied as they are: bookkeeping, and what has rules of its own below."""
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
BIG = ("events", "feed", "leaves")
BLOCK = 64
SEALED = "SELECT coalesce(max(size), 0) >= (SELECT size FROM audit.log_head) FROM audit.checkpoints"


@dataclass(frozen=True, slots=True)
class Template:
    request_id: UUID
    code: str
    ids: frozenset[str]
    """What gets another value in each copy; people and offices stay who they are."""

    def text(self, text: str) -> str:
        """An SQL expression for `text` in a copy."""
        expression = _literal(text)
        for id in sorted(set(UUIDS.findall(text)) & self.ids):
            expression = f"replace({expression}, '{id}', {_fresh(id)}::text)"
        return f"replace({expression}, '{self.code}', c.code)" if self.code in text else expression

    def concerns(self, row: Mapping[str, Any]) -> bool:
        return any(set(UUIDS.findall(_readable(value))) & self.ids for value in row.values())

    def value(self, value: Any, type: str) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, UUID):
            return f"{_fresh(str(value))}" if str(value) in self.ids else f"'{value}'::uuid"
        if isinstance(value, list):
            return f"ARRAY[{', '.join(self.value(each, type[1:]) for each in value)}]::{type[1:]}[]"
        if isinstance(value, bytes):
            text = _readable(value)
            return f"convert_to({self.text(text)}, 'UTF8')" if text else f"'\\x{value.hex()}'::bytea"
        return f"({self.text(str(value))})::{type}"


def _fresh(id: str) -> str:
    return f"md5('{id}' || c.i)::uuid"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _readable(value: Any) -> str:
    """What of a value may name an id; nothing for bytes that are no text."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return ""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


async def fill(admin: str, home: Path, request_id: UUID, copies: int) -> None:
    """The desk must be stopped. `request_id` is an archived request, the only one in the database."""
    connection = await asyncpg.connect(admin, command_timeout=None)
    try:
        await connection.execute(
            "SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET session_replication_role = replica"
        )
        template = await _template(connection, request_id)
        await _copies(connection, template, copies, read_secret(home, "log_pseudonyms"))
        constraints = await _without_indexes(connection)
        for service in SERVICES:
            await _history(connection, service, template)
            await _tables(connection, service, template)
        await _leaves(connection)
        for statement in constraints:
            await connection.execute(statement)
        for service in SERVICES:
            for source in SERVICES:
                await connection.execute(
                    f"UPDATE {service}.positions p SET number = h.head FROM {source}.lane_head h"
                    " WHERE p.service = $1 AND p.lane = h.lane",
                    source,
                )
        await connection.execute("DROP TABLE public.copies, public.copied_leaves")
        # Whoever measures next would otherwise measure the vacuuming of what was just written.
        await connection.execute("VACUUM (FREEZE, ANALYZE)")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def sealed(admin: str, seconds: float = 1800.0) -> None:
    """Returns when checkpoints cover every copied leaf: tiles of millions are made once, at the first start."""
    connection = await asyncpg.connect(admin)
    try:
        async with asyncio.timeout(seconds):
            while not await connection.fetchval(SEALED):
                await asyncio.sleep(1.0)
    finally:
        await connection.close()


async def _template(connection: "asyncpg.Connection[Any]", request_id: UUID) -> Template:
    ids, people = {str(request_id)}, set()
    for service in SERVICES:
        for row in await connection.fetch(f"SELECT * FROM {service}.events WHERE key = $1", request_id):
            ids |= {str(row["event_id"]), row["stream"].partition("-")[2]}
            people |= {str(row["actor"])}
    rows = await connection.fetch(
        "SELECT * FROM vault.items i JOIN vault.contents c USING (item) WHERE request_id = $1", request_id
    )
    for row in rows:
        ids |= {str(row["item"]), str(row["stream_id"]), str(row["key_id"])}
        people |= {str(row["owner"])}
    rows = await connection.fetch("SELECT message_id FROM notifications.messages WHERE request_id = $1", request_id)
    ids |= {str(row["message_id"]) for row in rows}
    code = await connection.fetchval("SELECT code FROM intake.pins WHERE request_id = $1", request_id)
    return Template(request_id, code, frozenset(ids - people))


async def _copies(connection: "asyncpg.Connection[Any]", template: Template, copies: int, secret: bytes) -> None:
    """One row for each copy: its request, lane, rank in the lane, code, and pseudonym in the log."""
    await connection.execute(
        "CREATE TABLE public.copies (i integer, request_id uuid, lane smallint, rank integer, code text, key text)"
    )
    ranks = [0] * LANES
    rows = []
    for number in range(copies):
        id = UUID(hashlib.md5(f"{template.request_id}{number}".encode(), usedforsecurity=False).hexdigest())
        lane = lane_of(id)
        rows.append((number, id, lane, ranks[lane], _code(number), pseudonym(secret, id)))
        ranks[lane] += 1
    await connection.copy_records_to_table("copies", schema_name="public", records=rows)
    await connection.execute(
        "CREATE TABLE public.copied_leaves (service text, lane smallint, number bigint, record_id uuid, key uuid,"
        " type text, trace_id text, causation uuid, entry text)"
    )


def _code(number: int) -> str:
    letters = ""
    for _ in range(8):
        number, place = divmod(number, len(ALPHABET))
        letters = ALPHABET[place] + letters
    return spelled("NG", letters)


async def _without_indexes(connection: "asyncpg.Connection[Any]") -> list[str]:
    """Drops what would be kept up to date row by row in the largest tables, and says how to make it again."""
    again = []
    for row in await connection.fetch(
        "SELECT conrelid::regclass::text AS name, conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint"
        " WHERE contype IN ('p', 'u') AND conrelid::regclass::text = ANY($1)",
        [f"{service}.{table}" for service in SERVICES for table in BIG],
    ):
        await connection.execute(f"ALTER TABLE {row['name']} DROP CONSTRAINT {row['conname']}")
        again.append(f"ALTER TABLE {row['name']} ADD CONSTRAINT {row['conname']} {row['definition']}")
    for row in await connection.fetch(
        "SELECT schemaname, indexname, indexdef FROM pg_indexes WHERE schemaname = ANY($1) AND tablename = ANY($2)",
        list(SERVICES),
        list(BIG),
    ):
        await connection.execute(f"DROP INDEX {row['schemaname']}.{row['indexname']}")
        again.append(row["indexdef"])
    return again


async def _history(connection: "asyncpg.Connection[Any]", service: str, template: Template) -> None:
    """Events and feed of the request, in the order of their numbers, and what their leaves will say."""
    rows = await connection.fetch(
        f"SELECT e.*, f.lane, f.number, f.type, f.data FROM {service}.events e JOIN {service}.feed f USING (event_id)"
        " WHERE e.key = $1 ORDER BY f.number",
        template.request_id,
    )
    types = await _types(connection, service, "events")
    for place, row in enumerate(rows):
        entry = await connection.fetchrow("SELECT * FROM audit.leaves WHERE record_id = $1", row["event_id"])
        number = f"(h.head + c.rank * {len(rows)} + {place + 1})"
        body = template.value(row["body"], "bytea")
        columns = {name: template.value(row[name], type) for name, type in types.items()}
        columns |= {"lane": "c.lane", "body": "made.body", "commitment": "made.commitment"}
        names = ", ".join(columns)
        made = (
            f"FROM public.copies c JOIN {service}.lane_head h ON h.lane = c.lane"
            f" CROSS JOIN LATERAL (SELECT {body} AS body) b"
            f" CROSS JOIN LATERAL (SELECT b.body, {_hmac(row['salt'], 'b.body')} AS commitment) made"
        )
        await connection.execute(f"INSERT INTO {service}.events ({names}) SELECT {', '.join(columns.values())} {made}")
        data = template.value(row["data"], "bytea")
        await connection.execute(
            f"INSERT INTO {service}.feed (lane, number, event_id, type, data)"
            f" SELECT c.lane, {number}, {_fresh(str(row['event_id']))}, {_literal(row['type'])}, {data}"
            f" FROM public.copies c JOIN {service}.lane_head h ON h.lane = c.lane"
        )
        if entry is not None:
            await _entries(connection, service, template, row, entry, number, made)
    await connection.execute(
        f"UPDATE {service}.lane_head h SET head = h.head + c.count * $1"
        " FROM (SELECT lane, count(*) FROM public.copies GROUP BY lane) c WHERE c.lane = h.lane",
        len(rows),
    )


async def _entries(
    connection: "asyncpg.Connection[Any]",
    service: str,
    template: Template,
    row: Mapping[str, Any],
    leaf: Mapping[str, Any],
    number: str,
    made: str,
) -> None:
    text = leaf["entry"].decode()
    expression = template.text(text)
    key = re.search(r'"key":"([0-9a-f]{64})"', text)
    assert key is not None
    for old, new in (
        (f'"{key[1]}"', "'\"' || c.key || '\"'"),
        (row["commitment"].hex(), "encode(made.commitment, 'hex')"),
        (f'"lane":{leaf["lane"]},', "'\"lane\":' || c.lane || ','"),
        (f'"number":{leaf["number"]},', f"'\"number\":' || {number} || ','"),
    ):
        expression = f"replace({expression}, {_literal(old)}, {new})"
    record, causation = _fresh(str(row["event_id"])), template.value(leaf["causation"], "uuid")
    trace = template.value(leaf["trace_id"], "text")
    await connection.execute(
        "INSERT INTO public.copied_leaves SELECT"
        f" '{service}', c.lane, {number}, {record}, c.request_id, {_literal(leaf['type'])}, {trace},"
        f" {causation}, {expression} {made}"
    )


async def _leaves(connection: "asyncpg.Connection[Any]") -> None:
    size = await connection.fetchval("SELECT size FROM audit.log_head")
    await connection.execute(
        "INSERT INTO audit.leaves (index, service, lane, number, record_id, key, type, trace_id, causation, entry,"
        " leaf_hash) SELECT $1 + row_number() OVER () - 1, service, lane, number, record_id, key, type, trace_id,"
        " causation, convert_to(entry, 'UTF8'), sha256('\\x00'::bytea || convert_to(entry, 'UTF8'))"
        " FROM public.copied_leaves",
        size,
    )
    await connection.execute("UPDATE audit.log_head SET size = (SELECT count(*) FROM audit.leaves)")


async def _tables(connection: "asyncpg.Connection[Any]", service: str, template: Template) -> None:
    tables = await connection.fetch(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = $1 AND table_type = 'BASE TABLE'",
        service,
    )
    for table in sorted({row["table_name"] for row in tables} - OTHERS):
        types = await _types(connection, service, table)
        rows = [row for row in await connection.fetch(f"SELECT * FROM {service}.{table}") if template.concerns(row)]
        for row in rows:
            values = ", ".join(template.value(row[name], type) for name, type in types.items())
            await connection.execute(
                f"INSERT INTO {service}.{table} ({', '.join(types)}) SELECT {values} FROM public.copies c"
            )


async def _types(connection: "asyncpg.Connection[Any]", service: str, table: str) -> dict[str, str]:
    rows: Sequence[Any] = await connection.fetch(
        "SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2"
        " AND is_identity = 'NO' AND is_generated = 'NEVER' ORDER BY ordinal_position",
        service,
        table,
    )
    return {f"{row['column_name']}": row["udt_name"] for row in rows}


def _hmac(salt: bytes, message: str) -> str:
    """HMAC-SHA-256 as an SQL expression, its pads worked out beforehand."""
    block = salt.ljust(BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block).hex() for pad in (0x36, 0x5C))
    return f"sha256('\\x{outer}'::bytea || sha256('\\x{inner}'::bytea || {message}))"

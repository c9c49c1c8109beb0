"""The audit log, held against what the services recorded and against its own signed roots, by arithmetic of our own."""

import hmac
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import asyncpg

from tests.faults.violation import Violation

PAGE = 5000


async def record_violations(connection: "asyncpg.Connection[Any]", service: str) -> list[Violation]:
    """Every record of a service has its leaf, which says the same; every commitment opens to the stored bytes."""
    rows = await connection.fetch(
        "SELECT f.event_id::text AS what, l.record_id IS NULL AS missing,"
        " convert_from(l.entry, 'UTF8')::jsonb @> jsonb_build_object('service', $1::text, 'lane', f.lane,"
        " 'number', f.number, 'record', f.event_id, 'type', f.type, 'version', e.version, 'role', e.role,"
        " 'unit', e.unit, 'outcome', e.outcome, 'rule', e.rule, 'commitment', encode(e.commitment, 'hex')) AS agrees"
        f" FROM {service}.feed f JOIN {service}.events e USING (event_id)"
        " LEFT JOIN audit.leaves l ON l.record_id = f.event_id AND l.service = $1 AND l.lane = f.lane"
        " AND l.number = f.number",
        service,
    )
    found = [Violation("every record its leaf", service, row["what"]) for row in rows if row["missing"]]
    found += [Violation("leaves say what was recorded", service, row["what"]) for row in rows if row["agrees"] is False]
    strays = await connection.fetch(
        f"SELECT l.index::text AS what FROM audit.leaves l LEFT JOIN {service}.feed f ON f.event_id = l.record_id"
        " WHERE l.service = $1 AND f.lane IS NULL",
        service,
    )
    found += [Violation("every leaf its record", service, row["what"]) for row in strays]
    events = await connection.fetch(f"SELECT event_id, salt, body, commitment FROM {service}.events")
    return found + [
        Violation("commitments open", service, str(event["event_id"]))
        for event in events
        if hmac.digest(event["salt"], event["body"], "sha256") != event["commitment"]
    ]


async def log_violations(connection: "asyncpg.Connection[Any]") -> list[Violation]:
    dense = await connection.fetchval(
        "SELECT count(*) = coalesce(max(index) + 1, 0) AND count(*) = (SELECT size FROM audit.log_head)"
        " FROM audit.leaves"
    )
    found = [] if dense else [Violation("leaf indices are dense", "audit", "a hole, or another size than the head's")]
    signed = {row["size"]: row["root"] for row in await connection.fetch("SELECT size, root FROM audit.checkpoints")}
    tree, unfit = Frontier(), list[int]()
    if signed.pop(0, tree.root) != tree.root:
        found.append(Violation("roots follow from the leaves", "audit", "at size 0"))
    async for index, entry, stored in _leaves(connection):
        if sha256(b"\0" + entry).digest() != stored:
            unfit.append(index)
        tree.add(stored)
        if (root := signed.pop(tree.size, None)) is not None and root != tree.root:
            found.append(Violation("roots follow from the leaves", "audit", f"at size {tree.size}"))
    found += [Violation("leaves fit their hashes", "audit", str(index)) for index in unfit]
    found += [Violation("roots follow from the leaves", "audit", f"no leaves for size {size}") for size in signed]
    covered = await connection.fetchval("SELECT coalesce(max(size), 0) FROM audit.checkpoints")
    if covered < tree.size:
        found.append(Violation("every leaf is covered", "audit", f"{covered} of {tree.size}"))
    return found


async def _leaves(connection: "asyncpg.Connection[Any]") -> Any:
    after = -1
    while rows := await connection.fetch(
        "SELECT index, entry, leaf_hash FROM audit.leaves WHERE index > $1 ORDER BY index LIMIT $2", after, PAGE
    ):
        for row in rows:
            yield row["index"], row["entry"], row["leaf_hash"]
        after = rows[-1]["index"]


class Frontier:
    """The root of RFC 6962, section 2.1, of the leaves so far: the complete subtrees from the left, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        self._subtrees.append(leaf)
        self.size += 1
        for _ in _trailing_zeros(self.size):
            right, left = self._subtrees.pop(), self._subtrees.pop()
            self._subtrees.append(sha256(b"\1" + left + right).digest())

    @property
    def root(self) -> bytes:
        if not self._subtrees:
            return sha256(b"").digest()
        folded = self._subtrees[-1]
        for left in reversed(self._subtrees[:-1]):
            folded = sha256(b"\1" + left + folded).digest()
        return folded


def _trailing_zeros(number: int) -> Iterator[None]:
    while number % 2 == 0:
        yield None
        number //= 2

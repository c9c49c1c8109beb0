"""The invariants of the fault runs find what they are there to find: each is planted once, and reported alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deploy.lounge.composition import BUILDS
from tests.faults.invariants import violations
from tests.support.house import house
from tests.support.postgres import Database

pytestmark = pytest.mark.fault

TEXTS = ("隔壁半夜还在唱歌，老人睡不着。", "身份证丢了，补办要多久？", "我不想活了，谁来帮帮我。")
NOBODY = "00000000-0000-4000-8000-000000000001"

ONE_LONG_STREAM = "(SELECT stream FROM {s}.events GROUP BY stream HAVING count(*) > 2 ORDER BY stream LIMIT 1)"
ONE_LANE = "(SELECT lane FROM {s}.lane_head WHERE head > 0 ORDER BY lane LIMIT 1)"
EVERYBODY_SAW_ONE_MORE = (
    "UPDATE {s}.lane_head SET head = head + 1 WHERE lane = " + ONE_LANE,
    *(
        f"UPDATE {reader}.positions SET number = number + 1 WHERE service = '{{s}}' AND lane = " + ONE_LANE
        for reader in ("intake", "vault", "routing", "mediation", "enterprise", "workorders", "notifications", "audit")
    ),
)
LAST_OF_ONE_LANE = "(lane, number) = (SELECT lane, head FROM {s}.lane_head WHERE lane = " + ONE_LANE + ")"

PLANTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "filed once": (
        "intake",
        (
            "UPDATE {s}.events SET fact = 'request_filed' WHERE version = 2 AND stream = (SELECT stream FROM {s}.events"
            " WHERE fact = 'request_filed' AND key IN (SELECT key FROM {s}.events WHERE version = 2) LIMIT 1)",
        ),
    ),
    "versions are dense": (
        "vault",
        ("UPDATE {s}.events SET version = version + 1000 WHERE stream = (SELECT min(stream) FROM {s}.events)",),
    ),
    "every event is numbered once": (
        "routing",
        (
            "INSERT INTO {s}.events SELECT (jsonb_populate_record(e, jsonb_build_object('version', e.version + 1,"
            f" 'event_id', '{NOBODY}'))).* FROM {{s}}.events e WHERE stream = " + ONE_LONG_STREAM + " ORDER BY version"
            " DESC LIMIT 1",
        ),
    ),
    "every number has its event": (
        "routing",
        ("DELETE FROM {s}.events WHERE (stream, version) = (SELECT stream, max(version) FROM {s}.events"
         " WHERE stream = " + ONE_LONG_STREAM + " GROUP BY stream)",),
    ),
    "the outbox is empty": (
        "intake",
        (f"INSERT INTO {{s}}.outbox (lane, event_id, type) VALUES (0, '{NOBODY}', 'planted')",),
    ),
    "numbers are dense": (
        "intake",
        (
            "UPDATE audit.leaves SET number = number + 1 WHERE service = '{s}' AND " + LAST_OF_ONE_LANE,
            "UPDATE {s}.feed SET number = number + 1 WHERE " + LAST_OF_ONE_LANE,
            *EVERYBODY_SAW_ONE_MORE,
        ),
    ),
    "heads are true": ("intake", EVERYBODY_SAW_ONE_MORE),
    "a stream's numbers follow its versions": (
        "routing",
        (
            "CREATE TEMP TABLE swapped ON COMMIT DROP AS SELECT event_id, 3 - version AS version FROM {s}.events"
            " WHERE version < 3 AND stream = " + ONE_LONG_STREAM,
            "UPDATE {s}.events e SET version = -s.version FROM swapped s WHERE e.event_id = s.event_id",
            "UPDATE {s}.events e SET version = s.version FROM swapped s WHERE e.event_id = s.event_id",
        ),
    ),
    "nothing is parked": (
        "notifications",
        (
            "INSERT INTO {s}.parked (reader, service, lane, number, key, record, state, reason)"
            f" VALUES ('planted', 'intake', 0, 1, '{NOBODY}', '', 'waiting', 'planted')",
        ),
    ),
    "readers are at the head": (
        "notifications",
        (
            "UPDATE {s}.positions SET number = number - 1 WHERE (reader, service, lane) ="
            " (SELECT reader, service, lane FROM {s}.positions WHERE number > 0 ORDER BY 1, 2, 3 LIMIT 1)",
        ),
    ),
    "every record its leaf": (
        "intake",
        (
            f"UPDATE audit.leaves SET record_id = '{NOBODY}' WHERE index = (SELECT max(index) FROM audit.leaves"
            " WHERE service = '{s}')",
        ),
    ),
    "leaf indices are dense": (
        "audit",
        ("UPDATE {s}.leaves SET index = index + 1 WHERE index = (SELECT max(index) FROM {s}.leaves)",),
    ),
    "filed is triaged": (
        "routing",
        (
            f"UPDATE {{s}}.events SET key = '{NOBODY}' WHERE key = (SELECT key FROM intake.events"
            " WHERE fact = 'request_filed' LIMIT 1)",
        ),
    ),
    "triaged once": (
        "routing",
        ("UPDATE {s}.events SET fact = 'triage_begun' WHERE version = 2 AND stream = " + ONE_LONG_STREAM,),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def accepted(database: Database, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A desk that took some requests in, settled and closed: idempotency key → request."""

    async def work() -> dict[str, str]:
        requests = {}
        async with house(database, tmp_path_factory.mktemp("healthy"), BUILDS) as desk:
            for text in TEXTS:
                headers = await desk.as_(None)
                filed = await desk.http.post("/intake/v1/requests", json={"narrative": text}, headers=headers)
                requests[headers["Idempotency-Key"]] = filed.json()["request_id"]
            await desk.settled()
        return requests

    return asyncio.run(work())


@asynccontextmanager
async def _copy(database: Database) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """What is done to it is gone afterwards."""
    connection = await asyncpg.connect(database.admin_dsn)
    change = connection.transaction()
    await change.start()
    try:
        yield connection
    finally:
        await change.rollback()
        await connection.close()


async def test_a_healthy_desk_violates_nothing(accepted: dict[str, str], database: Database) -> None:
    async with _copy(database) as connection:
        assert await violations(connection, accepted) == []


async def test_a_filing_that_was_answered_and_is_not_there_is_found(
    accepted: dict[str, str], database: Database
) -> None:
    async with _copy(database) as connection:
        (found,) = await violations(connection, {**accepted, "one more": NOBODY})
    assert (found.invariant, found.service) == ("accepted is stored", "intake")


async def test_two_keys_that_were_answered_with_one_request_are_found(
    accepted: dict[str, str], database: Database
) -> None:
    async with _copy(database) as connection:
        (found,) = await violations(connection, {**accepted, "one more": next(iter(accepted.values()))})
    assert found.invariant == "one key, one request"


@pytest.mark.parametrize("invariant", PLANTED)
async def test_each_planted_violation_is_found_and_no_other(
    invariant: str, accepted: dict[str, str], database: Database
) -> None:
    service, statements = PLANTED[invariant]
    async with _copy(database) as connection:
        changed = [await connection.execute(statement.format(s=service)) for statement in statements]
        assert not changed[0].endswith(" 0"), "nothing was planted"
        found = await violations(connection, accepted)
    assert {(violation.invariant, violation.service) for violation in found} == {(invariant, service)}


def test_the_ids_planted_are_nobody_s(accepted: dict[str, str]) -> None:
    assert UUID(NOBODY) not in {UUID(request) for request in accepted.values()}

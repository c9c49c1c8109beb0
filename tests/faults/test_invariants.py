"""The invariants of the fault runs find what they are there to find: each is broken once, and reported."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deploy.lounge.composition import BUILDS
from tests.faults.disclosure import CHUNK, disclosed_in_files
from tests.faults.invariants import History, counts, violations
from tests.faults.log_invariants import Frontier
from tests.faults.planted import BREAKS_ALSO, CANARY, NOBODY, PLANTED, TOLD_OTHERWISE
from tests.faults.settling import left
from tests.support.house import MONDAY_MORNING, Desk, house
from tests.support.postgres import Database

pytestmark = pytest.mark.fault

TEXTS = ("隔壁半夜还在唱歌，老人睡不着。", f"身份证丢了，补办要多久？{CANARY}", "我不想活了，谁来帮帮我。")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("healthy")


@pytest.fixture(scope="module")
def desk(database: Database, home: Path) -> History:
    """A desk that took some requests in, settled and closed."""

    async def work() -> History:
        accepted = {}
        async with house(database, home, BUILDS) as running:
            for text in TEXTS:
                headers = await running.as_("citizen_lin")
                filed = await running.http.post("/intake/v1/requests", json={"narrative": text}, headers=headers)
                accepted[headers["Idempotency-Key"]] = filed.json()["request_id"]
            await running.settled()
            await _is_routed_and_withdrawn(running, next(iter(accepted.values())))
            await _until_covered(running)
        return History(accepted, frozenset(accepted), (CANARY,), MONDAY_MORNING + timedelta(seconds=1))

    return asyncio.run(work())


ROUTED_BY_HAND = {
    "category": "PSO", "channel": "PSM", "police": "own", "priority": "P2", "flags": [], "reason": "OVERRULED",
}  # fmt: skip


async def _is_routed_and_withdrawn(running: Desk, request: str) -> None:
    """So that one person is told of several things, by several services."""
    officer, citizen = await running.as_("triage_officer"), await running.as_("citizen_lin")
    routed = await running.http.post(f"/routing/v1/decisions/{request}/overrule", json=ROUTED_BY_HAND, headers=officer)
    assert routed.status_code < 300, routed.text
    await running.settled()
    withdrawn = await running.http.post(f"/intake/v1/requests/{request}/withdrawal", json={}, headers=citizen)
    assert withdrawn.status_code < 300, withdrawn.text
    await running.settled()


async def _until_covered(running: Desk) -> None:
    while await running.house.unsealed_seconds() is not None:
        await asyncio.sleep(0.05)


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


async def test_a_healthy_desk_violates_nothing(desk: History, database: Database) -> None:
    async with _copy(database) as connection:
        assert await violations(connection, desk) == []
        assert (await counts(connection)).filed == (await counts(connection)).told == len(TEXTS)


@pytest.mark.parametrize("invariant", TOLD_OTHERWISE)
async def test_what_the_tables_say_against_what_a_client_was_told_is_found(
    invariant: str, desk: History, database: Database
) -> None:
    async with _copy(database) as connection:
        (found,) = await violations(connection, TOLD_OTHERWISE[invariant](desk))
    assert (found.invariant, found.service) == (invariant, "intake")


@pytest.mark.parametrize("invariant", PLANTED)
async def test_each_planted_violation_is_found_and_what_it_cannot_but_break(
    invariant: str, desk: History, database: Database
) -> None:
    service, statements = PLANTED[invariant]
    async with _copy(database) as connection:
        changed = [await connection.execute(statement.format(s=service)) for statement in statements]
        assert not changed[-1].endswith(" 0"), "nothing was planted"
        found = await violations(connection, desk)
    assert (invariant, service) in {(violation.invariant, violation.service) for violation in found}
    assert {violation.invariant for violation in found} == {invariant, *BREAKS_ALSO.get(invariant, ())}


@pytest.mark.parametrize(
    ("invariant", "left_over"),
    [
        ("the outbox is empty", "1 unnumbered, 0 unread, 0 waiting, 0 uncovered"),
        ("readers are at the head", "0 unnumbered, 1 unread, 0 waiting, 0 uncovered"),
        ("nothing is parked", "0 unnumbered, 0 unread, 1 waiting, 0 uncovered"),
    ],
)
async def test_a_desk_is_not_settled_while_anything_is_left(
    invariant: str, left_over: str, desk: History, database: Database
) -> None:
    service, statements = PLANTED[invariant]
    async with _copy(database) as connection:
        assert await left(connection) == (0, "")
        for statement in statements:
            await connection.execute(statement.format(s=service))
        assert (await left(connection))[1] == left_over


async def test_a_desk_is_not_settled_before_a_checkpoint_covers_all(desk: History, database: Database) -> None:
    service, (statement,) = PLANTED["every leaf is covered"]
    async with _copy(database) as connection:
        await connection.execute(statement.format(s=service))
        assert re.fullmatch("0 unnumbered, 0 unread, 0 waiting, [1-9][0-9]* uncovered", (await left(connection))[1])


def test_a_word_in_a_file_is_found_across_the_border_of_two_chunks(tmp_path: Path) -> None:
    (tmp_path / "desk.log").write_bytes(b"." * (CHUNK - 3) + CANARY.encode() + b".")
    (tmp_path / "clean.log").write_bytes(b"." * CHUNK)
    assert [found.what for found in disclosed_in_files(tmp_path, CANARY)] == ["desk.log"]


def test_a_word_behind_a_hole_in_a_file_is_found(tmp_path: Path) -> None:
    with (tmp_path / "sparse.index").open("wb") as file:
        file.seek(64 * CHUNK)
        file.write(CANARY.encode())
        file.truncate(128 * CHUNK)
    assert [found.what for found in disclosed_in_files(tmp_path, CANARY)] == ["sparse.index"]


KNOWN_ROOTS = {0: "e3b0c442", 1: "6e340b9c", 8: "5dc9da79"}
RFC_6962_LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")


@pytest.mark.parametrize(("size", "root"), KNOWN_ROOTS.items())
def test_the_checker_s_own_tree_knows_the_known_answers(size: int, root: str) -> None:
    tree = Frontier()
    for leaf in RFC_6962_LEAVES[:size]:
        tree.add(sha256(b"\0" + bytes.fromhex(leaf)).digest())
    assert tree.root.hex().startswith(root)


def test_the_ids_planted_are_nobody_s(desk: History) -> None:
    assert UUID(NOBODY) not in {UUID(request) for request in desk.accepted.values()}

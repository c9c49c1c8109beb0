"""An operator rebuilds a view: it is started at once, asked for until it is done, and joined by whoever asks again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from deploy.lounge.client import DeskClient
from deploy.lounge.rebuilds import Rebuilds
from shared.messaging import Rebuilt
from tests.support.postgres import Database
from tests.support.served import Served, served

NAME = ("routing", "worklist")
VIEW = {"service": "routing", "view": "worklist"}


@pytest.fixture(scope="module")
def desk(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(database, tmp_path_factory.mktemp("rebuilds")) as desk:
        yield desk


def call(desk: Served, operation: str, login: str, **params: str) -> tuple[int, dict[str, Any]]:
    async def ask() -> tuple[int, dict[str, Any]]:
        async with DeskClient(desk.url) as client:
            body = {"narrative": "路灯坏了"} if operation == "intake.file_request" else None
            answer = await client.call(operation, login=login, params=params, body=body)
            return answer.status_code, answer.json()

    return asyncio.run(ask())


def ended(desk: Served) -> dict[str, Any]:
    while (told := call(desk, "ops.get_rebuild", "operator", **VIEW)[1])["state"] == "running":
        assert 0 <= told["read"] <= told["of"]
    return told


def test_a_rebuild_is_begun_at_once_and_tells_what_it_found(desk: Served) -> None:
    assert call(desk, "ops.get_rebuild", "operator", **VIEW)[1]["state"] == "none"
    assert call(desk, "intake.file_request", "citizen_lin")[0] == 201
    desk.settled()
    status, told = call(desk, "ops.rebuild_view", "operator", **VIEW)
    assert (status, told["state"]) == (202, "running")
    done = ended(desk)
    assert (done["state"], done["equal"], done["rows"]) == ("done", True, 1)
    pool = desk.house.runtimes["routing"].deps.store.pool
    desk.run(pool.execute("UPDATE worklist SET priority = 'P9'"))
    call(desk, "ops.rebuild_view", "operator", **VIEW)
    assert ended(desk)["equal"] is False


async def test_those_of_one_service_wait_for_each_other_and_those_of_another_do_not() -> None:
    """Three at once would hold every transaction that the service's readers need."""
    rebuilds, begun, go_on = Rebuilds(), [], asyncio.Event()

    def of(view: str) -> Callable[[], Awaitable[Rebuilt]]:
        async def work() -> Rebuilt:
            begun.append(view)
            await go_on.wait()
            return Rebuilt(view=view, version=2, rows=0, checksum_before="", checksum_after="")

        return work

    for name in (NAME, ("routing", "duty"), ("intake", "progress")):
        rebuilds.begin(name, of(name[1]))
    await asyncio.sleep(0.05)
    assert begun == ["worklist", "progress"]
    go_on.set()
    while rebuilds.told(("routing", "duty"))["state"] != "done":
        await asyncio.sleep(0.01)


def test_a_view_that_does_not_exist_and_a_caller_who_is_no_operator_are_refused(desk: Served) -> None:
    nowhere = {"service": "routing", "view": "nothing"}
    for operation in ("ops.rebuild_view", "ops.get_rebuild"):
        assert call(desk, operation, "operator", **nowhere)[0] == 404
        assert call(desk, operation, "citizen_lin", **VIEW)[0] == 403


async def test_whoever_asks_while_one_is_under_way_joins_it_and_a_failed_one_says_so() -> None:
    rebuilds, begun, go_on = Rebuilds(), list[int](), asyncio.Event()

    async def work() -> Rebuilt:
        begun.append(1)
        await go_on.wait()
        return Rebuilt("worklist", 2, 1, "a", "a")

    async def fail() -> Rebuilt:
        raise ConnectionResetError

    rebuilds.begin(NAME, work)
    rebuilds.begin(NAME, work)
    await asyncio.sleep(0)
    assert (rebuilds.told(NAME)["state"], len(begun)) == ("running", 1)
    go_on.set()
    while rebuilds.is_running(NAME):
        await asyncio.sleep(0)
    assert rebuilds.told(NAME)["state"] == "done"
    rebuilds.begin(NAME, fail)
    while rebuilds.is_running(NAME):
        await asyncio.sleep(0)
    assert rebuilds.told(NAME)["state"] == "failed"

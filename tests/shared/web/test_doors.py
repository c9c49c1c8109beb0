"""One route, another operation for another role: each is let in by his own row of the access table."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated

import pytest
import pytest_asyncio
from fastapi import APIRouter

from shared.contracts.codes import Operation, Relation, Role
from shared.kernel import Actor, new_id
from shared.web import Call, Deps, Query, Service
from shared.web.doors import command_by_role, query_by_role
from tests.support.house import Desk, house
from tests.support.postgres import Database

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELP = "/intake/v1/help"


async def _of_the_unit(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    return frozenset({Relation.OWN_UNIT})


def build(deps: Deps) -> Service:
    router = APIRouter(prefix="/intake/v1")
    others = {Role.TRIAGE_OFFICER: Operation.RETURN}
    acting = command_by_role(deps.guard, Operation.REGISTER, others, relation=_of_the_unit)
    reading = query_by_role(deps.guard, Operation.REGISTER, others, relation=_of_the_unit)

    @router.post("/help", operation_id="toy.help")
    async def act(call: Annotated[Call, acting]) -> dict[str, str]:
        return {"role": call.actor.role}

    @router.get("/help", operation_id="toy.get_help")
    async def read(query: Annotated[Query, reading]) -> dict[str, str]:
        return {"role": query.actor.role}

    return Service(name="intake", routers=(router,))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with house(database, tmp_path_factory.mktemp("home"), {"intake": build}) as desk:
        yield desk


@pytest.mark.parametrize("login", ["duty_officer", "triage_officer"])
async def test_each_role_is_let_in_by_its_own_operation(desk: Desk, login: str) -> None:
    for method in ("GET", "POST"):
        answer = await desk.http.request(method, HELP, headers=await desk.as_(login))
        assert (answer.status_code, answer.json()) == (200, {"role": login})


@pytest.mark.parametrize(("login", "status"), [("supervisor", 403), ("auditor", 403), (None, 401)])
async def test_who_has_neither_operation_stays_outside(desk: Desk, login: str | None, status: int) -> None:
    for method in ("GET", "POST"):
        assert (await desk.http.request(method, HELP, headers=await desk.as_(login))).status_code == status


async def test_a_token_that_does_not_hold_is_refused_by_the_usual_door(desk: Desk) -> None:
    forged = {"Authorization": "Bearer forged", "Idempotency-Key": str(new_id())}
    for method in ("GET", "POST"):
        answer = await desk.http.request(method, HELP, headers=forged)
        assert (answer.status_code, answer.json()["type"]) == (401, "not-signed-in")


async def test_a_command_still_needs_its_key(desk: Desk) -> None:
    headers = await desk.as_("triage_officer")
    del headers["Idempotency-Key"]
    assert (await desk.http.post(HELP, headers=headers)).status_code == 400

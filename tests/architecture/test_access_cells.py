"""Every route names its operation, and lets in exactly whom the access table lets in: asked over HTTP, cell by cell."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio
from fastapi import FastAPI, HTTPException, Request
from fastapi.routing import APIRoute, iter_route_contexts

from deploy.lounge.composition import BUILDS
from deploy.lounge.house import Build
from deploy.lounge.issuer import DemoPerson, Issuer
from shared.contracts.codes import Operation, Relation, Role
from shared.kernel import Actor, new_id
from shared.web import Deps, Guard, Relate, Service
from shared.web.access import TABLE, access_table
from shared.web.denials import Denials
from shared.web.direct import DirectClient
from shared.web.service import read_secret
from tests.shared.web.oracle import Row, rows, verdict
from tests.support.house import Desk, house
from tests.support.postgres import Database

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = "portal"
"""Pages decide nothing: whatever they show or do is asked of the services as the reader."""

PUBLIC = {
    "/livez", "/readyz",
    "audit.get_checkpoint", "audit.get_key", "audit.get_tile", "audit.covered", "audit.get_proof",
    "audit.verify_receipt", "intake.search_catalogue", "intake.get_catalogue_item",
    "intake.ask_question", "intake.list_knowledge", "intake.get_knowledge",
    "workorders.take_message", "workorders.list_connector_keys",
}  # fmt: skip
"""Routes that ask for no token, each because it needs none: a check of life, the public log, the catalogue
and the knowledge base, our public keys, and messages that carry their own signature."""

LET_IN = 418

BETWEEN_SERVICES = {
    "/internal/feed/heads", "/internal/feed/lanes", "/internal/feed/{lane}", "vault.seal_items", "vault.identify",
    "vault.release_items", "vault.fetch_items_of_requests", "vault.open_items", "vault.find_mentioned",
    "vault.find_similar",
    "routing.export_corrections",
}  # fmt: skip
"""Opened by a service's own token with a scope."""

PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True, slots=True)
class Question:
    """What the guard of a route was asked in a call."""

    operation: Operation
    anonymous: bool


@dataclass
class Cell:
    """How the caller of the next call stands to the thing, and what the guard was asked in it."""

    relations: frozenset[Relation] = frozenset()
    asked: Question | None = None


class NoDenials(Denials):
    """Thousands of denials are expected here."""

    async def of(self, actor: Actor, operation: Operation, client: str) -> None:
        pass


class CellGuard(Guard):
    """The real guard; relations are those of the cell, and whoever is let in is told so instead of served."""

    cell: Cell

    async def _of_the_cell(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        return self.cell.relations

    async def _let_in(
        self, request: Request, operation: Operation, relation: Relate, anonymous: bool
    ) -> tuple[Actor, frozenset[Relation]]:
        self.cell.asked = Question(operation, anonymous)
        await super()._let_in(request, operation, self._of_the_cell, anonymous)
        raise HTTPException(LET_IN)


def _behind_cells(build: Build, cell: Cell) -> Build:
    def built(deps: Deps) -> Service:
        guard = CellGuard(
            store=deps.store,
            tokens=deps.guard._tokens,
            capabilities=deps.guard.capabilities,
            table=access_table(),
            denials=NoDenials(deps.store, deps.clock, b"cells"),
            body_key=b"cells",
        )
        guard.cell = cell
        return build(replace(deps, guard=guard))

    return built


@pytest.fixture(scope="module")
def cell() -> Cell:
    return Cell()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(database: Database, tmp_path_factory: pytest.TempPathFactory, cell: Cell) -> AsyncIterator[Desk]:
    builds = {name: _behind_cells(build, cell) for name, build in BUILDS.items() if name != PAGES}
    async with house(database, tmp_path_factory.mktemp("home"), builds) as desk:
        yield desk


def _routes(desk: Desk) -> Iterator[tuple[FastAPI, APIRoute]]:
    for runtime in desk.house.runtimes.values():
        for found in iter_route_contexts(runtime.app.routes):
            if isinstance(found.original_route, APIRoute):
                yield runtime.app, found.original_route


def _method(route: APIRoute) -> str:
    assert route.methods
    return min(route.methods)


def _path(route: APIRoute) -> str:
    """Ids that name nothing; numbers where no id is meant."""
    return PARAMETER.sub(lambda found: str(new_id()) if "id" in found[1] else "1", route.path)


@pytest.mark.timeout(600)  # every role at every route: some thousands of calls
async def test_every_role_is_let_in_by_every_route_exactly_where_the_table_says_so(desk: Desk, cell: Cell) -> None:
    written = rows(TABLE)
    tokens = await _tokens(desk)
    wrong: list[str] = []
    unguarded: set[str] = set()
    known: set[tuple[str, Question]] = set()
    guarded = 0
    for app, route in _routes(desk):
        http = DirectClient(app)
        method, path = _method(route), _path(route)
        if (await _ask(http, method, path, cell, tokens[Role.AUDITOR]))[1] is None:
            unguarded.add(route.operation_id or route.path)
            continue
        guarded += 1
        for role, headers in tokens.items():
            status, question = await _ask(http, method, path, cell, headers)
            assert question is not None, f"{method} {path} as {role} reached no guard"
            answers = {frozenset[Relation](): status}
            for relations in _worth_asking(role, question, written, known):
                answers[relations], again = await _ask(http, method, path, cell, headers, relations)
                assert again == question
            for relations, status in answers.items():
                if status != (expected := _expected(written, role, question, relations)):
                    told = f"{method} {route.path} ({question.operation}) as {role} {sorted(relations)}"
                    wrong.append(f"{told}: {status}, not {expected}")
    assert wrong == []
    assert guarded > 60
    assert sorted(unguarded - BETWEEN_SERVICES) == sorted(PUBLIC)


async def test_routes_between_services_are_closed_to_every_person(desk: Desk) -> None:
    tokens = await _tokens(desk)
    found: set[str] = set()
    for app, route in _routes(desk):
        name = route.operation_id or route.path
        if name not in BETWEEN_SERVICES:
            continue
        found.add(name)
        http = DirectClient(app)
        for role, headers in tokens.items():
            answer = await http.request(_method(route), _path(route), json=None, headers=headers, timeout=30)
            assert answer.status_code == (403 if headers else 401), (route.path, role)
    assert found == BETWEEN_SERVICES


async def _ask(
    http: DirectClient,
    method: str,
    path: str,
    cell: Cell,
    headers: dict[str, str],
    relations: frozenset[Relation] = frozenset(),
) -> tuple[int, Question | None]:
    """The answer, and what the route asked its guard; None where it asked nothing."""
    cell.relations, cell.asked = relations, None
    answer = await http.request(method, path, json=None, headers=headers, timeout=30)
    return answer.status_code, cell.asked


def _worth_asking(
    role: str, question: Question, written: list[Row], known: set[tuple[str, Question]]
) -> list[frozenset[Relation]]:
    """Beside no relation, once for a role and an operation: every one that a row of the operation speaks of, and one
    that none does. On its other routes: one that opens it to the role.
    """
    speaking = [(who, Relation(how), effect) for who, what, how, effect in written if what == question.operation]
    if (role, question) in known:
        opening = [how for who, how, effect in speaking if (who, effect) == (role, "allow")]
        return [frozenset({how}) for how in opening[:1]]
    known.add((role, question))
    named = {how for _, how, _ in speaking}
    silent = [relation for relation in Relation if relation not in named][:1]
    return [frozenset({relation}) for relation in [*sorted(named), *silent]]


def _expected(written: list[Row], role: str, question: Question, relations: frozenset[Relation]) -> int:
    if role == "nobody":
        if not question.anonymous:
            return 401
        role = Role.ANONYMOUS_REPORTER
    return LET_IN if verdict(written, role, question.operation, set(relations)) == "allow" else 403


async def _tokens(desk: Desk) -> dict[str, dict[str, str]]:
    """Real tokens of one invented person for each role; `nobody` has none."""
    people = {str(role): DemoPerson(login=role, name=role, roles=(role,), about=role) for role in Role}
    issuer = Issuer(desk.house.issuer.url, read_secret(desk.house.home, "issuer"), people)
    tokens = {
        str(role): {"Authorization": f"Bearer {await issuer.person_token(role, desk.house.vault)}"} for role in Role
    }
    return {"nobody": {}, **tokens}


async def test_every_operation_has_a_name_of_its_own(desk: Desk) -> None:
    """Stories, clients and documents find an operation by its name; of two with one name they would find either."""
    names = Counter(route.operation_id for _, route in _routes(desk) if route.include_in_schema)
    assert {name: count for name, count in names.items() if name is None or count > 1} == {}
    assert len(names) > 200

"""The door of a service over HTTP: what is refused, in which words, and what a repeat gets."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio

from shared.kernel import new_id
from tests.shared.eventstore.toggles import switches
from tests.shared.web.toy import build_toy
from tests.support.house import Desk, house
from tests.support.postgres import Database

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with house(database, tmp_path_factory.mktemp("home"), {"intake": build_toy}) as desk:
        yield desk


def _path(id: UUID | str | None = None) -> str:
    return f"/intake/v1/switches/{id or new_id()}"


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(new_id()), "Content-Type": "application/json"}


def _is_problem(answer: httpx2.Response, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body: dict[str, Any] = answer.json()
    assert (body["type"], body["status"]) == (slug, status)
    assert body["title"]
    assert body["detail"]
    return body


async def test_unknown_addresses_and_methods_are_problems(desk: Desk) -> None:
    _is_problem(await desk.http.get("/intake/v1/nothing"), 404, "not-found")
    _is_problem(await desk.http.delete(_path()), 405, "method-not-allowed")
    _is_problem(await desk.http.get(_path("no-id"), headers=await desk.as_("operator")), 404, "not-found")
    _is_problem(await desk.http.get("/somewhere/else"), 404, "not-found")
    _is_problem(await desk.http.get("/internal/feed/heads"), 404, "not-found")


@pytest.mark.parametrize("body", [
    b"{", b"", b"nothing", b"[]", b'"text"', b"null", b'{"by": NaN}', b'{"by": 1e999}', b'{"by": -Infinity}',
    b'{"by": 1e3000000}', b'{"by": 1.5}', b'{"by": "1x"}', b'{"by": true}', b'{"by": 99999999999999999999}',
    b'{"note": "a\\u0000b"}', b'{"note": "\\ud800"}', b'{"note": "   "}', b'{"note": 7}', b'{"note": NaN}',
    b'{"\\ud800": 1}', b'{"\\u0000": 1}', b'{"other": 1}', b'\xff\xfe', b'{"note": "\xff"}', b"[" * 100_000,
    b'{"a":' * 50_000, b'{"note": "' + b"x" * 201 + b'"}', b"1" * 5_000,
])  # fmt: skip
async def test_what_cannot_be_read_or_kept_is_refused_in_words(desk: Desk, body: bytes) -> None:
    answer = await desk.http.post(f"{_path()}/counts", content=body, headers=_key())
    assert answer.status_code in (400, 422), answer.text
    slug = answer.json()["type"]
    assert slug in ("invalid", "unreadable")
    _is_problem(answer, answer.status_code, slug)
    assert all(error["words"] not in ("", "填写有误") for error in answer.json().get("errors", ())), answer.text


async def test_a_body_of_two_megabytes_is_too_large(desk: Desk) -> None:
    body = b'{"note": "' + b"x" * 2_000_000 + b'"}'
    _is_problem(await desk.http.post(f"{_path()}/counts", content=body, headers=_key()), 413, "too-large")

    async def drops() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b" " * 10_000

    _is_problem(await desk.http.post(f"{_path()}/counts", content=drops(), headers=_key()), 413, "too-large")


@pytest.mark.parametrize(("accepted", "language"), [
    ("", "zh"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB", "en"), ("en;q=0.2,zh;q=0.9", "zh"),
    ("zh;q=0.1, en;q=0.9", "en"), ("fr,de;q=0.5", "zh"), ("en;q=oops,zh", "zh"), ("x-zhen,en", "en"),
])  # fmt: skip
async def test_problems_speak_the_language_that_the_reader_prefers(desk: Desk, accepted: str, language: str) -> None:
    headers = {"Accept-Language": accepted}
    title = _is_problem(await desk.http.get(_path(), headers=headers), 401, "not-signed-in")["title"]
    assert title == {"zh": "请先登录", "en": "Please sign in"}[language]


async def test_a_blank_text_is_refused_in_the_language_of_the_reader(desk: Desk) -> None:
    headers = {**_key(), "Accept-Language": "en"}
    answer = await desk.http.post(f"{_path()}/counts", content=b'{"note": " "}', headers=headers)
    assert answer.json()["errors"][0]["words"] == "must not be empty"


async def test_a_command_without_a_key_is_refused(desk: Desk) -> None:
    answer = await desk.http.post(f"{_path()}/counts", json={})
    _is_problem(answer, 400, "key-missing")


@pytest.mark.parametrize("key", ["1", "x" * 65, "00000000-0000-1000-8000-000000000000", "secret key"])
async def test_an_anonymous_key_must_be_a_random_uuid(desk: Desk, key: str) -> None:
    answer = await desk.http.post(f"{_path()}/counts", json={}, headers={"Idempotency-Key": key})
    _is_problem(answer, 400, "key-malformed")


async def test_a_repeat_gets_the_answer_of_the_first_and_has_no_effect(desk: Desk) -> None:
    id, headers = new_id(), _key()
    first = await desk.http.post(f"{_path(id)}/counts", json={}, headers=headers)
    again = await desk.http.post(f"{_path(id)}/counts", json={}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (await switches(desk.store("intake")).state(id))[0].count == 1


async def test_the_same_key_with_another_body_or_path_is_refused(desk: Desk) -> None:
    id, headers = new_id(), _key()
    await desk.http.post(f"{_path(id)}/counts", json={"note": "one"}, headers=headers)
    other = await desk.http.post(f"{_path(id)}/counts", json={"note": "two"}, headers=headers)
    _is_problem(other, 422, "key-reused")
    elsewhere = await desk.http.post(f"{_path()}/counts", json={"note": "one"}, headers=headers)
    _is_problem(elsewhere, 422, "key-reused")


async def test_two_at_once_with_one_key_have_one_effect_and_one_answer(desk: Desk) -> None:
    id, headers = new_id(), _key()
    answers = await asyncio.gather(*(desk.http.post(f"{_path(id)}/counts", json={}, headers=headers) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert (await switches(desk.store("intake")).state(id))[0].count == 1


@pytest.mark.parametrize("version", ['"7"', 'W/"3"', "nonsense", "-1", '""', "*"])
async def test_a_stale_version_is_refused_before_anything_happens(desk: Desk, version: str) -> None:
    id = new_id()
    await desk.http.post(f"{_path(id)}/counts", json={}, headers=_key())
    answer = await desk.http.post(f"{_path(id)}/counts", json={}, headers={**_key(), "If-Match": version})
    _is_problem(answer, 412, "precondition-failed")
    fine = await desk.http.post(f"{_path(id)}/counts", json={}, headers={**_key(), "If-Match": '"1"'})
    assert fine.json()["count"] == 2


async def test_too_many_tries_are_told_how_long_to_wait(desk: Desk) -> None:
    id = new_id()
    for _ in range(2):
        assert (await desk.http.post(f"{_path(id)}/tries", headers=_key())).status_code == 200
    answer = await desk.http.post(f"{_path(id)}/tries", headers=_key())
    body = _is_problem(answer, 429, "too-many-tries")
    assert 1 <= int(answer.headers["retry-after"]) <= 900
    assert answer.headers["retry-after"] in body["detail"]


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer a.b.c", "Basic eA==", "Bearer cap.x", "Bearer  x", "x"]
)
async def test_a_token_that_does_not_hold_is_refused_even_where_nobody_has_to_sign_in(desk: Desk, header: str) -> None:
    answer = await desk.http.post(f"{_path()}/tries", headers={**_key(), "Authorization": header})
    _is_problem(answer, 401, "not-signed-in")
    assert answer.headers["www-authenticate"] == "Bearer"


async def _denials(desk: Desk) -> list[tuple[str, str, int]]:
    rows = await desk.store("intake").pool.fetch(
        "SELECT stream, role, (convert_from(body, 'utf8')::json ->> 'times')::int AS times FROM events"
        " WHERE fact = 'access_denied' ORDER BY recorded_at"
    )
    return [(row["stream"], row["role"], row["times"]) for row in rows]


async def test_every_denial_of_somebody_signed_in_is_a_fact(desk: Desk) -> None:
    before = len(await _denials(desk))
    headers = await desk.as_("operator")
    answers = await asyncio.gather(*(desk.http.post(f"{_path()}/counts", json={}, headers=headers) for _ in range(20)))
    for answer in answers:
        _is_problem(answer, 403, "not-allowed")
    denied = (await _denials(desk))[before:]
    assert [(role, times) for _, role, times in denied] == [("operator", 1)] * 20


async def test_anonymous_denials_are_counted_by_client_and_minute(desk: Desk) -> None:
    denials = desk.runtime("intake").deps.guard.denials
    await denials.flush()
    before = len(await _denials(desk))
    for _ in range(3):
        await desk.http.get(_path())
    await desk.http.get(_path(), headers={"Authorization": "Bearer a.b.c"})
    assert len(await _denials(desk)) == before
    await denials.flush()
    await denials.flush()
    (denied,) = (await _denials(desk))[before:]
    assert denied[1:] == ("system", 4)
    assert "127.0.0.1" not in denied[0]


async def test_a_traceparent_of_a_stranger_is_no_parent_of_ours(desk: Desk) -> None:
    answer = await desk.http.get(_path(), headers={"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"})
    assert answer.headers.get("x-trace-id") != "ab" * 16


async def test_a_question_that_no_feed_can_answer_is_refused_in_words(desk: Desk) -> None:
    token = desk.house.issuer.service_token("audit", "feed:intake")
    app = httpx2.ASGITransport(app=desk.runtime("intake").app)
    async with httpx2.AsyncClient(transport=app, base_url="http://feed.test") as http:
        headers = {"Authorization": f"Bearer {token}"}
        for path in ("/16", "/-1", "/99999", f"/0?after={2**63}", "/0?limit=0", "/0?limit=1001"):
            _is_problem(await http.get(f"/internal/feed{path}", headers=headers), 422, "invalid")
        assert (await http.get("/internal/feed/0?after=0&limit=1", headers=headers)).status_code == 200
        other = {"Authorization": f"Bearer {desk.house.issuer.service_token('audit', 'feed:routing')}"}
        _is_problem(await http.get("/internal/feed/0", headers=other), 403, "not-allowed")


async def test_keys_are_forgotten_after_seven_days(desk: Desk) -> None:
    store, id, headers = desk.store("intake"), new_id(), _key()
    await desk.http.post(f"{_path(id)}/counts", json={}, headers=headers)
    await store.forget_keys()
    again = await desk.http.post(f"{_path(id)}/counts", json={}, headers=headers)
    assert again.headers["idempotency-replayed"] == "true"
    await store.pool.execute("UPDATE idempotency SET created_at = created_at - interval '8 days'")
    await store.forget_keys()
    assert await store.pool.fetchval("SELECT count(*) FROM idempotency") == 0

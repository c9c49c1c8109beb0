"""What people and broken programs really send, to a running desk: each answer says in both languages what is wrong."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from shared.kernel import new_id
from tests.faults.victim import Victim
from tests.support import nearby

pytestmark = [pytest.mark.fault, pytest.mark.timeout(180)]

FILE = "/intake/v1/requests"
FOLLOW = "/intake/v1/follow"
GOOD = '{"narrative": "路灯坏了一个星期，晚上看不见路"}'.encode()
HAN = re.compile(r"[\u4e00-\u9fff]")
PIN_TRIES = 5
HOME, ELSEWHERE = "127.0.0.2", "127.0.0.3"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    home = tmp_path_factory.mktemp("by-hand")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    with Victim(home) as victim:
        victim.start()
        yield victim
        assert victim.stop() == 0
        assert "Traceback" not in victim.log_end()


@dataclass(frozen=True, slots=True)
class Sent:
    """One request; `key` is fresh unless a header says otherwise."""

    status: int
    slug: str
    body: bytes = GOOD
    method: str = "POST"
    path: str = FILE
    headers: dict[str, str | None] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    """Which fields the problem names."""


JSON = "application/json"
BAD = {
    "broken JSON": Sent(422, "unreadable", body=b'{"narrative": "abc'),
    "no JSON at all": Sent(422, "unreadable", body="楼上漏水".encode()),
    "nothing": Sent(422, "invalid", body=b""),
    "a list": Sent(422, "invalid", body=b"[1, 2]"),
    "bytes that are no UTF-8": Sent(400, "unreadable", body=b'{"narrative": "\xff\xfe"}'),
    "a number for a text": Sent(422, "invalid", body=b'{"narrative": 17}', fields=("narrative",)),
    "null for a text": Sent(422, "invalid", body=b'{"narrative": null}', fields=("narrative",)),
    "an object for a text": Sent(422, "invalid", body=b'{"narrative": {"a": 1}}', fields=("narrative",)),
    "a missing field": Sent(422, "invalid", body=b"{}", fields=("narrative",)),
    "an unknown field": Sent(422, "invalid", body=b'{"narrative": "abc", "admin": true}', fields=("admin",)),
    "an unknown choice": Sent(422, "invalid", body=b'{"narrative": "abc", "kind": "coup"}', fields=("kind",)),
    "blanks": Sent(422, "invalid", body=b'{"narrative": " \\n\\t "}', fields=("narrative",)),
    "NUL": Sent(422, "invalid", body=b'{"narrative": "a\\u0000b"}', fields=("narrative",)),
    "a lone surrogate": Sent(422, "invalid", body=b'{"narrative": "a\\ud800b"}', fields=("narrative",)),
    "a lone surrogate for a name": Sent(422, "invalid", body=b'{"narrative": "abc", "\\udfff": 1}'),
    "1e999": Sent(422, "invalid", body=b'{"narrative": 1e999}', fields=("narrative",)),
    "NaN": Sent(422, "invalid", body=b'{"narrative": NaN}', fields=("narrative",)),
    "a deep nest": Sent(400, "unreadable", body=b'{"narrative": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "a title as long as a letter": Sent(
        422, "invalid", body=json.dumps({"narrative": "a", "title": "字" * 201}).encode(), fields=("title",)
    ),
    "a letter as long as a book": Sent(
        422, "invalid", body=json.dumps({"narrative": "字" * 20_001}).encode(), fields=("narrative",)
    ),
    "2 MB": Sent(413, "too-large", body=b'{"narrative": "' + b"a" * 2_000_000 + b'"}'),
    "no key": Sent(400, "key-missing", headers={"Idempotency-Key": None}),
    "an empty key": Sent(400, "key-missing", headers={"Idempotency-Key": ""}),
    "a key that is no random UUID": Sent(400, "key-malformed", headers={"Idempotency-Key": "1"}),
    "a key as long as a letter": Sent(400, "key-malformed", headers={"Idempotency-Key": "k" * 500}),
    "a token of nobody": Sent(401, "not-signed-in", headers={"Authorization": "Bearer abc.def.ghi"}),
    "another scheme": Sent(401, "not-signed-in", headers={"Authorization": "Basic YTpi"}),
    "GET where only POST goes": Sent(405, "method-not-allowed", method="GET", path=FOLLOW),
    "DELETE on a list": Sent(405, "method-not-allowed", method="DELETE"),
    "an unknown path of a service": Sent(404, "not-found", path="/intake/v1/nothing"),
    "an unknown path of the operators": Sent(404, "not-found", method="GET", path="/ops/v1/nothing"),
    "a path above all": Sent(404, "not-found", method="GET", path="/intake/v1/requests/..%2f..%2fetc%2fpasswd"),
    "an id that is none": Sent(401, "not-signed-in", method="GET", path=f"{FILE}/17"),
    "a code of nobody": Sent(
        404, "wrong-code-or-pin", path=FOLLOW, body=b'{"code": "NG-AAAA-AAAA", "pin": "AAAAAAAA"}'
    ),
    "a code with NUL": Sent(404, "wrong-code-or-pin", path=FOLLOW, body=b'{"code": "NG-AA\\u0000", "pin": "AAAAAAAA"}'),
    "a PIN with half a character": Sent(
        422, "invalid", path=FOLLOW, body=b'{"code": "NG-AAAA-AAAA", "pin": "\\ud800"}', fields=("pin",)
    ),
}


@pytest.mark.parametrize("sent", BAD.values(), ids=BAD.keys())
def test_what_is_wrong_is_said_in_both_languages(sent: Sent, desk: Victim) -> None:
    told = {language: _send(desk, sent, language) for language in ("zh-CN", "en")}
    for answer in told.values():
        assert answer.status_code == sent.status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["type"], problem["status"]) == (sent.slug, sent.status)
        assert {error["field"] for error in problem.get("errors", ())} >= set(sent.fields)
        assert all(error["words"] for error in problem.get("errors", ()))
    chinese, english = (told[language].json() for language in ("zh-CN", "en"))
    assert HAN.search(chinese["title"])
    assert HAN.search(chinese["detail"])
    assert english["title"]
    assert not HAN.search(english["title"] + english["detail"])
    assert "—" not in chinese["detail"] + english["detail"], "a detail that was not filled in"


def _send(desk: Victim, sent: Sent, language: str) -> httpx2.Response:
    given = {"Idempotency-Key": str(new_id()), "Content-Type": JSON, "Accept-Language": language, **sent.headers}
    headers = {name: value for name, value in given.items() if value is not None}
    with httpx2.Client(base_url=desk.url, timeout=30) as client:
        return client.request(sent.method, sent.path, headers=headers, content=sent.body)


def _file(desk: Victim, body: dict[str, Any], key: str) -> httpx2.Response:
    return nearby.post(f"{desk.url}{FILE}", json=body, headers={"Idempotency-Key": key}, timeout=30)


def _filed(desk: Victim) -> dict[str, Any]:
    answer = _file(desk, {"narrative": "路灯坏了一个星期"}, str(new_id()))
    assert answer.status_code == 201, answer.text
    filed: dict[str, Any] = answer.json()
    return filed


def _follow(desk: Victim, code: str, pin: str, address: str) -> httpx2.Response:
    """As somebody at `address`, which is counted by itself."""
    with httpx2.Client(transport=httpx2.HTTPTransport(local_address=address), base_url=desk.url, timeout=30) as client:
        return client.post(FOLLOW, json={"code": code, "pin": pin})


def test_an_unknown_page_says_so_in_words(desk: Victim) -> None:
    page = nearby.get(f"{desk.url}/treasury/gold")
    assert page.status_code == 404
    assert HAN.search(page.text)


def test_one_key_with_another_body_is_refused_and_the_first_stays(desk: Victim) -> None:
    key = str(new_id())
    first = _file(desk, {"narrative": "路灯坏了"}, key)
    other = _file(desk, {"narrative": "井盖没了"}, key)
    again = _file(desk, {"narrative": "路灯坏了"}, key)
    assert (other.status_code, other.json()["type"]) == (422, "key-reused")
    assert again.json() == first.json()


def test_two_at_once_with_one_key_file_once(desk: Victim) -> None:
    async def at_once() -> list[httpx2.Response]:
        key = str(new_id())
        async with httpx2.AsyncClient(base_url=desk.url, timeout=30) as client:
            sending = (
                client.post(FILE, json={"narrative": "同时点了两下"}, headers={"Idempotency-Key": key})
                for _ in range(5)
            )
            return list(await asyncio.gather(*sending))

    answers = asyncio.run(at_once())
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1


def test_a_wrong_pin_five_times_shuts_the_code_and_the_address_for_a_while(desk: Victim) -> None:
    mine, neighbour = _filed(desk), _filed(desk)
    for _ in range(PIN_TRIES):
        wrong = _follow(desk, mine["code"], "AAAAAAAA", HOME)
        assert (wrong.status_code, wrong.json()["type"]) == (404, "wrong-code-or-pin")
    for address in (HOME, ELSEWHERE):
        right = _follow(desk, mine["code"], mine["pin"], address)
        assert (right.status_code, right.json()["type"]) == (429, "too-many-tries")
        assert 0 < int(right.headers["retry-after"]) <= 15 * 60
        assert right.headers["retry-after"] in right.json()["detail"]
    assert _follow(desk, neighbour["code"], neighbour["pin"], HOME).status_code == 429
    assert _follow(desk, neighbour["code"], neighbour["pin"], ELSEWHERE).status_code == 200
    assert _file(desk, {"narrative": "还能登记新的事"}, str(new_id())).status_code == 201


def test_after_all_that_good_input_is_taken_as_before(desk: Victim) -> None:
    filed = _filed(desk)
    found = _follow(desk, filed["code"], filed["pin"], ELSEWHERE)
    assert found.json()["request_id"] == filed["request_id"]

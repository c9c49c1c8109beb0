"""A court's client over HTTP: its own number, its own suits, each report once."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2

from services.mediation.suits.views import suit_board
from shared.contracts.codes import Category, Channel, Police, Priority
from shared.contracts.intake import WithdrawnV1
from shared.contracts.routing import RequestRoutedV1
from shared.kernel import Digest, RequestId, TextRef, UnitCode
from shared.messaging import rebuild
from tests.mediation.disputes import staff
from tests.mediation.neighbours import say
from tests.support.house import Desk

SUITS = "/mediation/v1/suits"
SUIT: dict[str, Any] = {
    "number": "（2026）冀0581民诉前调17号",
    "claim": "请求返还押金。",
    "claimant": {"phone": "13900000001"},
    "defendant": {"phone": "13900000002"},
}


async def docks(desk: Desk, who: str = "court_clerk", **change: Any) -> httpx2.Response:
    return await desk.http.post(SUITS, json={**SUIT, **change}, headers=await desk.as_(who))


async def routed(desk: Desk, request_id: str) -> None:
    """What intake and routing make of it."""
    now = desk.clock.now()
    record = RequestRoutedV1(
        request_id=RequestId(UUID(request_id)),
        attempt=1,
        category=Category.DIS,
        flags=(),
        priority=Priority.P2,
        police=Police.TRANSFER,
        channel=Channel.JM,
        unit=UnitCode("COURT-1"),
        owner=staff("court_mediator"),
        deputy=staff("court_clerk"),
        excluded=(),
        requester=None,
        other_party=None,
        narrative=TextRef(staff("x"), Digest("0" * 64)),
        answer_due=now,
        at=now,
    )
    await say(desk, "routing", record, record.request_id)
    await desk.settled()


async def test_the_same_number_is_the_same_suit_however_it_is_written_and_whenever_it_comes(desk: Desk) -> None:
    together = await asyncio.gather(*(docks(desk) for _ in range(3)))
    again = await docks(desk, number="(2026) 冀0581民诉前调17号", claim="别的话。", claimant={}, defendant={})
    answers = [response.json() for response in (*together, again)]
    assert {response.status_code for response in (*together, again)} == {201}
    assert len({(answer["suit_id"], answer["request_id"]) for answer in answers}) == 1
    docked = await desk.store("mediation").pool.fetchval("SELECT count(*) FROM events WHERE fact = 'suit_docked'")
    assert docked == 1


async def test_only_a_court_on_the_register_docks_and_only_in_its_own_words_for_a_number(desk: Desk) -> None:
    assert (await docks(desk, "invited_mediator")).status_code == 403
    assert (await docks(desk, "mediator")).status_code == 403
    assert (await docks(desk, number="王某与李某")).status_code == 422
    suit = (await docks(desk, number="（2026）冀0581民初8号")).json()["suit_id"]
    seen = await desk.http.get(f"{SUITS}/{suit}", headers=await desk.as_("invited_mediator"))
    assert seen.status_code == 403


async def test_begun_and_stopped_are_reported_once_and_the_courts_filing_reaches_the_case(desk: Desk) -> None:
    suit = (await docks(desk, number="（2026）冀0581民诉前调18号")).json()["suit_id"]
    await routed(desk, suit)
    seen = (await desk.http.get(f"{SUITS}/{suit}", headers=await desk.as_("court_clerk"))).json()
    case = f"/mediation/v1/cases/{seen['case_id']}"
    signed = await desk.http.post(f"{case}/signature", headers=await desk.as_("court_mediator"))
    assert signed.status_code == 200, signed.text
    court = await desk.as_("court_clerk")
    staged = await desk.http.post(f"{SUITS}/{suit}/stage", json={"stage": "simple"}, headers=court)
    assert staged.status_code == 200, staged.text
    await desk.settled()
    course = (await desk.http.get(case, headers=await desk.as_("court_mediator"))).json()["course"]
    assert (course["suit"], course["worth"], [each["clock"] for each in course["limits"]]) == (
        "simple",
        "ENFORCEABLE",
        ["CL-037"],
    )
    for _ in range(2):
        request_id = RequestId(UUID(suit))
        await say(desk, "intake", WithdrawnV1(request_id=request_id, at=desk.clock.now()), request_id)
    await desk.settled()
    reports = (await desk.http.get(f"{SUITS}/{suit}", headers=await desk.as_("court_clerk"))).json()["reports"]
    assert [(each["place"], each["kind"]) for each in reports] == [(1, "begun"), (2, "stopped")]


async def test_the_list_of_suits_can_be_rebuilt(desk: Desk) -> None:
    await docks(desk, number="（2026）冀0581民诉前调19号")
    await desk.settled()
    deps = desk.runtime("mediation").deps
    codecs = desk.runtime("mediation").codecs
    done = await rebuild(suit_board, [deps.feeds["mediation"]], deps.transport, deps.store, codecs)
    assert done.checksum_before == done.checksum_after

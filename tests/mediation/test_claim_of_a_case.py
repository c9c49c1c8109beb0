"""What a dispute is about, as each side of the table reads it, through the whole house."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from deploy.lounge.composition import BUILDS
from services.mediation.cases.rules.channels import claim_may_be_released
from services.mediation.cases.values import SuitStage
from shared.contracts.codes import Channel, Flag
from tests.support.house import Desk, house
from tests.support.postgres import Database

PAGES = "portal"
CLAIM = "楼上漏水把我家天花板泡坏了，找了三次都说不是他家的事。"
BODY = {
    "kind": "dispute",
    "narrative": CLAIM,
    "contact": {"name": "林晓梅", "phone": "13900000001"},
    "other_party": {"name": "赵志强", "phone": "13900000002"},
}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    builds = {name: build for name, build in BUILDS.items() if name != PAGES}
    async with house(database, tmp_path_factory.mktemp("house"), builds) as desk:
        yield desk


async def _post(desk: Desk, login: str, path: str, body: Any = None) -> dict[str, Any]:
    response = await desk.http.post(path, json=body, headers=await desk.as_(login))
    assert response.status_code in (200, 201), f"{path} as {login}: {response.text}"
    await desk.settled()
    answer: dict[str, Any] = response.json()
    return answer


async def _case(desk: Desk, flags: tuple[str, ...] = ()) -> str:
    """Filed and sent to people's mediation; nobody has signed for it."""
    request_id = (await _post(desk, "citizen_lin", "/intake/v1/requests", BODY))["request_id"]
    ruling = {"category": "DIS", "channel": "PM", "priority": "P2", "flags": list(flags)}
    await _post(desk, "triage_officer", f"/routing/v1/decisions/{request_id}/overrule", ruling)
    listed = await desk.http.get(
        "/mediation/v1/cases", params={"request_id": request_id}, headers=await desk.as_("mediator")
    )
    [case] = listed.json()["cases"]
    return f"/mediation/v1/cases/{case['case_id']}"


async def _claim(desk: Desk, login: str, case: str) -> str | None:
    shown = await desk.http.get(case, params={"texts": "true"}, headers=await desk.as_(login))
    assert shown.status_code == 200, shown.text
    claim: str | None = shown.json()["claim"]
    return claim


async def test_the_mediator_who_signed_reads_the_claim_and_not_before(desk: Desk) -> None:
    case = await _case(desk)
    assert await _claim(desk, "mediator", case) is None
    await _post(desk, "mediator", f"{case}/signature")
    assert await _claim(desk, "mediator", case) == CLAIM


async def test_the_other_side_never_reads_the_requesters_own_words(desk: Desk) -> None:
    case = await _case(desk)
    await _post(desk, "mediator", f"{case}/signature")
    assert await _claim(desk, "party_zhao", case) is None
    assert await _claim(desk, "citizen_lin", case) == CLAIM


async def test_a_case_about_a_minor_keeps_the_words_closed(desk: Desk) -> None:
    case = await _case(desk, ("MINOR",))
    await _post(desk, "mediator", f"{case}/signature")
    assert await _claim(desk, "mediator", case) is None


async def test_a_dispute_that_threatens_to_become_violent_is_on_the_duty_officers_list_at_once(desk: Desk) -> None:
    case = await _case(desk)
    await _post(desk, "mediator", f"{case}/signature")
    request_id = (await _post(desk, "mediator", f"{case}/danger", {"note": "两家约了人今晚动手"}))["request_id"]
    listed = await desk.http.get("/routing/v1/worklist", headers=await desk.as_("duty_officer"))
    row = next(each for each in listed.json()["items"] if each["request_id"] == request_id)
    assert (row["priority"], row["screening"], row["danger"]) == ("P0", ["danger"], ["violence_now"])
    assert row["state"] == "routed"


async def test_no_other_service_and_no_person_opens_a_claim(desk: Desk) -> None:
    body = {"request_id": "0191d2b5-7c00-7000-8000-000000000001", "role": "peoples_mediator"}
    person = await desk.http.post("/vault/v1/items/release", json=body, headers=await desk.as_("station_leader"))
    assert person.status_code == 403
    token = desk.house.issuer.service_token("workorders", "vault")
    headers = {"Authorization": f"Bearer {token}", "X-Acting-Role": "system"}
    service = await desk.http.post("/vault/v1/items/release", json=body, headers=headers)
    assert (service.status_code, service.json()["type"]) == (409, "release-not-yours")


@pytest.mark.parametrize("channel", list(Channel))
async def test_the_claim_is_opened_to_mediators_outside_the_police(channel: Channel) -> None:
    assert claim_may_be_released(channel, frozenset(), None) is (channel in {Channel.PM, Channel.IM})
    for flag in (Flag.MINOR, Flag.MINOR14, Flag.SEXUAL_CONTENT):
        assert not claim_may_be_released(channel, frozenset({flag}), SuitStage.PRE_SUIT)


async def test_a_court_reads_back_only_what_it_sent_itself() -> None:
    assert claim_may_be_released(Channel.JM, frozenset(), SuitStage.PRE_SUIT)
    assert not claim_may_be_released(Channel.JM, frozenset(), None)

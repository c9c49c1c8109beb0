"""What an officer of the workstation writes down for a firm."""

from uuid import UUID

from services.intake.requests.facts import RequestFiled
from services.intake.requests.store import filing_of, request_handler
from shared.contracts.codes import Door
from tests.intake.requests.calls import post
from tests.support.house import Desk

BODY = {
    "kind": "other",
    "title": "合同纠纷",
    "narrative": "外地公司收了货款，合同到期一直不交货。",
    "contact": {"name": "钱经理", "phone": "13900000021"},
}


async def _filed(desk: Desk, request_id: str) -> RequestFiled:
    filed = await filing_of(request_handler(desk.store("intake")), UUID(request_id))
    assert filed is not None
    return filed


async def test_r_15_the_firm_asks_and_not_the_officer_who_writes(desk: Desk) -> None:
    response = await post(desk, "/firm-requests", BODY, "enterprise_officer")
    assert response.status_code == 201, response.text
    answer = response.json()
    assert len(answer["pin"]) == 8
    officer = await _person(desk, "enterprise_officer")
    filed = await _filed(desk, answer["request_id"])
    assert filed.door is Door.FIRM
    assert filed.requester not in (None, officer)


async def test_without_a_telephone_nobody_would_find_it_again(desk: Desk) -> None:
    for contact in (None, {"name": "钱经理"}):
        response = await post(desk, "/firm-requests", {**BODY, "contact": contact}, "enterprise_officer")
        assert response.status_code == 422


async def test_only_the_workstation_writes_down_for_firms(desk: Desk) -> None:
    for login in ("firm_boss", "clerk_fire", "duty_officer", "community_officer", None):
        response = await post(desk, "/firm-requests", BODY, login)
        assert response.status_code == (401 if login is None else 403), login


async def _person(desk: Desk, login: str) -> UUID:
    people = (await desk.http.get("/issuer/people")).json()
    return UUID(next(each["person"] for each in people if each["login"] == login))

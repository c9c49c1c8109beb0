"""What others bring, over HTTP: who asks, whose number it is, and when anybody may be written to."""

from typing import Any
from uuid import UUID

from services.intake.requests.facts import ContactLeft, RequestFiled, Source, Wanted
from services.intake.requests.store import filing_of, request_handler, source_of
from tests.intake.requests.calls import get, post
from tests.support.house import Desk
from tests.support.neighbours import RememberedVault, person_of

NEED = {
    "door": "OFFICER",
    "narrative": "李大爷中风卧床，没有居住证，医药费报不了，人也来不了。",
    "place": "汇景花园",
    "beneficiary": {"name": "李大爷", "phone": "13900000055", "email": "li@example.invalid"},
}
FRAUD = {
    "door": "ALERT",
    "number": "FZ-20260302-01",
    "narrative": "辖区张某某正在遭受电信网络诈骗，正在转账",
    "contact": {"name": "张某某", "phone": "13900000066"},
}
POLE = {"door": "OVERSIGHT", "narrative": "盲道中间有一根水泥线杆，底部断裂并倾斜", "place": "东街路口"}


async def brought(desk: Desk, body: dict[str, Any], login: str, status: int = 201) -> dict[str, Any]:
    response = await post(desk, "/registrations", body, login)
    assert response.status_code == status, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def source(desk: Desk, request_id: str) -> Source:
    found = await source_of(request_handler(desk.store("intake")), UUID(request_id))
    assert found is not None
    return found


async def filing(desk: Desk, request_id: str) -> RequestFiled:
    found = await filing_of(request_handler(desk.store("intake")), UUID(request_id))
    assert found is not None
    return found


async def left(desk: Desk, request_id: str) -> list[ContactLeft]:
    history = await request_handler(desk.store("intake")).history(UUID(request_id))
    return [stored.event for stored in history if isinstance(stored.event, ContactLeft)]


async def test_r_37_an_officer_brings_what_nobody_asked_for_and_consent_comes_later(desk: Desk) -> None:
    answer = await brought(desk, NEED, "community_officer")
    request_id = answer["request_id"]
    assert (answer["asked"], len(answer["pin"]), answer["state"]) == ("never", 8, "ACCEPTED")
    filed, came = await filing(desk, request_id), await source(desk, request_id)
    assert filed.requester is None
    assert (came.beneficiary, came.wanted) == (person_of("13900000055"), Wanted.NEVER)
    assert came.filed_by is not None
    assert await left(desk, request_id) == []
    shown = (await get(desk, f"/requests/{request_id}", "community_officer")).json()
    assert (shown["door"], shown["brought_by"], shown["wanted"]) == ("OFFICER", "community_officer", "never")
    said = await post(desk, f"/requests/{request_id}/beneficiary-consent", login="community_officer")
    assert said.status_code == 200, said.text
    assert [event.person for event in await left(desk, request_id)] == [person_of("13900000055")]
    assert (await get(desk, f"/requests/{request_id}", "community_officer")).json()["wanted"] == "agreed"
    again = await post(desk, f"/requests/{request_id}/beneficiary-consent", login="community_officer")
    assert again.json()["version"] == said.json()["version"]


async def test_r_37_whom_it_is_for_reads_it_only_after_a_yes_that_he_may_say_himself(desk: Desk) -> None:
    body = {**NEED, "beneficiary": {"phone": "+8613900000001"}}
    answer = await brought(desk, body, "community_officer")
    came = await source(desk, answer["request_id"])
    assert came.beneficiary == person_of("+8613900000001")
    assert (await get(desk, f"/requests/{answer['request_id']}", "citizen_lin")).status_code == 403
    await post(desk, f"/requests/{answer['request_id']}/beneficiary-consent", login="community_officer")
    assert (await get(desk, f"/requests/{answer['request_id']}", "citizen_lin")).status_code == 200
    answer = await brought(desk, NEED, "community_officer")
    opened = await post(desk, "/follow", {"code": answer["code"], "pin": answer["pin"]})
    token = opened.json()["token"]
    said = await post(
        desk, f"/requests/{answer['request_id']}/beneficiary-consent", **{"Authorization": f"Bearer {token}"}
    )
    assert said.status_code == 200, said.text
    assert (await source(desk, answer["request_id"])).wanted is Wanted.AGREED
    body = {"door": "WINDOW", "narrative": "补办身份证", "contact": {"phone": "13900000055"}}
    answer = await brought(desk, body, "window_clerk")
    assert answer["asked"] == "himself"
    refused = await post(desk, f"/requests/{answer['request_id']}/beneficiary-consent", login="window_clerk")
    assert (refused.status_code, refused.json()["type"]) == (409, "nobody-to-ask")


async def test_an_alert_is_filed_once_under_its_number_and_no_word_of_it_reaches_the_store(
    desk: Desk, vault: RememberedVault
) -> None:
    first = await brought(desk, FRAUD, "alert_centre")
    assert (first["pin"], first["asked"], first["repeated"]) == (None, "never", False)
    assert first["danger"]["kinds"]
    again = await brought(desk, FRAUD, "alert_centre")
    assert (again["request_id"], again["repeated"], again["receipt"]) == (first["request_id"], True, None)
    other = await brought(desk, {**FRAUD, "narrative": "别的事情"}, "alert_centre", 409)
    assert other["type"] == "number-known-otherwise"
    filed, came = await filing(desk, first["request_id"]), await source(desk, first["request_id"])
    assert filed.requester is not None, "the system asks"
    assert came.beneficiary == person_of("13900000066")
    assert await left(desk, first["request_id"]) == []
    history = await desk.store("intake").read(f"intake.request-{first['request_id']}")
    raw = b"".join(event.body for event in history).decode()
    for secret in ("张某某", "13900000066", "FZ-20260302-01", "诈骗"):
        assert secret not in raw
        assert any(secret in text for text in vault.items.values())


async def test_danger_without_its_number_is_taken_in_all_the_same(desk: Desk) -> None:
    answer = await brought(desk, {"door": "ALERT", "narrative": FRAUD["narrative"]}, "alert_centre")
    assert answer["state"] == "ACCEPTED"
    calm = {"door": "ALERT", "narrative": "某账户登录地点有变化，请关注"}
    refused = await brought(desk, calm, "alert_centre", 409)
    assert refused["type"] == "door-field-missing"
    strange = await brought(desk, {"door": "HOTLINE", "narrative": "有人要跳楼，我不想活了"}, "grid_worker")
    assert strange["door"] == "GRID"


async def test_the_same_number_of_two_systems_is_two_requests_and_each_reads_its_own(desk: Desk) -> None:
    body = {"door": "HOTLINE", "number": "77", "narrative": "路灯坏了一个星期", "contact": {"phone": "13900000055"}}
    by_line = [await brought(desk, {**body, "system": line}, "hotline_liaison") for line in ("12345", "110")]
    platform = await brought(desk, {**body, "door": "PLATFORM"}, "mediation_platform")
    assert len({each["request_id"] for each in (*by_line, platform)}) == 3
    unknown = await brought(desk, {**body, "system": "96110"}, "hotline_liaison", 409)
    assert unknown["type"] == "door-field-missing"


async def test_a_platform_reads_the_state_of_its_own_and_of_no_other(desk: Desk) -> None:
    body = {
        "door": "PLATFORM",
        "number": "T-1",
        "narrative": "两家因为院墙吵了半年",
        "contact": {"phone": "13900000055"},
    }
    answer = await brought(desk, body, "mediation_platform")
    told = await get(desk, f"/registrations/{answer['request_id']}", "mediation_platform")
    assert told.status_code == 200, told.text
    assert (told.json()["state"], told.json()["door"]) == ("ACCEPTED", "PLATFORM")
    other = await brought(desk, FRAUD, "alert_centre")
    assert (await get(desk, f"/registrations/{other['request_id']}", "mediation_platform")).status_code == 403


async def test_the_group_is_kept_and_the_procurator_reads_his_own_finding(desk: Desk) -> None:
    body = {"door": "GROUP_CHAT", "group": "GROUP-HJ", "narrative": "电动车占了消防通道，谁来管管"}
    answer = await brought(desk, body, "community_officer")
    came = await source(desk, answer["request_id"])
    assert came.group == "GROUP-HJ"
    assert (await brought(desk, {**body, "group": None}, "community_officer", 409))["type"] == "door-field-missing"
    answer = await brought(desk, POLE, "procurator")
    assert (answer["asked"], len(answer["pin"])) == ("himself", 8)
    assert (await get(desk, f"/requests/{answer['request_id']}", "procurator")).status_code == 200


async def test_a_door_is_for_its_own_people(desk: Desk) -> None:
    for door, login in (("ALERT", "community_officer"), ("GRID", "window_clerk"), ("OFFICER", "grid_worker")):
        answer = await brought(desk, {"door": door, "narrative": "路灯坏了一个星期"}, login, 409)
        assert answer["type"] == "door-not-yours"
    for stranger in ("citizen_lin", "auxiliary", None):
        response = await post(desk, "/registrations", NEED, stranger)
        assert response.status_code == (401 if stranger is None else 403), stranger
    headers = await desk.as_("community_officer")
    first = await desk.http.post("/intake/v1/registrations", json=NEED, headers=headers)
    again = await desk.http.post("/intake/v1/registrations", json=NEED, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_thanks_are_noted_on_the_request_and_danger_in_them_is_heard(desk: Desk) -> None:
    answer = await brought(desk, NEED, "community_officer")
    path = f"/requests/{answer['request_id']}/feedback-notes"
    noted = await post(desk, path, {"text": "太感谢你们了，数九寒天专程上门为我办证"}, "community_officer")
    assert (noted.status_code, noted.json()["state"], noted.json()["danger"]) == (200, "ACCEPTED", None)
    heard = await post(desk, path, {"text": "谢谢，可是我不想活了"}, "community_officer")
    assert heard.json()["danger"]["kinds"] == ["suicide"]
    shown = (await get(desk, f"/requests/{answer['request_id']}", "community_officer")).json()
    assert [step["fact"] for step in shown["timeline"]][-2:] == ["feedback_noted", "supplemented"]

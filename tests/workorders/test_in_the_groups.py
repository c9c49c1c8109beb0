"""Groups, broadcasts, clues and answers as people meet them over HTTP: one street, one desk."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import orjson
import pytest

from deploy.lounge.house import ServiceCredentials
from deploy.lounge.issuer import staff_id
from shared.contracts.codes import Category, Channel, Door, Purpose
from shared.contracts.doors import Asked, RequestSourceV1
from shared.kernel import Actor, Context, ItemCode, RequestId
from shared.web import Vault
from tests.workorders.conftest import INTAKE, Floor

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFICER, DISPATCHER, VOLUNTEER = "community_officer", "dispatcher", "volunteer"
COURIERS, GRID, SHOPS = "GROUP-COURIERS", "GROUP-GRID", "GROUP-DONGJIE-SHOPS"
LOOKS = "蓝色外套，灰裤子，白发"


async def asked(floor: Floor, login: str, method: str, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = await floor.desk.http.request(
        method, f"/workorders/v1{path}", headers=await floor.desk.as_(login), json=body or None
    )
    return answer.status_code, answer.json()


async def emergency(floor: Floor) -> UUID:
    return await floor.routed(channel=Channel.DSP, category=Category.EMG, owner=staff_id(OFFICER))


async def request_of(floor: Floor, order_id: UUID) -> RequestId:
    return RequestId(UUID((await floor.show(OFFICER, order_id))[1]["request_id"]))


async def known_by_name(floor: Floor, order_id: UUID, name: str) -> None:
    """The vault knows somebody of this request."""
    vault = Vault(floor.desk.house.http, ServiceCredentials(floor.desk.house.issuer, "intake"))
    request_id = await request_of(floor, order_id)
    given = {"name": name, "phone": "13900000077"}
    await vault.identify(Context(actor=Actor(role="requester")), given, request_id=request_id)


async def sent(floor: Floor, order_id: UUID, **more: Any) -> tuple[int, dict[str, Any]]:
    body = {
        "groups": [COURIERS, GRID],
        "age": "old",
        "sex": "female",
        "looks": LOOKS,
        "area": "GL-01",
        "seen_at": (floor.desk.clock.now() - timedelta(minutes=10)).isoformat(),
        **more,
    }
    return await asked(floor, DISPATCHER, "POST", f"/orders/{order_id}/broadcasts", **body)


async def running(floor: Floor) -> tuple[UUID, str]:
    order_id = await emergency(floor)
    status, done = await sent(floor, order_id)
    assert status == 201, done
    await floor.desk.settled()
    return order_id, done["broadcast_id"]


async def posts_of(floor: Floor, group: str, order_id: UUID) -> list[dict[str, Any]]:
    await floor.desk.settled()
    status, told = await asked(floor, OFFICER, "GET", f"/groups/{group}/posts")
    assert status == 200, told
    return [post for post in told["posts"] if post["order_id"] == str(order_id)]


async def test_a_broadcast_stands_in_its_groups_until_it_is_recalled_everywhere(floor: Floor) -> None:
    order_id, broadcast_id = await running(floor)
    for group in (COURIERS, GRID):
        (post,) = await posts_of(floor, group, order_id)
        assert (post["kind"], post["state"]) == ("broadcast", "posted")
        assert LOOKS in post["words"]
        assert "0319-4560110" in post["words"]
    assert await posts_of(floor, SHOPS, order_id) == []
    path = f"/orders/{order_id}/broadcasts/{broadcast_id}"
    assert (await asked(floor, VOLUNTEER, "GET", path))[1]["running"]
    assert (await asked(floor, DISPATCHER, "POST", f"{path}/recall", cause="found"))[0] == 200
    for group in (COURIERS, GRID):
        (post,) = await posts_of(floor, group, order_id)
        assert (post["state"], LOOKS in post["words"]) == ("withdrawn", False)
    status, refused = await asked(floor, VOLUNTEER, "GET", path)
    assert (status, refused["type"], refused["rule"]) == (409, "broadcast-is-over", "R-37")
    assert LOOKS not in str(refused)
    assert (await asked(floor, OFFICER, "GET", path))[1]["words"] is None


async def test_a_name_that_the_vault_knows_never_goes_out(floor: Floor) -> None:
    order_id = await emergency(floor)
    await known_by_name(floor, order_id, "欧阳晓梅")
    status, refused = await sent(floor, order_id, looks="欧阳晓梅，蓝色外套")
    assert (status, refused["type"], refused["details"]["leaks"]) == (409, "more-than-the-minimum", ["name"])
    assert (await sent(floor, order_id))[0] == 201


async def test_a_broadcast_that_nobody_recalls_ends_by_itself(floor: Floor) -> None:
    order_id, _ = await running(floor)
    await floor.desk.move_to(floor.desk.clock.now() + timedelta(hours=2, minutes=1))
    (post,) = await posts_of(floor, COURIERS, order_id)
    assert post["state"] == "withdrawn"
    _, told = await asked(floor, OFFICER, "GET", f"/orders/{order_id}/broadcasts")
    assert [each["cause"] for each in told["broadcasts"]] == ["expired"]


async def test_only_the_dispatcher_of_a_running_emergency_broadcasts(floor: Floor) -> None:
    order_id = await emergency(floor)
    for login in (OFFICER, "station_leader", VOLUNTEER, "citizen_lin"):
        answer = await asked(floor, login, "POST", f"/orders/{order_id}/broadcasts", groups=[COURIERS])
        assert answer[0] in (403, 422), login
        assert answer[1]["type"] in ("not-allowed", "invalid"), login
    assert (await sent(floor, order_id, groups=["GROUP-UNKNOWN"]))[1]["type"] == "group-not-open"


async def test_nobody_learns_who_brought_a_clue(floor: Floor) -> None:
    order_id, broadcast_id = await running(floor)
    body = {"text": "在南关小区门口的长椅上", "order_id": str(order_id), "broadcast_id": broadcast_id}
    status, done = await asked(floor, VOLUNTEER, "POST", "/clues", **body)
    assert status == 201, done
    clue = done["clue_id"]
    _, shown = await asked(floor, OFFICER, "GET", f"/clues/{clue}")
    assert (shown["text"], shown["reporter_protected"]) == (body["text"], True)
    courier = str(staff_id(VOLUNTEER))
    stored = await floor.desk.store("workorders").pool.fetch(
        "SELECT convert_from(body, 'UTF8') AS body, actor FROM events WHERE stream = $1", f"workorders.clue-{clue}"
    )
    assert stored
    assert not any(courier in row["body"] or row["actor"] is not None for row in stored)
    identity = identity_in(stored[0]["body"])
    vault = Vault(floor.desk.house.http, ServiceCredentials(floor.desk.house.issuer, "workorders"))
    actor = Actor(role=OFFICER, person=staff_id(OFFICER), roles=frozenset({OFFICER}))
    for purpose in (Purpose.HANDLING, Purpose.DISPATCH):
        texts = await vault.fetch(Context(actor=actor), [identity], purpose=purpose, request_id=None)
        assert texts == {identity: None}


async def test_r_23_no_row_ties_a_clue_to_the_person_who_brought_it(floor: Floor) -> None:
    order_id, broadcast_id = await running(floor)
    body = {"text": "在西门公交站", "order_id": str(order_id), "broadcast_id": broadcast_id}
    headers = await floor.desk.as_(VOLUNTEER)
    first, again = [await floor.desk.http.post("/workorders/v1/clues", json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, again.json()) == (201, first.json())
    other = await floor.desk.http.post("/workorders/v1/clues", json=body | {"text": "在东门"}, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "key-reused")
    await floor.desk.settled()
    (filed,) = await floor.desk.store("workorders").pool.fetch(
        "SELECT body FROM events WHERE stream = $1", f"workorders.clue-{first.json()['clue_id']}"
    )
    fact = orjson.loads(filed["body"])
    ids = [first.json()["clue_id"], fact["text"]["item"], fact["reporter"]["identity"]["item"]]
    places = await floor.desk.store("vault").pool.fetch(
        "SELECT DISTINCT stream_id FROM items WHERE item = ANY($1)", [UUID(id) for id in ids]
    )
    tied = [*ids, headers["Idempotency-Key"], *(str(row["stream_id"]) for row in places)]
    rows = [row for service in floor.desk.house.runtimes for row in await rows_of(floor, service)]
    about = [(table, row) for table, row in rows if any(stands_in(each, row) for each in tied)]
    assert {"workorders.events", "workorders.idempotency", "vault.events", "vault.items"} <= {each for each, _ in about}
    assert [table for table, row in about if stands_in(str(staff_id(VOLUNTEER)), row)] == []


async def rows_of(floor: Floor, service: str) -> list[tuple[str, str]]:
    pool = floor.desk.store(service).pool
    tables = await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    return [
        (f"{service}.{table['tablename']}", row["row"])
        for table in tables
        for row in await pool.fetch(f'SELECT t::text AS row FROM "{table["tablename"]}" t')
    ]


def stands_in(id: str, row: str) -> bool:
    """As it is, or inside bytes."""
    return id in row or id.encode().hex() in row


async def test_what_a_reporter_brought_is_destroyed_under_the_pseudonym(floor: Floor) -> None:
    order_id, broadcast_id = await running(floor)
    body = {"text": "在北门", "order_id": str(order_id), "broadcast_id": broadcast_id}
    clue = (await asked(floor, VOLUNTEER, "POST", "/clues", **body))[1]["clue_id"]
    stored = await floor.desk.store("workorders").pool.fetchval(
        "SELECT body FROM events WHERE stream = $1", f"workorders.clue-{clue}"
    )
    pseudonym = orjson.loads(stored)["reporter"]["pseudonym"]
    erased = await floor.desk.http.post(f"/vault/v1/persons/{pseudonym}/erasure", headers=await floor.desk.as_("dpo"))
    assert erased.status_code == 200, erased.text
    assert (await asked(floor, OFFICER, "GET", f"/clues/{clue}"))[1]["text"] is None


def identity_in(body: str) -> UUID:
    return UUID(orjson.loads(body)["reporter"]["identity"]["item"])


async def test_whoever_brought_a_clue_learns_its_verdict_and_nothing_else(floor: Floor) -> None:
    order_id, broadcast_id = await running(floor)
    body = {"text": "往东去了", "order_id": str(order_id), "broadcast_id": broadcast_id}
    clue = (await asked(floor, VOLUNTEER, "POST", "/clues", **body))[1]["clue_id"]
    assert (await asked(floor, VOLUNTEER, "GET", f"/clues/{clue}"))[0] == 403
    assert (await asked(floor, "deputy_officer", "POST", f"/clues/{clue}/verdict", verdict="CLUE_VALID"))[0] == 403
    assert (await asked(floor, OFFICER, "POST", f"/clues/{clue}/verdict", verdict="CLUE_INVALID"))[0] == 200
    await floor.desk.settled()
    _, own = await asked(floor, VOLUNTEER, "GET", "/clues/own")
    (mine,) = [each for each in own["clues"] if each["clue_id"] == clue]
    assert mine["verdict"] == "CLUE_INVALID"
    assert mine.keys() == {"clue_id", "verdict", "filed_at", "judged_at"}
    _, others = await asked(floor, "volunteer_lapsed", "GET", "/clues/own")
    assert others["clues"] == []


async def test_what_somebody_says_in_a_group_comes_back_as_a_clue_of_that_group(floor: Floor) -> None:
    order_id, broadcast_id = await running(floor)
    path = f"/orders/{order_id}/broadcasts/{broadcast_id}/replies"
    status, done = await asked(floor, DISPATCHER, "POST", path, group=GRID, text="村口小卖部见过")
    assert status == 201, done
    _, shown = await asked(floor, OFFICER, "GET", f"/clues/{done['clue_id']}")
    assert (shown["group"], shown["group_name"], shown["reporter_protected"]) == (GRID, "城区网格员群", False)
    assert (await asked(floor, DISPATCHER, "POST", path, group=SHOPS, text="见过"))[1]["type"] == "group-not-told"


async def test_a_volunteer_whose_training_ran_out_is_told_so(floor: Floor) -> None:
    status, refused = await asked(floor, "volunteer_lapsed", "POST", "/clues", text="见过")
    assert (status, refused["type"]) == (409, "volunteer-not-certified")


async def from_group(floor: Floor) -> UUID:
    order_id = await floor.routed(channel=Channel.DSP, category=Category.PSO, owner=staff_id(OFFICER))
    source = RequestSourceV1(
        request_id=await request_of(floor, order_id),
        door=Door.GROUP_CHAT,
        group=ItemCode(SHOPS),
        system=None,
        external=None,
        filed_by=None,
        beneficiary=None,
        asked=Asked.HIMSELF,
        batch=None,
        at=floor.desk.clock.now(),
    )
    await INTAKE.says(floor.desk, source)
    await floor.desk.settled()
    return order_id


async def test_the_answer_goes_into_the_group_where_it_was_asked(floor: Floor) -> None:
    order_id = await from_group(floor)
    await known_by_name(floor, order_id, "欧阳晓梅")
    path = f"/orders/{order_id}/group-answer"
    assert (await floor.act(OFFICER, order_id, "signature"))[0] == 200
    assert (await asked(floor, OFFICER, "POST", path, answer="已清理。"))[1]["type"] == "result-not-known-yet"
    await floor.act(OFFICER, order_id, "first-response")
    await floor.act(OFFICER, order_id, "steps/on_scene", evidence={"grid": "GL-01"})
    await floor.act(OFFICER, order_id, "steps/who_did_it", result="nobody")
    assert (await floor.act(OFFICER, order_id, "answer", answer="欧阳女士，已清理。"))[0] == 200
    for words in ("欧阳晓梅反映的已清理。", "电话13900000077的住户已清理。", "张某已被告诫。"):
        status, refused = await asked(floor, OFFICER, "POST", path, answer=words)
        assert (status, refused["type"], refused["rule"]) == (409, "answer-names-somebody", "R-45"), words
    assert (await asked(floor, OFFICER, "POST", path, answer="垃圾已清理，每天巡查两次。"))[0] == 201
    (post,) = await posts_of(floor, SHOPS, order_id)
    assert post["words"] == "【办理结果】垃圾已清理，每天巡查两次。（3月2日）"
    assert (await asked(floor, OFFICER, "GET", path))[1]["name"] == "鼓楼东街商户群"
    assert (await asked(floor, "deputy_officer", "POST", path, answer="好了。"))[0] == 403


async def test_a_request_that_came_otherwise_has_no_group_to_answer(floor: Floor) -> None:
    order_id = await emergency(floor)
    await floor.act(OFFICER, order_id, "signature")
    told = await asked(floor, OFFICER, "POST", f"/orders/{order_id}/group-answer", answer="好了。")
    assert told[1]["type"] == "not-asked-in-group"


async def test_the_station_keeps_its_groups_and_volunteers(floor: Floor) -> None:
    group = {"kind": "owners", "area": "GL-02", "members": 40, "households": 25, "since": "2026-01-01"}
    assert (await asked(floor, OFFICER, "PUT", "/groups/GROUP-NEW", **group))[0] == 403
    assert (await asked(floor, "station_leader", "PUT", "/groups/GROUP-NEW", **group))[0] == 200
    await floor.desk.settled()
    _, listed = await asked(floor, OFFICER, "GET", "/groups")
    assert "GROUP-NEW" in {each["code"] for each in listed["groups"]}
    assert (await asked(floor, "citizen_lin", "GET", "/groups"))[0] == 403
    assert (await asked(floor, "station_leader", "POST", "/groups/GROUP-NEW/closing", on="2026-03-01"))[0] == 200
    await floor.desk.settled()
    _, listed = await asked(floor, OFFICER, "GET", "/groups")
    assert "GROUP-NEW" not in {each["code"] for each in listed["groups"]}
    person = uuid5(staff_id(VOLUNTEER), "somebody new")
    training = {"employer": "cleaner-a", "trained_on": "2026-02-01", "until": "2027-01-31"}
    assert (await asked(floor, "station_leader", "PUT", f"/volunteers/{person}", **training))[0] == 200
    await asked(floor, "station_leader", "POST", f"/volunteers/{person}/striking-off", on="2026-03-02")
    await floor.desk.settled()
    _, listed = await asked(floor, "station_leader", "GET", "/volunteers")
    assert {each["person"]: each["certified"] for each in listed["volunteers"]} == {
        str(person): False,
        str(staff_id(VOLUNTEER)): True,
        str(staff_id("volunteer_lapsed")): False,
    }

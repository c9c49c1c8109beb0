"""The front desk over HTTP: following, acting, listing, and who may do what."""

import asyncio
from datetime import timedelta
from uuid import UUID

from shared.contracts.handling import HandlingSignedV1
from shared.contracts.notifications import RatedV1, Side
from shared.contracts.routing import ClockArmedV1, ClockBreachedV1
from shared.kernel import ClockId, RequestId, UnitCode
from tests.intake.requests.calls import DAY, OFFICER, filed, get, outcome, post, routed, told
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import say


class TestFollowing:
    async def test_code_and_pin_open_the_request(self, desk: Desk) -> None:
        answer = await filed(desk)
        response = await post(desk, "/follow", {"code": answer["code"], "pin": answer["pin"]})
        assert response.status_code == 200, response.text
        followed = response.json()
        assert followed["request_id"] == answer["request_id"]
        assert [step["fact"] for step in followed["timeline"]] == ["request_filed", "request_accepted"]
        bearer = {"Authorization": f"Bearer {followed['token']}"}
        seen = await get(desk, f"/requests/{answer['request_id']}", **bearer)
        assert seen.status_code == 200
        assert seen.headers["etag"] == f'"{seen.json()["version"]}"'

    async def test_codes_are_read_as_people_type_them(self, desk: Desk) -> None:
        answer = await filed(desk)
        typed = answer["code"].lower().replace("-", " ")
        response = await post(desk, "/follow", {"code": typed, "pin": answer["pin"].lower()})
        assert response.status_code == 200

    async def test_a_wrong_code_and_a_wrong_pin_get_the_same_answer(self, desk: Desk) -> None:
        answer = await filed(desk)
        wrong_pin = await post(desk, "/follow", {"code": answer["code"], "pin": "AAAAAAAA"})
        wrong_code = await post(desk, "/follow", {"code": "NG-2222-2222", "pin": answer["pin"]})
        assert wrong_pin.status_code == wrong_code.status_code == 404
        told = [{**each.json(), "trace_id": None} for each in (wrong_pin, wrong_code)]
        assert told[0] == told[1]
        assert told[0]["type"] == "wrong-code-or-pin"

    async def test_after_five_wrong_tries_even_the_right_pin_waits(self, desk: Desk) -> None:
        answer = await filed(desk)
        body = {"code": answer["code"], "pin": "AAAAAAAA"}
        tries = await asyncio.gather(*(post(desk, "/follow", body) for _ in range(8)))
        assert sorted(response.status_code for response in tries) == [404] * 5 + [429] * 3
        right = await post(desk, "/follow", {"code": answer["code"], "pin": answer["pin"]})
        assert right.status_code == 429
        assert int(right.headers["retry-after"]) > 0

    async def test_one_code_opens_one_request_only(self, desk: Desk) -> None:
        mine, other = await filed(desk), await filed(desk)
        token = (await post(desk, "/follow", {"code": mine["code"], "pin": mine["pin"]})).json()["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        assert (await get(desk, f"/requests/{other['request_id']}", **bearer)).status_code == 403
        listed = (await get(desk, "/requests", **bearer)).json()["requests"]
        assert {row["request_id"] for row in listed} <= {mine["request_id"]}

    async def test_the_receipt_can_be_had_again_without_the_texts(self, desk: Desk) -> None:
        answer = await filed(desk, login="citizen_lin")
        again = await get(desk, f"/requests/{answer['request_id']}/receipt", "citizen_lin")
        assert again.status_code == 200, again.text
        assert again.json() == {**answer["receipt"], "content": None}
        assert (await get(desk, f"/requests/{answer['request_id']}/receipt", "citizen_chen")).status_code == 403

    async def test_the_timeline_shows_who_has_it_and_which_promises_were_kept(self, desk: Desk) -> None:
        answer = await filed(desk)
        key = UUID(answer["request_id"])
        request_id = RequestId(key)
        due = MONDAY_MORNING + timedelta(hours=2)
        await say(
            desk,
            "routing",
            "decision",
            key,
            ClockArmedV1(request_id=request_id, clock=ClockId("CL-014"), due=due, at=MONDAY_MORNING),
            routed(answer["request_id"]),
            ClockBreachedV1(request_id=request_id, clock=ClockId("CL-014"), due=due, unit=None, owner=None, at=due),
        )
        signed = HandlingSignedV1(
            request_id=request_id,
            handling_id=UUID(int=5),
            attempt=1,
            unit=UnitCode("STATION-GL"),
            owner=OFFICER,
            at=MONDAY_MORNING,
        )
        await say(desk, "mediation", "case", key, signed)
        await desk.settled()
        seen = (await post(desk, "/follow", {"code": answer["code"], "pin": answer["pin"]})).json()
        assert seen["holder"] == {"unit": "STATION-GL", "owner": str(OFFICER), "channel": "PM"}
        assert seen["next_step"] == "first_response"
        assert [(kept["clock"], kept["state"]) for kept in seen["promises"]] == [("CL-014", "missed")]
        assert {"request_routed", "handling_signed"} <= {step["fact"] for step in seen["timeline"]}


class TestTheLifeOfARequest:
    async def test_told_and_satisfied_it_goes_to_the_file(self, desk: Desk) -> None:
        answer = await filed(desk)
        key = UUID(answer["request_id"])
        await say(desk, "routing", "decision", key, routed(answer["request_id"]))
        await say(desk, "mediation", "case", key, outcome(answer["request_id"]))
        await say(desk, "notifications", "contact", key, told(answer["request_id"]))
        await desk.settled()
        rated = RatedV1(
            request_id=RequestId(key),
            attempt=1,
            side=Side.REQUESTER,
            person=None,
            satisfied=True,
            comment=None,
            at=MONDAY_MORNING,
        )
        await say(desk, "notifications", "contact", key, rated)
        await desk.settled()
        seen = (await post(desk, "/follow", {"code": answer["code"], "pin": answer["pin"]})).json()
        assert (seen["state"], seen["outcome"], seen["told"]) == ("ARCHIVED", "settled", True)

    async def test_silence_for_a_week_files_it_away_by_the_bureaus_clock(self, desk: Desk) -> None:
        answer = await filed(desk)
        key = UUID(answer["request_id"])
        await say(desk, "mediation", "case", key, outcome(answer["request_id"]))
        await say(desk, "notifications", "contact", key, told(answer["request_id"]))
        await desk.settled()
        await desk.move_to(MONDAY_MORNING + 8 * DAY)
        seen = (await post(desk, "/follow", {"code": answer["code"], "pin": answer["pin"]})).json()
        assert seen["state"] == "ARCHIVED"

    async def test_an_officer_cannot_file_it_away_untold(self, desk: Desk) -> None:
        answer = await filed(desk)
        refused = await post(desk, f"/requests/{answer['request_id']}/archive", login="duty_officer")
        assert (refused.status_code, refused.json()["type"]) == (409, "nobody-was-told")
        assert "还没有告知" in refused.json()["title"]

    async def test_papers_are_asked_for_and_the_request_lapses_without_them(self, desk: Desk) -> None:
        answer = await filed(desk)
        path = f"/requests/{answer['request_id']}/info-requests"
        asked = await post(desk, path, {"items": ["lease"], "note": "请带上租房合同"}, "duty_officer")
        assert (asked.status_code, asked.json()["state"]) == (200, "NEED_INFO"), asked.text
        again = await post(desk, path, {"items": ["receipt"]}, "duty_officer")
        assert again.json()["type"] == "info-already-asked"
        await desk.move_to(MONDAY_MORNING + 8 * DAY)
        seen = (await post(desk, "/follow", {"code": answer["code"], "pin": answer["pin"]})).json()
        assert seen["state"] == "NOT_ACCEPTED"
        facts = [step["fact"] for step in seen["timeline"]]
        assert facts[-3:] == ["info_requested", "info_reminded", "not_accepted"]

    async def test_a_triage_officer_alone_may_ask_for_papers_and_registers_nothing(self, desk: Desk) -> None:
        path = f"/requests/{(await filed(desk))['request_id']}"
        asked = await post(
            desk, f"{path}/info-requests", {"items": ["lease"], "note": "请补租房合同"}, "triage_officer"
        )
        assert (asked.status_code, asked.json()["state"]) == (200, "NEED_INFO"), asked.text
        accepted = await post(desk, f"{path}/acceptance", login="triage_officer")
        assert accepted.status_code == 403

    async def test_nobody_else_asks_for_papers(self, desk: Desk) -> None:
        path = f"/requests/{(await filed(desk))['request_id']}/info-requests"
        for login in ("supervisor", "auditor", "citizen_chen"):
            assert (await post(desk, path, {"items": ["lease"]}, login)).status_code == 403

    async def test_the_requester_adds_and_withdraws_by_code(self, desk: Desk) -> None:
        answer = await filed(desk)
        opened = await post(desk, "/follow", {"code": answer["code"], "pin": answer["pin"]})
        bearer = {"Authorization": f"Bearer {opened.json()['token']}"}
        added = await post(desk, f"/requests/{answer['request_id']}/supplements", {"text": "补充一句"}, **bearer)
        assert added.status_code == 200, added.text
        assert added.json()["danger"] is None
        back = await post(desk, f"/requests/{answer['request_id']}/withdrawal", {}, **bearer)
        assert back.json()["state"] == "WITHDRAWN"

    async def test_danger_in_an_addition_is_answered_at_once(self, desk: Desk) -> None:
        answer = await filed(desk, login="citizen_lin")
        path = f"/requests/{answer['request_id']}/supplements"
        added = await post(desk, path, {"text": "他拿刀来了，正在砸门"}, "citizen_lin")
        assert added.json()["danger"]["numbers"][0] == "110", added.text
        back = await post(desk, f"/requests/{answer['request_id']}/withdrawal", {}, "citizen_lin")
        assert (back.status_code, back.json()["type"], back.json()["rule"]) == (409, "danger-stays-open", "R-22")

    async def test_a_stranger_may_neither_read_nor_withdraw(self, desk: Desk) -> None:
        answer = await filed(desk, login="citizen_lin")
        assert (await get(desk, f"/requests/{answer['request_id']}", "citizen_chen")).status_code == 403
        back = await post(desk, f"/requests/{answer['request_id']}/withdrawal", {}, "citizen_chen")
        assert back.status_code == 403
        assert (await get(desk, f"/requests/{answer['request_id']}")).status_code == 401

    async def test_a_refusal_needs_a_second_person(self, desk: Desk) -> None:
        answer = await filed(desk)
        body = {"reason": "NOT_POLICE", "note": "请到人社局"}
        refused = await post(desk, f"/requests/{answer['request_id']}/refusal", body, "duty_officer")
        assert (refused.status_code, refused.json()["type"]) == (403, "approval-needed")

    async def test_the_station_leader_reopens_what_is_on_file(self, desk: Desk) -> None:
        answer = await filed(desk)
        key = UUID(answer["request_id"])
        await say(desk, "routing", "decision", key, routed(answer["request_id"]))
        await say(desk, "mediation", "case", key, outcome(answer["request_id"]))
        await say(desk, "notifications", "contact", key, told(answer["request_id"]))
        await desk.settled()
        path = f"/requests/{answer['request_id']}"
        early = await post(desk, f"{path}/reopening", {"reason": "OVERLOAD"}, "station_leader")
        assert early.json()["type"] == "reopening-reason-not-allowed"
        reopened = await post(desk, f"{path}/reopening", {"reason": "NEW_FACTS"}, "station_leader")
        assert (reopened.status_code, reopened.json()["state"]) == (200, "REOPENED"), reopened.text

    async def test_a_stale_version_is_refused_only_when_asked_to(self, desk: Desk) -> None:
        answer = await filed(desk)
        path = f"/requests/{answer['request_id']}/acceptance"
        stale = await post(desk, path, None, "duty_officer", **{"If-Match": '"1"'})
        assert stale.status_code == 412
        assert (await post(desk, path, None, "duty_officer")).status_code == 200


class TestLists:
    async def test_a_person_sees_only_what_is_his(self, desk: Desk) -> None:
        mine = await filed(desk, login="citizen_lin")
        await filed(desk, login="citizen_chen")
        listed = await get(desk, f"/requests?after={mine['record_id']}", "citizen_lin")
        assert mine["request_id"] in {row["request_id"] for row in listed.json()["requests"]}
        others = await get(desk, "/requests", "citizen_chen")
        assert mine["request_id"] not in {row["request_id"] for row in others.json()["requests"]}

    async def test_pages_follow_each_other_without_gap_or_repeat(self, desk: Desk) -> None:
        for _ in range(3):
            await filed(desk, login="party_zhao")
        await desk.settled()
        seen: list[str] = []
        cursor = ""
        while True:
            page = (await get(desk, f"/requests?limit=2{cursor}", "party_zhao")).json()
            seen += [row["request_id"] for row in page["requests"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert len(seen) == len(set(seen)) == 3

    async def test_a_forged_cursor_is_not_found(self, desk: Desk) -> None:
        assert (await get(desk, "/requests?cursor=nonsense", "citizen_lin")).status_code == 404

    async def test_the_list_shows_the_state_that_the_stream_has(self, desk: Desk) -> None:
        answer = await filed(desk, login="citizen_lin")
        done = await post(desk, f"/requests/{answer['request_id']}/withdrawal", {}, "citizen_lin")
        listed = await get(desk, f"/requests?after={done.json()['record_id']}", "citizen_lin")
        states = {row["request_id"]: row["state"] for row in listed.json()["requests"]}
        assert states[answer["request_id"]] == "WITHDRAWN"

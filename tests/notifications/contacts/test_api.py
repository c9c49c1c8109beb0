"""Messages and verdicts over HTTP, from other services' records."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from shared.contracts.codes import Channel, Effect, Outcome, Product, ReasonCode
from shared.contracts.danger import DangerKind
from shared.contracts.handling import DutyDefaultedV1, HandlingSignedV1
from shared.contracts.intake import (
    InfoRequestedV1,
    RequestReopenedV1,
    WithdrawnV1,
)
from shared.contracts.mediation import AgreementInEffectV1, CaseOpenedV1, DutyWarnedV1
from shared.contracts.routing import ClockBreachedV1
from shared.kernel import ClockId, ItemCode, RequestId, UnitCode, new_id
from tests.notifications.contacts.calls import (
    DAY,
    NOTE,
    OFFICER,
    abouts,
    filed,
    messages,
    opened,
    outcome,
    person,
    rate,
    routed,
)
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import RememberedVault, say


class TestTelling:
    async def test_danger_is_said_before_the_receipt(self, desk: Desk) -> None:
        request_id = await opened(desk, danger=(DangerKind.SUICIDE,))
        found = await messages(desk, request_id, "citizen_lin")
        assert abouts(found) == ["danger", "received"]
        assert "110" in found[0]["title"]

    async def test_every_step_is_told_with_who_and_until_when(self, desk: Desk) -> None:
        request_id = await opened(desk)
        await say(desk, "routing", "decision", request_id, routed(request_id))
        await desk.settled()
        signed = HandlingSignedV1(
            request_id=request_id,
            handling_id=UUID(int=5),
            attempt=1,
            unit=UnitCode("STATION-GL"),
            owner=OFFICER,
            at=MONDAY_MORNING,
        )
        await say(desk, "mediation", "case", request_id, signed)
        await desk.settled()
        found = await messages(desk, request_id, "citizen_lin")
        assert abouts(found) == ["received", "routed", "signed"]
        assert found[2]["unit"] == "STATION-GL"
        assert found[2]["text"] == "承办人已经签收，由他负责到底。3月9日（周一）09:00 前给您答复。"
        english = await messages(desk, request_id, "citizen_lin", **{"Accept-Language": "en"})
        assert english[1]["title"] == "Somebody has it"

    async def test_a_record_that_overtakes_the_filing_waits_for_it(self, desk: Desk) -> None:
        request_id = RequestId(new_id())
        await say(desk, "routing", "decision", request_id, routed(request_id))
        await say(desk, "intake", "request", request_id, filed(request_id))
        await desk.settled()
        assert abouts(await messages(desk, request_id, "citizen_lin")) == ["received", "routed"]

    async def test_a_missed_promise_is_said_with_the_new_one(self, desk: Desk) -> None:
        request_id = await opened(desk)
        due = MONDAY_MORNING + timedelta(hours=2)
        own = ClockBreachedV1(request_id=request_id, clock=ClockId("CL-007"), due=due, unit=None, owner=None, at=due)
        await say(desk, "routing", "decision", request_id, own, own.model_copy(update={"clock": ClockId("CL-019")}))
        await desk.settled()
        found = await messages(desk, request_id, "citizen_lin")
        assert abouts(found) == ["received", "promise_missed"]
        assert "3月2日（周一）11:00 前办到，没有做到" in found[1]["text"]
        assert "新的期限是 3月3日（周二）23:59" in found[1]["text"]

    @pytest.mark.parametrize("clock", ["CL-012", "CL-013", "CL-014", "CL-015"])
    async def test_a_frightened_person_is_not_told_of_the_desks_own_first_response(
        self, desk: Desk, clock: str
    ) -> None:
        request_id = await opened(desk, danger=(DangerKind.VIOLENCE_NOW,))
        due = MONDAY_MORNING
        late = ClockBreachedV1(request_id=request_id, clock=ClockId(clock), due=due, unit=None, owner=None, at=due)
        await say(desk, "routing", "decision", request_id, late)
        await desk.settled()
        assert abouts(await messages(desk, request_id, "citizen_lin")) == ["danger", "received"]

    async def test_both_sides_are_told_before_a_duty_is_due_and_what_follows_when_it_is_broken(
        self, desk: Desk
    ) -> None:
        request_id, case_id, duty = await opened(desk), UUID(int=5), UUID(int=6)
        ids: dict[str, Any] = {"request_id": request_id, "at": MONDAY_MORNING}
        due = MONDAY_MORNING + 3 * DAY
        parties = (person("citizen_lin"), person("party_zhao"))
        case = {**ids, "case_id": case_id}
        await say(
            desk,
            "mediation",
            "case",
            request_id,
            CaseOpenedV1(**case, channel=Channel.PSM, parties=parties, consent_due=MONDAY_MORNING),
            AgreementInEffectV1(
                **case,
                agreement_id=UUID(int=7),
                product=Product.POLICE_AGREEMENT,
                effect=Effect.ENDS_PENALTY,
                duties=1,
                first_due=None,
            ),
            DutyWarnedV1(**case, duty_id=duty, due=due),
            DutyDefaultedV1(**ids, handling_id=case_id, duty_id=duty, due=due),
        )
        await desk.settled()
        for login in ("citizen_lin", "party_zhao"):
            warned, defaulted = (await messages(desk, request_id, login))[-2:]
            assert (warned["about"], defaulted["about"]) == ("duty_warned", "duty_defaulted")
            assert "3月5日（周四）09:00 前做到" in warned["text"]
            assert "继续处罚程序" in defaulted["text"]

    async def test_the_officers_own_words_are_read_from_the_vault(self, desk: Desk, vault: RememberedVault) -> None:
        vault.items[NOTE.item] = "请带上租房合同"
        request_id = await opened(desk)
        asked = InfoRequestedV1(
            request_id=request_id,
            items=(ItemCode("lease"),),
            note=NOTE,
            due=MONDAY_MORNING + 7 * DAY,
            at=MONDAY_MORNING,
        )
        await say(desk, "intake", "request", request_id, asked)
        await desk.settled()
        (_, message) = await messages(desk, request_id, "citizen_lin")
        assert message["note"] == "请带上租房合同"
        assert "3月9日（周一）09:00" in message["text"]
        stored = b"".join(
            event.body for event in await desk.store("notifications").read(f"notifications.contact-{request_id}")
        )
        assert "租房" not in stored.decode()

    async def test_a_side_reads_its_own_messages_only(self, desk: Desk) -> None:
        request_id = await opened(desk)
        case = CaseOpenedV1(
            request_id=request_id,
            case_id=UUID(int=5),
            channel=Channel.PM,
            parties=(person("citizen_lin"), person("party_zhao")),
            consent_due=MONDAY_MORNING + 7 * DAY,
            at=MONDAY_MORNING,
        )
        await say(desk, "mediation", "case", request_id, case)
        await desk.settled()
        assert abouts(await messages(desk, request_id, "party_zhao")) == ["consent_asked"]
        assert abouts(await messages(desk, request_id, "citizen_lin")) == ["received", "consent_asked"]
        assert len(await messages(desk, request_id, "duty_officer")) == 3
        path = f"/notifications/v1/requests/{request_id}/messages"
        stranger = await desk.http.get(path, headers=await desk.as_("citizen_chen"))
        assert stranger.status_code == 403

    async def test_the_inbox_holds_what_was_told_to_the_person(self, desk: Desk) -> None:
        first, second = await opened(desk), await opened(desk)
        headers = await desk.as_("citizen_lin")
        page = (await desk.http.get("/notifications/v1/inbox?limit=1", headers=headers)).json()
        rest = await desk.http.get(f"/notifications/v1/inbox?cursor={page['next_cursor']}", headers=headers)
        found = {message["request_id"] for message in (*page["messages"], *rest.json()["messages"])}
        assert {str(first), str(second)} <= found
        empty = await desk.http.get("/notifications/v1/inbox", headers=await desk.as_("citizen_chen"))
        assert empty.json()["messages"] == []


class TestVerdicts:
    async def test_each_side_is_asked_and_answers_for_itself(self, desk: Desk) -> None:
        request_id = await opened(desk)
        early = await rate(desk, request_id, "citizen_lin", {"satisfied": True})
        assert (early.status_code, early.json()["type"]) == (409, "verdict-not-asked")
        await say(desk, "mediation", "case", request_id, outcome(request_id))
        await desk.settled()
        for login, satisfied in (("citizen_lin", True), ("party_zhao", False)):
            answer = await rate(desk, request_id, login, {"satisfied": satisfied, "comment": "说几句"})
            assert answer.status_code == 200, answer.text
        await desk.settled()
        records = await desk.store("notifications").pool.fetch(
            "SELECT convert_from(data, 'UTF8') AS data FROM feed JOIN events USING (event_id) WHERE fact = 'rated'"
            " AND key = $1",
            request_id,
        )
        rated = [orjson.loads(row["data"]) for row in records]
        assert {(each["side"], each["satisfied"]) for each in rated} == {("requester", True), ("other_party", False)}

    async def test_a_changed_mind_counts_and_after_a_week_it_is_too_late(self, desk: Desk) -> None:
        request_id = await opened(desk)
        await say(desk, "mediation", "case", request_id, outcome(request_id))
        await desk.settled()
        assert (await rate(desk, request_id, "citizen_lin", {"satisfied": True})).status_code == 200
        assert (await rate(desk, request_id, "citizen_lin", {"satisfied": False})).status_code == 200
        await desk.move_to(MONDAY_MORNING + 8 * DAY)
        late = await rate(desk, request_id, "citizen_lin", {"satisfied": True})
        assert (late.status_code, late.json()["type"]) == (409, "rating-over")
        assert "评价时间已过" in late.json()["title"]

    async def test_what_was_taken_up_again_waits_for_its_new_result(self, desk: Desk) -> None:
        request_id = await opened(desk)
        await say(desk, "mediation", "case", request_id, outcome(request_id))
        await desk.settled()
        reopened = RequestReopenedV1(
            request_id=request_id,
            attempt=2,
            reason=ReasonCode.BAD_RATING,
            former_handler=OFFICER,
            at=MONDAY_MORNING,
        )
        await say(desk, "intake", "request", request_id, reopened)
        await desk.settled()
        assert (await rate(desk, request_id, "citizen_lin", {"satisfied": True})).status_code == 409

    async def test_a_hand_over_asks_nobody(self, desk: Desk) -> None:
        request_id = await opened(desk)
        await say(desk, "mediation", "case", request_id, outcome(request_id, outcome=Outcome.HANDED_OVER))
        await desk.settled()
        assert abouts(await messages(desk, request_id, "citizen_lin")) == ["received"]

    async def test_who_took_it_back_is_told_so(self, desk: Desk) -> None:
        request_id = await opened(desk)
        await say(desk, "intake", "request", request_id, WithdrawnV1(request_id=request_id, at=MONDAY_MORNING))
        await desk.settled()
        assert abouts(await messages(desk, request_id, "citizen_lin")) == ["received", "withdrawn"]

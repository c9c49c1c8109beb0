"""Thirty rows with three bad ones, over HTTP: counts that add up, children of their own, and nothing twice."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from openpyxl import load_workbook  # type: ignore[import-untyped]

from services.intake.adapters.tables import HEADINGS
from services.intake.batches.store import batch_handler
from services.intake.requests.rules.doors import DOORS
from services.intake.requests.store import request_handler, source_of
from services.portal.pages.batches import COLUMNS
from services.portal.pages.registering import DOORS as FORMS
from tests.intake.requests.calls import get, post
from tests.support.house import Desk
from tests.support.neighbours import RememberedVault


def lamps(rows: int = 30) -> list[dict[str, str]]:
    made = [{"narrative": f"第{row}号路灯坏了，晚上看不见路", "place": f"东街{row}号"} for row in range(1, rows + 1)]
    made[6]["phone"] = "12"
    made[14] = {"place": "东街15号"}
    made[22]["narrative"] = made[21]["narrative"]
    made[22]["place"] = made[21]["place"]
    return made


async def until(so: Callable[[], Awaitable[bool]]) -> None:
    end = asyncio.get_running_loop().time() + 20
    while not await so():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.05)


async def opened(desk: Desk, rows: list[dict[str, str]], login: str = "window_clerk", **more: str) -> dict[str, Any]:
    headers = await desk.as_(login)
    body = {"door": "WINDOW", **more, "rows": rows}
    answer = await desk.http.post("/intake/v1/batches", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    await desk.settled()
    repeat = await desk.http.post("/intake/v1/batches", json=body, headers=headers)
    told: dict[str, Any] = repeat.json()
    return told


async def test_every_row_is_a_request_of_its_own_or_says_why_not(desk: Desk, vault: RememberedVault) -> None:
    told = await opened(desk, lamps())
    assert (told["rows"], told["filed"], told["refused"], told["waiting"]) == (30, 27, 3, 0)
    assert told["finished_at"] is not None
    wrong = [(each["row"], each["column"], each["why"]) for each in told["errors"]]
    assert wrong == [
        (7, "phone", "malformed"),
        (15, "narrative", "missing"),
        (23, "narrative", "twice_in_batch"),
    ]
    path = f"/batches/{told['batch_id']}"
    slips = (await get(desk, f"{path}/slips", "window_clerk")).json()["slips"]
    assert len({slip["code"] for slip in slips}) == 27
    opened_by_slip = await post(desk, "/follow", {"code": slips[0]["code"], "pin": slips[0]["pin"]})
    assert opened_by_slip.status_code == 200
    assert opened_by_slip.json()["brought_by"] == "window_clerk"
    came = await source_of(request_handler(desk.store("intake")), UUID(slips[0]["request_id"]))
    assert came is not None
    assert str(came.batch) == told["batch_id"]
    for login in ("permit_officer", "hotline_liaison"):
        assert (await get(desk, f"{path}/slips", login)).status_code == 404
    file = await get(desk, f"{path}/errors", "window_clerk")
    assert file.text.count("\r\n") == 4
    listed = (await get(desk, "/batches", "window_clerk")).json()["batches"]
    newest = listed[0]
    assert (newest["rows"], newest["filed"], newest["refused"], newest["finished"]) == (30, 27, 3, True)
    raw = b"".join(event.body for event in await desk.store("intake").read(f"intake.batch-{told['batch_id']}"))
    assert "路灯" not in raw.decode()


async def test_a_part_that_broke_in_the_middle_is_taken_up_again_and_files_nothing_twice(
    desk: Desk, vault: RememberedVault
) -> None:
    """The vault goes down after the table was sealed: no row is filed, and all are when it is back."""
    rows = lamps()[:6]
    headers = await desk.as_("hotline_liaison")
    numbered = [{**row, "number": f"W-{place}"} for place, row in enumerate(rows)]
    body = {"door": "HOTLINE", "system": "12345", "rows": numbered}
    single = {"door": "HOTLINE", "system": "12345", "number": "W-0", **rows[0]}
    before = await post(desk, "/registrations", single, "hotline_liaison")
    vault.fails_after = 4
    answer = await desk.http.post("/intake/v1/batches", json=body, headers=headers)
    assert answer.status_code == 201, answer.text

    async def tired() -> bool:
        return vault.fails_after == 0

    await until(tired)
    vault.fails_after = None
    told = answer.json()

    async def show() -> bool:
        nonlocal told
        told = (await desk.http.post("/intake/v1/batches", json=body, headers=headers)).json()
        return bool(told["waiting"] == 0)

    await until(show)
    await desk.settled()
    assert (told["filed"], told["known"], told["refused"], told["waiting"]) == (6, 1, 0, 0)
    assert before.json()["request_id"] in [child["request_id"] for child in told["children"]]
    assert len({child["request_id"] for child in told["children"]}) == 6
    assert len(await batch_handler(desk.store("intake")).history(UUID(told["batch_id"]))) == 3


async def test_tables_are_looked_at_before_anything_is_filed(desk: Desk) -> None:
    table = "事由,手机号\n路灯坏了一个星期,13900000001\n井盖丢了,12\n".encode("gbk")
    headers = {**await desk.as_("window_clerk"), "Content-Type": "text/csv"}
    seen = await desk.http.post("/intake/v1/batch-tables?door=WINDOW", content=table, headers=headers)
    assert seen.status_code == 200, seen.text
    assert (seen.json()["good"], [each["words"] for each in seen.json()["errors"]]) == (1, ["手机号的格式不对，请核对"])
    filed = await desk.http.post("/intake/v1/batches/upload?door=WINDOW", content=table, headers=headers)
    assert (filed.status_code, filed.json()["refused"]) == (201, 1)
    broken = await desk.http.post(
        "/intake/v1/batches/upload", content=b"PK\x03\x04", headers={**await desk.as_("window_clerk")}
    )
    assert (broken.status_code, broken.json()["type"]) == (409, "table-unreadable")
    form = await get(desk, "/batch-form", "window_clerk")
    assert load_workbook(io.BytesIO(form.content)).active.cell(1, 1).value == "事由"
    for body, slug in (
        ({"door": "WINDOW", "rows": []}, "no-rows"),
        ({"door": "WINDOW", "rows": [{"narrative": "灯"}] * 501}, "too-many-rows"),
        ({"door": "GRID", "rows": [{"narrative": "灯"}]}, "door-not-yours"),
    ):
        assert (await post(desk, "/batches", body, "window_clerk")).json()["type"] == slug


def test_the_pages_know_the_same_columns_and_doors() -> None:
    assert {column: names[0] for column, names in HEADINGS.items()} == COLUMNS
    for door, form in FORMS.items():
        rule = next(rule for known, rule in DOORS.items() if known == door)
        assert form.roles == {role for role in rule.roles if role not in ("platform", "alert_source")}
        assert form.batches == rule.in_batches

"""A second playbook is a file: dispatched, on the scene, controlled, answered, without a line of code."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.vault.main import build as build_vault
from services.workorders.main import build
from shared.contracts.codes import Category, Channel
from tests.support.house import house
from tests.support.postgres import Database
from tests.workorders.conftest import INTAKE, OTHERS, ROUTING, Floor

DISPATCH = """\
code: dispatch
version: dispatch-1
valid_from: 2026-01-01
title: {zh: 出警处置, en: Dispatch}
channels: [DSP]
sign: {roles: [community_officer], minutes: {P1: 5}}
steps:
  - {code: dispatched, does: respond, title: {zh: 出警, en: Dispatched}, reaches: DISPATCHED, minutes: {P1: 3}}
  - code: on_scene
    does: work
    after: [dispatched]
    helpers: [auxiliary]
    minutes: {P1: 15}
    title: {zh: 到场, en: On the scene}
    reaches: ON_SCENE
  - {code: controlled, does: work, after: [on_scene], title: {zh: 处置完毕, en: Controlled}, reaches: CONTROLLED}
  - {code: answer, does: answer, after: [controlled], title: {zh: 答复, en: Answer}}
ends:
  - {outcome: done, needs: [controlled, answer], details: [PERSON_FOUND]}
  - {outcome: failed, needs: [on_scene]}
"""


@pytest.fixture
async def floor(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Floor]:
    shelf = tmp_path / "playbooks"
    shelf.mkdir()
    (shelf / "dispatch.yaml").write_text(DISPATCH, encoding="utf-8")
    monkeypatch.setenv("LOUNGE_WORKORDERS_PLAYBOOKS", str(shelf))
    strangers = {each.name: each.build for each in (ROUTING, INTAKE, *OTHERS)}
    async with house(database, tmp_path / "home", {"vault": build_vault, "workorders": build, **strangers}) as desk:
        yield Floor(desk)


async def test_a_lost_father_is_found_by_a_playbook_that_is_only_a_file(floor: Floor) -> None:
    order_id = await floor.routed(channel=Channel.DSP, category=Category.EMG)
    officer = "community_officer"
    states = []
    for login, act, body in (
        (officer, "signature", {}),
        (officer, "first-response", {}),
        ("auxiliary", "steps/on_scene", {"note": "已到公园南门"}),
        (officer, "steps/controlled", {}),
        (officer, "answer", {"answer": "人已找到，平安。"}),
        (officer, "outcome", {"outcome": "done", "detail": "PERSON_FOUND"}),
    ):
        status, answer = await floor.act(login, order_id, act, **body)
        assert status == 200, answer
        await floor.desk.settled()
        _, shown = await floor.show(officer, order_id)
        row = await floor.desk.store("workorders").pool.fetchval(
            "SELECT state FROM order_board WHERE order_id = $1", order_id
        )
        assert row == shown["state"], "page and board agree"
        states.append(row)
    assert states == ["SIGNED", "DISPATCHED", "ON_SCENE", "CONTROLLED", "CONTROLLED", "RESOLVED"]


async def test_a_step_too_early_is_told_in_words(floor: Floor) -> None:
    order_id = await floor.routed(channel=Channel.DSP, category=Category.EMG)
    await floor.act("community_officer", order_id, "signature")
    status, refused = await floor.act("community_officer", order_id, "steps/controlled")
    assert (status, refused["type"], refused["detail"]) == (409, "step-too-early", "前面还有 1 步没有完成。")


async def test_a_channel_without_a_playbook_is_set_aside_for_a_person(floor: Floor) -> None:
    order_id = await floor.routed(channel=Channel.WIN)
    assert await floor.facts(order_id) == []
    rows = await floor.desk.store("workorders").pool.fetch("SELECT state, reason FROM parked")
    assert [(row["state"], row["reason"]) for row in rows] == [("poison", "PlaybookMissing")]

"""The demo's four weeks, as somebody meets them who types `make up` on an empty machine, and stops it in the middle."""

import io
import json
import os
import re
import signal
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from deploy.lounge.cli import app
from deploy.lounge.demo.journal import FILE, Journal, kept_ahead
from deploy.lounge.demo.stories import FOLDER, MOVES, WEEKS, Story, instant, stories
from deploy.lounge.issuer import load_people
from shared.kernel import BUREAU_ZONE, wall_time
from tests.faults.victim import Victim
from tests.support import nearby

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""2026-11-22 12:00 in the bureau's zone."""
FILLED_SECONDS = 600.0
"""Three minutes on a quiet machine."""
SEALED_SECONDS = 60.0
ANY_PHONE = re.compile(r"\b1\d{10}\b")


# ── the stories ────────────────────────────────────────────────────────────
def test_a_moment_is_so_many_days_before_the_present_in_the_bureaus_zone() -> None:
    assert instant("27d 09:30", NOON) == datetime(2026, 10, 26, 9, 30, tzinfo=BUREAU_ZONE)
    assert instant("5h", NOON) == NOON - timedelta(hours=5)
    assert instant("20m", NOON) == NOON - timedelta(minutes=20)


def test_no_moment_lies_in_the_future() -> None:
    assert instant("0d 18:00", NOON) == NOON


@pytest.fixture(scope="module")
def told() -> tuple[Story, ...]:
    return stories(NOON)


def test_the_demo_files_forty_requests_in_four_weeks(told: tuple[Story, ...]) -> None:
    assert sum(story.files_request for story in told) == 40
    assert len({story.id for story in told}) == len(told)
    moments = [moment for story in told for moment in story.moments]
    assert min(moment.at for moment in moments) > NOON - WEEKS
    assert max(moment.at for moment in moments) <= NOON
    for story in told:
        assert [moment.at for moment in story.moments] == sorted(moment.at for moment in story.moments)
        assert story.shows, f"{story.id} shows nothing"


def test_a_date_of_a_story_moves_with_the_present(told: tuple[Story, ...]) -> None:
    (roof,) = [story for story in told if story.id == "leaking-roof"]
    assert "2026-11-07" in str(roof.moments)
    (later,) = [story for story in stories(NOON + timedelta(days=3)) if story.id == "leaking-roof"]
    assert "2026-11-10" in str(later.moments)


def test_every_phone_of_the_demo_is_of_the_range_for_invented_people() -> None:
    texts = [each.read_text(encoding="utf-8") for each in FOLDER.iterdir() if each.name.endswith(".yaml")]
    assert all(phone.startswith("139000") for text in texts for phone in ANY_PHONE.findall(text))


def test_everybody_who_acts_is_a_demo_person_or_holds_a_code_of_the_story(told: tuple[Story, ...]) -> None:
    people = load_people()
    for story in told:
        cards = {name for step in _steps(story) for name in step.get("card", {})}
        for step in _steps(story):
            who = step.get("as")
            assert who is None or who.startswith("${") or who in people or who in cards, (story.id, who)


def test_every_move_is_used_by_some_story() -> None:
    texts = "".join(each.read_text(encoding="utf-8") for each in FOLDER.iterdir())
    moves = re.findall(r"^([a-z_]+):$", FOLDER.joinpath(MOVES).read_text(encoding="utf-8"), re.MULTILINE)
    assert moves
    assert [move for move in moves if f"play: {move}" not in texts] == []


def _steps(story: Story) -> list[Mapping[str, Any]]:
    return [step for moment in story.moments for step in moment.steps]


# ── the journal ────────────────────────────────────────────────────────────
def test_a_step_has_one_key_that_an_anonymous_caller_may_use_and_no_other_desk_has(tmp_path: Path) -> None:
    first, second = Journal.new(tmp_path), Journal.new(tmp_path)
    assert first.key_of("leaking-roof", 0, 1) == first.key_of("leaking-roof", 0, 1)
    keys = {first.key_of("leaking-roof", 0, 1), first.key_of("leaking-roof", 0, 2), second.key_of("leaking-roof", 0, 1)}
    assert len(keys) == 3
    assert all(key[14] == "4" for key in keys)


def test_an_interrupted_filling_keeps_its_clock_and_a_finished_one_no_secrets(tmp_path: Path) -> None:
    journal = Journal.new(tmp_path)
    journal.ahead_us = -5_000_000
    journal.known["wall-water"] = {"first": {"door": "mediation.enter_as_party", "code": "C", "pin": "P"}}
    journal.keep()
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    assert kept_ahead(tmp_path) == timedelta(seconds=-5)
    again = Journal.kept(tmp_path)
    assert again is not None
    assert again.known == journal.known
    again.finish()
    assert kept_ahead(tmp_path) == timedelta(0)
    assert "pin" not in (tmp_path / FILE).read_text()


# ── the desk ───────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Filled:
    """A desk that was stopped while it filled itself, and went on at its next start."""

    desk: Victim
    stopped_at: datetime
    went_on_at: datetime
    tokens: dict[str, str] = field(default_factory=dict)

    def fetch(self, login: str, path: str, **params: Any) -> httpx2.Response:
        if login not in self.tokens:
            granted = nearby.post(f"{self.desk.url}/issuer/demo-token", data={"login": login}, timeout=60)
            self.tokens[login] = granted.json()["access_token"]
        headers = {"Authorization": f"Bearer {self.tokens[login]}"}
        answer = nearby.get(f"{self.desk.url}{path}", params=params, headers=headers, timeout=120)
        assert answer.status_code == 200, answer.text
        return answer

    def get(self, login: str, path: str, **params: Any) -> dict[str, Any]:
        told: dict[str, Any] = self.fetch(login, path, **params).json()
        return told

    def all(self, login: str, path: str, under: str, **params: Any) -> list[dict[str, Any]]:
        rows, cursor = [], None
        while True:
            page = self.get(login, path, **params, **({"cursor": cursor} if cursor else {}))
            rows += page[under]
            cursor = page.get("next_cursor") or page.get("cursor")
            if not cursor:
                return rows

    def facts_about(self, request_id: str) -> set[str]:
        """The names of its facts, once all of them are in the log: the sealer is always a little behind."""
        until = time.monotonic() + SEALED_SECONDS
        while not (history := self.get("auditor", "/audit/v1/facts", subject=request_id))["complete"]:
            assert time.monotonic() < until, f"{request_id} is not whole in the log after {SEALED_SECONDS} s"
            time.sleep(0.2)
        return {fact["fact"] for fact in history["facts"]}


def _journal(desk: Victim) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((desk.home / FILE).read_bytes())
    except FileNotFoundError:
        return {"played": {}, "finished": False}
    return told


def _wait_for(desk: Victim, stories_played: int) -> None:
    until = time.monotonic() + FILLED_SECONDS
    while True:
        journal = _journal(desk)
        if journal["finished"] or len(journal["played"]) >= stories_played:
            return
        assert not desk.is_dead, desk.log_end()
        assert time.monotonic() < until, (journal["played"], desk.log_end())
        time.sleep(0.2)


def _time(desk: Victim) -> datetime:
    return datetime.fromisoformat(nearby.get(f"{desk.url}/readyz", timeout=30).json()["time"])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    home = tmp_path_factory.mktemp("demo")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    with Victim(home) as desk:
        desk.start(LOUNGE_PROFILE="demo")
        _wait_for(desk, stories_played=4)
        stopped_at = _time(desk)
        assert desk.pid is not None
        os.kill(desk.pid, signal.SIGINT)
        assert desk.stop() == 0, desk.log_end()
        assert not _journal(desk)["finished"]
        desk.start(LOUNGE_PROFILE="demo")
        went_on_at = _time(desk)
        _wait_for(desk, stories_played=1000)
        yield Filled(desk, stopped_at, went_on_at)
        assert desk.stop() == 0


served = [pytest.mark.story, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def requests(filled: Filled) -> list[dict[str, Any]]:
    rows = filled.all("duty_officer", "/intake/v1/requests", "requests", limit=100)
    return [filled.get("duty_officer", f"/intake/v1/requests/{row['request_id']}") for row in rows]


class TestFilledDesk:
    pytestmark = served

    def test_every_story_went_as_told(self, filled: Filled, told: tuple[Story, ...]) -> None:
        journal = _journal(filled.desk)
        assert journal["broken"] == {}
        assert journal["played"] == {story.id: len(story.moments) for story in told}

    def test_it_says_when_it_is_done_and_nothing_alarming(self, filled: Filled) -> None:
        lines = filled.desk.log_end().splitlines()
        assert [line for line in lines if not line.startswith(("汇客厅已就绪", "正在后台生成", "演示数据已齐"))] == []
        assert sum(line.startswith("演示数据已齐：40 件") for line in lines) == 1

    def test_a_stop_in_the_middle_never_turns_the_clock_back(self, filled: Filled) -> None:
        assert filled.stopped_at < wall_time() - timedelta(days=7)
        assert filled.stopped_at - timedelta(minutes=1) <= filled.went_on_at < wall_time() - timedelta(days=7)

    def test_its_clock_stands_at_the_present(self, filled: Filled) -> None:
        assert abs(_time(filled.desk) - wall_time()) < timedelta(seconds=5)

    def test_there_are_forty_requests_over_four_weeks(self, filled: Filled, requests: list[dict[str, Any]]) -> None:
        """The one of the child lane stands in no list but the lane's own."""
        children = filled.all("child_officer", "/mediation/v1/children", "files")
        assert (len(requests), len(children)) == (39, 1)
        filed = sorted(datetime.fromisoformat(request["filed_at"]) for request in requests)
        assert filed[0] < wall_time() - timedelta(days=26)
        assert filed[-1] < wall_time()
        assert len({each.date() for each in filed}) > 15

    def test_no_record_is_parked_and_no_timer_overdue(self, filled: Filled) -> None:
        status = filled.get("operator", "/ops/v1/status")
        assert status["parked"] == {"waiting": 0, "poison": 0}
        assert status["timers"]["due"] == 0

    def test_the_requests_stand_in_all_states(self, requests: list[dict[str, Any]]) -> None:
        states = Counter(request["state"] for request in requests)
        assert states.keys() >= {"ACCEPTED", "ARCHIVED", "REOPENED", "NEED_INFO"}
        assert {request["handling"] for request in requests} >= {
            None, "OFFERED", "SIGNED", "IN_PROGRESS", "RESOLVED", "FAILED",
        }  # fmt: skip
        assert {request["holder"]["channel"] for request in requests} >= {
            "PM", "PSM", "IM", "JM", "EPS", "WIN", "DSP", "CASE", "XDEP", "XFER", "SUP",
        }  # fmt: skip
        facts = {step["fact"] for request in requests for step in request["timeline"]}
        assert facts >= {
            "withdrawn", "not_accepted", "info_requested", "request_reopened", "rated", "request_gated",
            "clock_breached", "first_response", "request_archived", "requester_told",
        }  # fmt: skip
        assert any(request["duties_watched"] for request in requests)
        assert any(promise["state"] == "missed" for request in requests for promise in request["promises"])
        assert any(request["danger"] for request in requests)

    def test_somebody_is_waited_for_at_triage(self, filled: Filled) -> None:
        items = filled.all("triage_officer", "/routing/v1/worklist", "items", state="waiting_for_person")
        assert len(items) >= 2

    def test_disputes_stand_in_every_stage_of_the_four_channels(self, filled: Filled) -> None:
        cases = filled.all("bureau_leader", "/mediation/v1/cases", "cases")
        assert {case["channel"] for case in cases} >= {"PM", "PSM", "IM", "JM"}
        assert {case["state"] for case in cases} >= {"OFFERED", "CONSENT_SOUGHT", "IN_SESSION", "PANEL_SET", "CLOSED"}
        assert {case["outcome"] for case in cases} >= {None, "settled", "failed"}

    def test_what_the_log_knows_shows_the_rest(self, filled: Filled, requests: list[dict[str, Any]]) -> None:
        facts: set[str] = set()
        for request in requests:
            facts.update(filled.facts_about(request["request_id"]))
        assert facts >= {
            "party_refused", "channel_handed_over", "suit_docked", "agreement_in_effect", "duty_performed",
            "duty_defaulted", "default_climbed", "panel_formed", "legal_aid_applied", "penalty_decided",
            "staff_lodged", "legality_checked", "loss_recorded", "mediation_asked", "firm_told",
        }  # fmt: skip

    def test_the_workstation_has_visits_inspections_hazards_and_losses(self, filled: Filled) -> None:
        today = wall_time().astimezone(BUREAU_ZONE).date().isoformat()
        officer = "enterprise_officer"
        visits = filled.all(officer, "/enterprise/v1/visits", "visits")
        assert {visit["state"] for visit in visits} >= {"PLANNED", "HELD"}
        assert any(visit["on"] <= today for visit in visits if visit["state"] == "PLANNED")
        plans = filled.all(officer, "/enterprise/v1/inspection-plans", "plans")
        assert Counter(plan["state"] for plan in plans)["MERGED"] >= 3
        assert {hazard["state"] for hazard in filled.all(officer, "/enterprise/v1/hazards", "hazards")} >= {
            "FIXED",
            "OVERDUE",
        }
        matters = filled.all(officer, "/enterprise/v1/matters", "matters")
        assert {matter["kind"] for matter in matters} == {
            "CONTRACT_DISPUTE", "OBSTRUCTION", "DEPARTMENT_COMPLAINT", "STAFF_LODGING", "OPINION",
        }  # fmt: skip

    def test_the_whole_log_verifies_offline(self, filled: Filled, tmp_path: Path) -> None:
        exported = filled.fetch("auditor", "/audit/v1/export").content
        with tarfile.open(fileobj=io.BytesIO(exported)) as archive:
            archive.extractall(tmp_path / "log", filter="data")
        key = nearby.get(f"{filled.desk.url}/audit/v1/key").text.strip()
        verdict = CliRunner().invoke(app, ["audit", "verify", str(tmp_path / "log"), "--key", key])
        assert verdict.exit_code == 0, verdict.output

    def test_the_next_start_fills_nothing_twice(self, filled: Filled) -> None:
        assert filled.desk.stop() == 0
        filled.desk.start(LOUNGE_PROFILE="demo")
        assert abs(_time(filled.desk) - wall_time()) < timedelta(seconds=5)
        assert len(filled.all("duty_officer", "/intake/v1/requests", "requests", limit=100)) == 39


@pytest.mark.postgres
@pytest.mark.timeout(420)
def test_a_desk_with_a_request_of_somebody_is_left_alone(open_folder: Path) -> None:
    with Victim(open_folder) as desk:
        desk.start()
        filed = nearby.post(
            f"{desk.url}/intake/v1/requests",
            json={"narrative": "路灯坏了一个星期，晚上看不见路"},
            headers={"Idempotency-Key": "6f9619ff-8b86-4011-b42d-00c04fc964ff"},
        )
        assert filed.status_code == 201, filed.text
        assert desk.stop() == 0
        desk.start(LOUNGE_PROFILE="demo", LOUNGE_LOG_LEVEL="INFO")
        until = time.monotonic() + 60
        while "demo_left_alone" not in desk.log_end() and time.monotonic() < until:
            time.sleep(0.1)
        assert "demo_left_alone" in desk.log_end()
        assert abs(_time(desk) - wall_time()) < timedelta(seconds=5)
        assert not (desk.home / FILE).exists()

"""`make cluster`: every service a process of its own over Apache Kafka, and the same stories as in one process."""

import asyncio
import signal
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from bench import lifecycle, worklists
from deploy.lounge.client import DeskClient
from deploy.lounge.migrate import SERVICES, role_of
from shared.kernel import new_id
from tests.support import nearby
from tests.support.cluster import RunningCluster, descendants, living
from tests.support.stories import STORIES, play

PATIENCE = 4.0
"""Two dozen processes on the cores of a test machine: what is asked of them here is that they do it, not how fast."""

pytestmark = [pytest.mark.kafka, pytest.mark.story, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCluster]:
    home = tmp_path_factory.mktemp("cluster")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    with RunningCluster(home) as running:
        running.start()
        yield running


def ask(cluster: RunningCluster, operation: str, login: str, **params: Any) -> dict[str, Any]:
    async def call() -> dict[str, Any]:
        async with DeskClient(cluster.url) as client:
            answer = await client.call(operation, login=login, params=params)
            answer.raise_for_status()
            told: dict[str, Any] = answer.json()
            return told

    return asyncio.run(call())


def worked(cluster: RunningCluster) -> tuple[int, int]:
    """How many records were applied by all readers, and how many of them were pulled."""
    work = ask(cluster, "ops.get_status", "operator")["work"]
    return sum(row["applied"] for row in work), sum(row["pulled"] for row in work)


def file_request(cluster: RunningCluster, seconds: float = 30.0) -> str:
    """As a well-behaved client does it: told to come again, it does, under the same key."""
    until = time.monotonic() + seconds
    headers = {"Idempotency-Key": str(new_id())}
    body = {"narrative": "路灯坏了一个星期，晚上看不见路"}
    while True:
        answer = nearby.post(f"{cluster.url}/intake/v1/requests", json=body, headers=headers, timeout=30)
        if answer.status_code != 503 or time.monotonic() > until:
            break
        time.sleep(float(answer.headers["retry-after"]) / 4)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["request_id"])


def test_every_service_is_served_and_read_for_by_processes_of_its_own(cluster: RunningCluster) -> None:
    rows = cluster.processes()
    expected = {f"{service}.{part}" for service in SERVICES for part in ("api", "readers")}
    expected |= {"portal.api", "gateway", "relay", "postgres", "kafka-0", "supervisor"}
    assert expected <= rows.keys()
    pids = {rows[name]["pid"] for name in expected}
    assert len(pids) == len(expected) >= 7
    assert living(pids) == pids


def test_every_process_logs_in_as_the_role_of_its_service(cluster: RunningCluster) -> None:
    async def sessions() -> dict[str, set[str]]:
        admin = await asyncpg.connect(cluster.admin_dsn())
        try:
            rows = await admin.fetch(
                "SELECT DISTINCT usename, application_name FROM pg_stat_activity WHERE application_name LIKE 'lounge-%'"
            )
        finally:
            await admin.close()
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(row["application_name"].rsplit("-", 1)[1], set()).add(row["usename"])
        return found

    assert asyncio.run(sessions()) == {service: {role_of(service)} for service in SERVICES}


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_reads_the_schema_of_another(service: str, cluster: RunningCluster) -> None:
    async def refused() -> set[str]:
        own = await asyncpg.connect(cluster.dsn(service))
        try:
            assert await own.fetchval("SELECT count(*) >= 0 FROM events")
            said = set()
            for other in SERVICES:
                try:
                    await own.fetch(f"SELECT * FROM {other}.events LIMIT 1")
                except asyncpg.InsufficientPrivilegeError:
                    said.add(other)
            return said
        finally:
            await own.close()

    assert asyncio.run(refused()) == set(SERVICES) - {service}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_story(story: Path, cluster: RunningCluster) -> None:
    play(story, cluster.url, PATIENCE)


def test_the_lifecycle_that_is_benched_reaches_its_end(cluster: RunningCluster) -> None:
    reached = asyncio.run(lifecycle.load(cluster.port, "closed", 1, 1))
    assert len(reached["requests"]) == 1


def test_the_benched_lists_are_those_that_are_asked_for(cluster: RunningCluster) -> None:
    plans = asyncio.run(worklists.plans(cluster.admin_dsn()))
    assert all("actual time" in plan for plan in plans.values())


def test_what_was_applied_since_the_start_came_from_kafka(cluster: RunningCluster) -> None:
    applied, pulled = worked(cluster)
    assert applied > 300
    assert pulled < 0.05 * applied, (applied, pulled)


def test_operators_see_every_process_reader_and_broker(cluster: RunningCluster) -> None:
    told = ask(cluster, "ops.get_status", "operator")
    processes = {row["name"]: row for row in told["processes"]}
    assert all(row["answers"] and row["memory"] for row in processes.values()), processes
    assert processes.keys() == cluster.processes().keys()
    assert told["brokers"] == {"asked": 1, "answering": 1}
    assert {row["service"] for row in told["readers"]} == set(SERVICES)
    assert all(len(row["lanes"]) == 16 for row in told["readers"])


def test_a_request_leaves_one_trace_over_several_processes(cluster: RunningCluster) -> None:
    request = file_request(cluster)

    def names() -> set[str]:
        traces = ask(cluster, "ops.list_traces", "operator", request_id=request)["traces"]
        return {span["name"] for trace in traces[:1] for span in trace}

    wanted = {"decide intake.request", "decide routing.decision"}
    until = time.monotonic() + 20
    while not wanted <= (found := names()) and time.monotonic() < until:
        time.sleep(0.2)
    assert wanted <= found


def test_the_inside_is_not_reached_from_outside(cluster: RunningCluster) -> None:
    for path in (
        "/internal/status",
        "/internal/feed/heads",
        "/intake/../internal/status",
        "/intake%2F..%2Finternal/status",
    ):
        with httpx2.Client(base_url=cluster.url) as client:
            request = client.build_request("GET", "/")
            request.url = request.url.copy_with(raw_path=path.encode())
            assert client.send(request).status_code == 404, path


def test_a_process_asks_for_a_token_before_it_tells_anything(cluster: RunningCluster) -> None:
    inside = f"http://127.0.0.1:{cluster.processes()['intake.api']['port']}"
    assert nearby.get(f"{inside}/internal/status").status_code == 401
    assert nearby.put(f"{inside}/internal/clock", json={"ahead_us": 0}).status_code == 401
    login = nearby.post(f"{cluster.url}/issuer/demo-token", data={"login": "operator"}).json()["access_token"]
    assert nearby.get(f"{inside}/internal/status", headers={"Authorization": f"Bearer {login}"}).status_code == 403


def test_a_client_gets_no_token_with_a_wrong_secret_or_for_what_is_not_its_own(cluster: RunningCluster) -> None:
    def asked(client: str, secret: str, scope: str) -> int:
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret, "scope": scope}
        return nearby.post(f"{cluster.url}/issuer/token", data=form).status_code

    secret = (cluster.home / "secrets" / "client-intake").read_text()
    assert asked("intake", secret, "feed:routing") == 200
    assert asked("intake", "0" * 64, "feed:routing") == 401
    assert asked("routing", secret, "feed:intake") == 401
    assert asked("nobody", secret, "vault") == 401
    assert asked("intake", secret, "ops") == 400


@pytest.mark.parametrize("name", ["intake.api", "routing.readers", "relay", "gateway", "postgres"])
def test_who_is_killed_comes_back_and_requests_go_through(name: str, cluster: RunningCluster) -> None:
    pid = cluster.kill(name)
    if name == "gateway":
        cluster.wait_for_another(name, pid)
    request = file_request(cluster)
    cluster.wait_for_another(name, pid)
    until = time.monotonic() + 30
    state = ""
    while state not in ("routed", "waiting_for_person") and time.monotonic() < until:
        time.sleep(0.2)
        try:
            state = ask(cluster, "routing.get_decision", "duty_officer", request_id=request)["state"]
        except httpx2.HTTPStatusError:
            continue
    assert state in ("routed", "waiting_for_person")


def test_whoever_is_started_again_goes_by_the_bureau_clock(cluster: RunningCluster) -> None:
    def times() -> list[datetime]:
        told = nearby.get(f"{cluster.url}/readyz", timeout=10).json()
        return [datetime.fromisoformat(report["time"]) for report in told["services"]]

    later = max(times()) + timedelta(days=3)
    nearby.put(f"{cluster.url}/internal/clock", json={"now": later.isoformat()}, timeout=30).raise_for_status()
    assert min(times()) >= later
    for name in ("gateway", "mediation.api"):
        cluster.wait_for_another(name, cluster.kill(name))
        assert min(times()) >= later


def test_ctrl_c_leaves_nobody_behind(cluster: RunningCluster) -> None:
    everybody = descendants(cluster.processes()["supervisor"]["pid"])
    assert len(everybody) > 20
    begun = time.monotonic()
    assert cluster.stop() == 0, cluster.log_end()
    assert time.monotonic() - begun < 30
    assert living(everybody) == set()


def test_a_killed_supervisor_takes_everybody_with_it_and_nothing_is_lost(cluster: RunningCluster) -> None:
    ports = {name: row["port"] for name, row in _started_again(cluster).items()}
    request = file_request(cluster)
    everybody = descendants(cluster.processes()["supervisor"]["pid"])
    assert cluster.stop(signal.SIGKILL) == -signal.SIGKILL
    until = time.monotonic() + 15
    while living(everybody) and time.monotonic() < until:
        time.sleep(0.05)
    assert living(everybody) == set()
    assert {name: row["port"] for name, row in _started_again(cluster).items()} == ports
    assert ask(cluster, "intake.get_request", "duty_officer", request_id=request)["request_id"] == request


def _started_again(cluster: RunningCluster) -> dict[str, dict[str, Any]]:
    cluster.start()
    return cluster.processes()

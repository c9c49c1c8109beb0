"""Brokers as children: they come back where they were, end with whoever started them, and say what they lack."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.lounge import kafka
from deploy.lounge.kafka import KafkaBrokers
from deploy.lounge.kafka_programs import KafkaNotStarted, cache_folder, programs
from shared.messaging.kafka import ensure_topics
from tests.shared.messaging.wire import administrating, producing
from tests.support.kafka import running_brokers

pytestmark = pytest.mark.kafka

TREE = Path(__file__).parents[2]
DESK = """
import sys
from pathlib import Path
from deploy.lounge.kafka import KafkaBrokers
brokers = KafkaBrokers(Path({folder!r}))
brokers.start()
print(brokers.pids[0], flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def three() -> Iterator[KafkaBrokers]:
    with running_brokers(3) as found:
        yield found


async def topics(bootstrap: str) -> set[str]:
    async with administrating(bootstrap) as admin:
        return {topic for topic in await admin.list_topics() if topic.startswith("lounge.")}


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}/exe").exists()


async def test_keeps_its_data_and_ports_over_a_stop_and_loses_them_when_wiped(tmp_path: Path) -> None:
    brokers = KafkaBrokers(tmp_path / "kafka")
    try:
        first = brokers.start()
        await ensure_topics(first, ["intake"])
        brokers.stop()
        assert brokers.pids == {}
        again = KafkaBrokers(tmp_path / "kafka")
        try:
            assert again.start() == first
            assert await topics(first) == {"lounge.intake"}
            again.wipe()
            assert again.bootstrap == first
            assert await topics(first) == set()
        finally:
            again.stop()
        host, _, port = first.partition(":")
        with socket.socket() as stranger:
            stranger.bind((host, int(port)))
            # Somebody took the port: Kafka's data are given up, not the start.
            assert brokers.start() != first
    finally:
        brokers.stop()


def test_waits_for_the_ports_of_a_killed_predecessor_that_is_not_quite_dead(tmp_path: Path) -> None:
    """Who knows the brokers by their ports would not find them again."""
    brokers = KafkaBrokers(tmp_path / "kafka")
    try:
        first = brokers.start()
        brokers.stop()
        host, _, port = first.partition(":")
        dying = socket.socket()
        dying.bind((host, int(port)))
        threading.Timer(1.0, dying.close).start()
        assert brokers.start() == first
    finally:
        brokers.stop()


def test_ends_with_a_killed_desk(tmp_path: Path) -> None:
    script = DESK.format(folder=str(tmp_path / "kafka"))
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=TREE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as desk:
        assert desk.stdout is not None
        broker = int(desk.stdout.readline())
        assert exists(broker)
        desk.send_signal(signal.SIGKILL)
    give_up = time.monotonic() + 10
    while exists(broker) and time.monotonic() < give_up:
        threading.Event().wait(0.01)
    assert not exists(broker)


async def test_three_brokers_go_on_without_one(three: KafkaBrokers) -> None:
    await ensure_topics(three.bootstrap, ["intake"])
    async with administrating(three.bootstrap) as admin, asyncio.timeout(30):
        # Whichever broker is asked may learn of a new topic a moment after the one that made it.
        while not (found := (await admin.describe_topics(["lounge.intake"]))[0])["partitions"]:
            await asyncio.sleep(0.05)
    assert [len(each["replicas"]) for each in found["partitions"]] == [3] * 16
    async with producing(three.bootstrap, acks="all") as producer:
        for lane in range(16):
            await producer.send_and_wait("lounge.intake", b"before", partition=lane)
        three.kill(1)
        for lane in range(16):
            await producer.send_and_wait("lounge.intake", b"after", partition=lane)
    assert set(three.pids) == {0, 2}
    three.start_one(1)
    assert set(three.pids) == {0, 1, 2}


def test_says_what_to_install_when_java_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(KafkaNotStarted, match=r"^没有找到 Java.*install Java 17\.$"):
        KafkaBrokers(tmp_path / "kafka").start()


def test_says_what_to_install_when_maven_is_missing_and_the_jars_are_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    java = shutil.which("java")
    assert java is not None
    (tmp_path / "java").symlink_to(java)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LOUNGE_CACHE", str(tmp_path / "empty"))
    with pytest.raises(KafkaNotStarted, match=r"^没有找到 Maven.*install Maven\.$"):
        KafkaBrokers(tmp_path / "kafka").start()


def test_needs_neither_network_nor_maven_when_the_jars_are_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    programs()
    java = shutil.which("java")
    assert java is not None
    (tmp_path / "java").symlink_to(java)
    monkeypatch.setenv("LOUNGE_CACHE", str(cache_folder()))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert programs().jars.is_dir()


def test_names_its_log_when_it_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kafka.COMMON, "num.io.threads", "none")
    with pytest.raises(KafkaNotStarted, match=rf"{tmp_path}.*format\.log"):
        KafkaBrokers(tmp_path / "kafka").start()


def test_must_be_started_where_it_will_not_die_with_a_thread(tmp_path: Path) -> None:
    refused: list[BaseException] = []

    def start() -> None:
        try:
            KafkaBrokers(tmp_path / "kafka").start()
        except RuntimeError as refusal:
            refused.append(refusal)

    worker = threading.Thread(target=start)
    worker.start()
    worker.join()
    assert "main thread" in str(refused[0])
    assert not os.listdir(tmp_path)

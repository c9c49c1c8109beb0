"""Apache Kafka for the tests that ask for it: brokers of their own for each module, because topics have fixed names.

A Docker engine that answers gives the broker; else its jars come through Maven and run as our children. Who kills or
wipes brokers asks for the latter in any case.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.lounge.kafka import KafkaBrokers
from deploy.lounge.kafka_programs import KafkaNotStarted

NEITHER = "These tests need Apache Kafka: run a Docker engine, or install Java and Maven."


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and {"bootstrap", "brokers"} & set(item.fixturenames):
            item.add_marker(pytest.mark.kafka)


@pytest.fixture(scope="module")
def brokers() -> Iterator[KafkaBrokers]:
    """One broker that a test may kill and wipe, and leaves running."""
    with running_brokers(1) as found:
        yield found


@pytest.fixture(scope="module")
def bootstrap(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where clients begin, on a broker that goes on."""
    if not _docker_answers():
        yield request.getfixturevalue("brokers").bootstrap
        return
    from testcontainers.community.kafka import KafkaContainer

    with KafkaContainer().with_kraft() as container:
        yield container.get_bootstrap_server()


@contextmanager
def running_brokers(count: int) -> Iterator[KafkaBrokers]:
    folder = Path(tempfile.mkdtemp(prefix="lounge-kafka-"))
    brokers = KafkaBrokers(folder, count)
    try:
        try:
            brokers.start()
        except KafkaNotStarted as error:
            pytest.fail(f"{NEITHER} {error}", pytrace=False)
        yield brokers
    finally:
        brokers.stop()
        shutil.rmtree(folder)


def _docker_answers() -> bool:
    """Asked by hand: the client library leaves a socket open when nobody answers."""
    address = urlsplit(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"))
    try:
        if address.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as engine:
                engine.settimeout(2)
                engine.connect(address.path)
        else:
            socket.create_connection((address.hostname or "", address.port or 2375), timeout=2).close()
    except OSError:
        return False
    return True

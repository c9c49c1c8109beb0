"""An agency's own topic on a real broker that asks for names: somebody else's client reads it, and no other topic."""

import asyncio
import json
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from deploy.lounge.kafka import HOST, KafkaBrokers
from deploy.lounge.kafka_programs import programs
from services.notifications.main import build
from shared.web import Deps, Service
from tests.notifications.conftest import STRANGERS
from tests.notifications.subscriptions.calls import a_request_of, file, hand_to_fire
from tests.support.house import Desk, house
from tests.support.neighbours import RememberedVault, silent
from tests.support.node import modules
from tests.support.partners import Partner
from tests.support.postgres import Database

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

OWN, OTHERS = "partners.fire-1", "partners.bank-1"
DESK, FIRE = ("lounge", "desk-word"), ("fire-1", "fire-word")
PREPARE = """
const { Kafka, AclResourceTypes, AclOperationTypes, AclPermissionTypes, ResourcePatternTypes, logLevel } =
  require("kafkajs");
const { bootstrap, topics } = JSON.parse(process.argv[1]);
const may = (principal, resourceType, resourceName, operation) => ({ resourceType, resourceName, operation, principal,
  resourcePatternType: ResourcePatternTypes.LITERAL, host: "*", permissionType: AclPermissionTypes.ALLOW });
(async () => {
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true,
    topics: topics.map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1 })) });
  await admin.createAcls({ acl: [
    ...topics.flatMap((topic) => [AclOperationTypes.WRITE, AclOperationTypes.DESCRIBE].map((operation) =>
      may("User:lounge", AclResourceTypes.TOPIC, topic, operation))),
    may("User:lounge", AclResourceTypes.CLUSTER, "kafka-cluster", AclOperationTypes.IDEMPOTENT_WRITE),
    may("User:fire-1", AclResourceTypes.TOPIC, "partners.fire-1", AclOperationTypes.READ),
    may("User:fire-1", AclResourceTypes.TOPIC, "partners.fire-1", AclOperationTypes.DESCRIBE),
    may("User:fire-1", AclResourceTypes.GROUP, "fire-1", AclOperationTypes.READ),
  ] });
  await admin.disconnect();
})().catch((error) => { console.error(error.message); process.exit(1); });
"""
READ = """
const { Kafka, logLevel } = require("kafkajs");
const { bootstrap, topic, user, password, count } = JSON.parse(process.argv[1]);
const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { retries: 4 },
  sasl: { mechanism: "scram-sha-512", username: user, password } });
const end = (told) => process.stdout.write(JSON.stringify(told), () => process.exit(0));
(async () => {
  const consumer = kafka.consumer({ groupId: "fire-1" });
  consumer.on(consumer.events.CRASH, ({ payload }) => end({ refused: payload.error.type || payload.error.name }));
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const found = [];
  await consumer.run({ eachMessage: async ({ message }) => {
    found.push(message.value.toString());
    if (found.length === count) end({ found });
  } });
})().catch((error) => end({ refused: error.type || error.name }));
"""


class PartnerBroker(KafkaBrokers):
    """With a second listener where agencies say who they are, and rights for each."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder)
        self.partners = f"{HOST}:{port}"

    def _properties(self, layout: Any, node: int, home: Path) -> str:
        client, controller = layout.ports[node]
        listeners = f"PLAINTEXT://{HOST}:{client},CONTROLLER://{HOST}:{controller},PARTNERS://{self.partners}"
        more = {
            "listeners": listeners,
            "advertised.listeners": listeners,
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PARTNERS:SASL_PLAINTEXT",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.partners.scram-sha-512.sasl.jaas.config": (
                "org.apache.kafka.common.security.scram.ScramLoginModule required;"
            ),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
        }
        return super()._properties(layout, node, home) + "".join(f"{name}={value}\n" for name, value in more.items())


@pytest.fixture(scope="module")
def broker() -> Iterator[PartnerBroker]:
    folder = Path(tempfile.mkdtemp(prefix="lounge-partners-"))
    broker = PartnerBroker(folder, _free_port())
    try:
        broker.start()
        for user, password in (DESK, FIRE):
            _run(
                *programs().command("kafka.admin.ConfigCommand"),
                *("--bootstrap-server", broker.bootstrap, "--alter", "--entity-type", "users", "--entity-name", user),
                *("--add-config", f"SCRAM-SHA-512=[iterations=4096,password={password}]"),
            )
        _node(PREPARE, bootstrap=broker.bootstrap, topics=[OWN, OTHERS])
        yield broker
    finally:
        broker.stop()
        shutil.rmtree(folder)


@pytest.fixture
async def desk(
    database: Database, tmp_path: Path, broker: PartnerBroker, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_PARTNER_KAFKA", broker.partners)
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_PARTNER_KAFKA_USER", DESK[0])
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_PARTNER_KAFKA_PASSWORD", DESK[1])
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_POST_SECONDS", "3600")
    builds = {"vault": RememberedVault().build, "notifications": build, **{name: _silent(name) for name in STRANGERS}}
    async with house(database, tmp_path, builds) as running:
        yield running


async def test_the_same_bytes_in_order_on_its_own_topic_and_no_other_topic_for_it(
    desk: Desk, broker: PartnerBroker
) -> None:
    fire = await Partner.of(desk, "fire-1")
    opened = await fire.open("joint_task", kafka=True)
    request = a_request_of()
    for number in (1, 2):
        await file(desk, request(number))
        await hand_to_fire(desk, request(number))
    answer = await fire.get(f"{opened.path}/deliveries")
    user, password = FIRE
    asked = {"bootstrap": broker.partners, "user": user, "password": password, "count": 8}
    # Beside the desk's own loop: what it still has to put on the topic is what is waited for.
    read = await asyncio.to_thread(_node, READ, **asked, topic=OWN)
    assert b",".join(body.encode() for body in read["found"]) in answer.content
    assert [orjson.loads(body)["sequence"] for body in read["found"]] == [str(number) for number in range(1, 9)]
    assert "AUTHORIZATION" in (await asyncio.to_thread(_node, READ, **asked, topic=OTHERS))["refused"]
    asked["password"] = "wrong"
    assert "found" not in await asyncio.to_thread(_node, READ, **asked, topic=OWN)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _silent(name: str) -> Callable[[Deps], Service]:
    return lambda deps: silent(name)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _node(script: str, **given: object) -> Any:
    done = subprocess.run(
        ["node", "-e", script, json.dumps(given)],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env={
            "NODE_PATH": str(modules()),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "KAFKAJS_NO_PARTITIONER_WARNING": "1",
        },
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else None

"""The brokers of a cluster, kept alive by a process of their own."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import structlog

from deploy.lounge.children import signals
from deploy.lounge.kafka import KafkaBrokers
from deploy.lounge.kafka_programs import KafkaNotStarted
from deploy.lounge.migrate import SERVICES
from deploy.lounge.ports import replace
from shared.kernel import wall_time
from shared.messaging.kafka import ensure_topics

TICK = 0.25

log = structlog.get_logger("brokers")

READY = "brokers.json"


def brokers_at(folder: Path) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = orjson.loads((folder / READY).read_bytes())
    except FileNotFoundError:
        return None
    return told


def keep_brokers(folder: Path, count: int) -> None:
    """A child of its own: a broker takes seconds to start, in which nobody else must wait. SIGUSR1 wipes them all."""
    brokers = KafkaBrokers(folder, count)
    restarts = dict.fromkeys(range(count), 0)
    since = dict.fromkeys(range(count), wall_time().isoformat())
    with signals() as watched:
        try:
            bootstrap = brokers.start()
            asyncio.run(ensure_topics(bootstrap, SERVICES))
            while not watched.stop:
                _tell(folder, brokers, bootstrap, restarts, since)
                watched.wait(TICK)
                if watched.wipe:
                    watched.wipe = False
                    brokers.wipe()
                    asyncio.run(ensure_topics(bootstrap, SERVICES))
                for broker in set(range(count)) - set(brokers.pids):
                    log.warning("broker_ended", broker=broker)
                    brokers.start_one(broker)
                    restarts[broker] += 1
                    since[broker] = wall_time().isoformat()
        except KafkaNotStarted as error:
            sys.stderr.write(f"{error}\n")
            raise
        finally:
            brokers.stop()


def _tell(
    folder: Path, brokers: KafkaBrokers, bootstrap: str, restarts: Mapping[int, int], since: Mapping[int, str]
) -> None:
    ports = [int(address.rpartition(":")[2]) for address in bootstrap.split(",")]
    living = brokers.pids
    told = [
        {"broker": node, "pid": living.get(node), "port": ports[node], "restarts": restarts[node], "since": since[node]}
        for node in range(len(ports))
    ]
    written = orjson.dumps({"bootstrap": bootstrap, "brokers": told})
    if not (folder / READY).exists() or (folder / READY).read_bytes() != written:
        replace(folder / READY, written)

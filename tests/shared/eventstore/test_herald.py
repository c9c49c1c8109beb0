"""What is appended in one process is told to the sequencer in another: once, and to nobody who would tell it on."""

import asyncio
from typing import Any, cast

import asyncpg

from shared.eventstore import Herald, Sequencer, Wakeups

SERVICE = "mediation"
TURNS = 50


class Wire:
    """A database that carries NOTIFY between processes, and remembers what it carried."""

    def __init__(self, *processes: Wakeups) -> None:
        self.carried: list[str] = []
        self._processes = processes

    async def execute(self, query: str, channel: str, payload: str) -> None:
        self.carried.append(payload)
        for each in self._processes:
            each._heard(payload)

    async def fetchval(self, query: str, *_: object) -> int:
        return 0


async def test_two_processes_of_a_service_do_not_tell_each_other_without_end() -> None:
    doors, readers, relay = Wakeups(), Wakeups(), Wakeups()
    wire = Wire(doors, readers, relay)
    pool = cast("asyncpg.Pool[Any]", wire)
    tasks = [asyncio.create_task(Herald(SERVICE, pool, each).run()) for each in (doors, readers)]
    tasks.append(asyncio.create_task(Sequencer(SERVICE, pool, relay).run()))
    await asyncio.sleep(0)
    (sequencers,) = relay._waiting[f"unnumbered:{SERVICE}"]
    beside_it = relay.bell(*sequencers._topics)
    doors.wake(f"outbox:{SERVICE}")
    for _ in range(TURNS):
        await asyncio.sleep(0)
    assert len(wire.carried) == 1
    assert beside_it.rang
    readers.wake(f"outbox:{SERVICE}")
    for _ in range(TURNS):
        await asyncio.sleep(0)
    assert len(wire.carried) == 2
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

"""The faults, each as what it does to a desk and how that is made good again."""

import asyncio
import contextlib
import os
import random
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg

from tests.faults.rig import Rig, connected, stopped
from tests.faults.striking import Fault
from tests.support.proxy import Mode, Weather

LONGER_THAN_EVERY_TIMEOUT = 75.0
"""A statement may take 30 s, a call between services 30 s, a client waits 60 s."""
NUMBERS_WITHIN = 30.0
END_WHO_NUMBERS = (
    "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'active'"
    " AND application_name LIKE 'lounge-%' AND query LIKE '%number_outbox%') ended"
)


def kill_desk(rig: Rig, chance: random.Random, long: bool) -> None:
    rig.victim.kill()
    rig.start_desk()


def pause_desk(rig: Rig, chance: random.Random, long: bool) -> None:
    assert rig.victim.pid is not None
    with stopped(rig.victim.pid):
        time.sleep(LONGER_THAN_EVERY_TIMEOUT if long else 1.0)


def stop_postgres_at_once(rig: Rig, chance: random.Random, long: bool) -> None:
    os.kill(rig.postmaster, signal.SIGQUIT)
    time.sleep(chance.uniform(0.2, 3.0 if long else 0.5))
    rig.restart_postgres()


def kill_postmaster(rig: Rig, chance: random.Random, long: bool) -> None:
    os.kill(rig.postmaster, signal.SIGKILL)
    time.sleep(chance.uniform(0.2, 3.0 if long else 0.5))
    rig.restart_postgres()


def kill_a_backend(rig: Rig, chance: random.Random, long: bool) -> None:
    """PostgreSQL then ends all sessions and recovers by itself."""
    backends = asyncio.run(_backends(rig.admin_dsn))
    os.kill(chance.choice(backends), signal.SIGKILL)
    time.sleep(0.3)


async def _backends(dsn: str) -> list[int]:
    connection = await connected(dsn)
    try:
        rows = await connection.fetch("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'lounge-%'")
        return [row["pid"] for row in rows]
    finally:
        await connection.close()


def end_a_session_while_it_numbers(rig: Rig, chance: random.Random, long: bool) -> None:
    """A sequencer's statement locks, numbers and commits in one; its session ends in the midst of that."""
    asyncio.run(_end_while_numbering(rig.admin_dsn))


async def _end_while_numbering(dsn: str) -> None:
    connection = await connected(dsn)
    try:
        async with asyncio.timeout(NUMBERS_WITHIN):
            while not await connection.fetchval(END_WHO_NUMBERS):
                pass
    finally:
        await connection.close()


def freeze_postgres(rig: Rig, chance: random.Random, long: bool) -> None:
    with stopped(*rig.postgres_processes):
        time.sleep(LONGER_THAN_EVERY_TIMEOUT if long else 1.0)


def exhaust_connections(rig: Rig, chance: random.Random, long: bool) -> None:
    """All of them are taken, and the desk's own are ended."""
    asyncio.run(_exhaust(rig.admin_dsn, 20.0 if long else 1.0))


async def _exhaust(dsn: str, seconds: float) -> None:
    taken: list[asyncpg.Connection[asyncpg.Record]] = []
    try:
        with contextlib.suppress(asyncpg.TooManyConnectionsError):
            while True:
                taken.append(await connected(dsn))
        await taken[0].execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'lounge-%'"
        )
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(asyncpg.TooManyConnectionsError):
                taken.append(await connected(dsn))
            await asyncio.sleep(0.01)
    finally:
        for connection in taken:
            await connection.close()


def swallow_replies(rig: Rig, chance: random.Random, long: bool) -> None:
    """The server commits and nobody hears of it."""
    rig.way.weather = Weather(mode=Mode.SWALLOW_REPLIES)
    time.sleep(0.1)
    rig.way.weather = Weather()
    time.sleep(0.3)


def swallow_answers(rig: Rig, chance: random.Random, long: bool) -> None:
    """The desk answers and the citizen does not hear it."""
    rig.front.weather = Weather(mode=Mode.SWALLOW_REPLIES)
    time.sleep(0.1)
    rig.front.weather = Weather()
    time.sleep(0.3)


def reset_database_connections(rig: Rig, chance: random.Random, long: bool) -> None:
    rig.way.reset()
    time.sleep(0.1)


def reset_citizens(rig: Rig, chance: random.Random, long: bool) -> None:
    rig.front.reset()
    time.sleep(0.1)


def half_close(rig: Rig, chance: random.Random, long: bool) -> None:
    rig.way.half_close()
    time.sleep(0.1)


def cut_after_some_bytes(rig: Rig, chance: random.Random, long: bool) -> None:
    """Every connection breaks in the middle of a message; new ones too, until it is over."""
    rig.way.weather = Weather(cut_after=chance.randrange(2_000, 60_000))
    time.sleep(3.0 if long else 0.8)
    rig.way.weather = Weather()


def slow_network(rig: Rig, chance: random.Random, long: bool) -> None:
    rig.way.weather = Weather(delay=0.05, bytes_per_second=2e6)
    time.sleep(20.0 if long else 1.0)
    rig.way.weather = Weather()


def cut_off_from_the_database(rig: Rig, chance: random.Random, long: bool) -> None:
    """Packets vanish: connections stay open and nothing moves."""
    rig.way.weather = Weather(mode=Mode.FREEZE)
    time.sleep(LONGER_THAN_EVERY_TIMEOUT if long else 1.0)
    rig.way.weather = Weather()


def fill_database_disk(rig: Rig, chance: random.Random, long: bool) -> None:
    rig.disk.fill(leave=chance.choice((0, 8192, 65536)))
    time.sleep(15.0 if long else 2.0)
    rig.disk.make_room()
    if rig.postgres_is_dead:
        rig.restart_postgres()


def fill_tile_disk(rig: Rig, chance: random.Random, long: bool) -> None:
    rig.tiles.fill()
    time.sleep(10.0 if long else 1.5)
    rig.tiles.make_room()


def move_the_bureau_clock(rig: Rig, chance: random.Random, long: bool) -> None:
    """Three days forth, so that clocks run out under everything; then back to where it would be."""
    before = datetime.fromisoformat(rig.bureau_time())
    begun = time.monotonic()
    rig.set_bureau_time((before + timedelta(days=3)).isoformat())
    time.sleep(10.0 if long else 1.0)
    rig.set_bureau_time((before + timedelta(seconds=time.monotonic() - begun)).isoformat())


def faketime() -> Path:
    """The library that tells a process another time; fails where it is not installed."""
    found = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if found is None:
        raise NoFaketime("The wall clock is moved with libfaketime: apt-get install libfaketime")
    return found


class NoFaketime(Exception):
    """The wall clock cannot be moved here."""


def move_the_wall_clock(rig: Rig, chance: random.Random, long: bool) -> None:
    """The machine's clock jumps a day forth, a day back, and comes right, under a desk that goes on running."""
    offset = rig.folder / "offset"
    offset.write_text("+0\n")
    rig.victim.kill()
    rig.start_desk(
        LD_PRELOAD=str(faketime()), FAKETIME_TIMESTAMP_FILE=str(offset), FAKETIME_NO_CACHE="1", DONT_FAKE_MONOTONIC="1"
    )
    for jump in ("+86400", "-86400", "+300", "+0"):
        time.sleep(3.0)
        offset.write_text(f"{jump}\n")
    time.sleep(3.0)
    rig.victim.kill()
    rig.start_desk()


FAULTS: tuple[Fault[Rig], ...] = (
    Fault("desk killed (-9)", kill_desk, 1, 10, covers="FM1 FM2 FM4"),
    Fault("desk stopped and continued (SIGSTOP)", pause_desk, 0, 2, covers="FM28"),
    Fault("PostgreSQL stopped at once (immediate)", stop_postgres_at_once, 0, 10, covers="FM6"),
    Fault("postmaster killed (-9)", kill_postmaster, 1, 10, covers="FM6"),
    Fault("one backend killed (-9)", kill_a_backend, 0, 10, covers="FM6"),
    Fault("sessions ended while they number", end_a_session_while_it_numbers, 0, 30, covers="FM2 FM5"),
    Fault("PostgreSQL frozen (SIGSTOP)", freeze_postgres, 1, 2, covers="FM7"),
    Fault("connections exhausted", exhaust_connections, 0, 3, covers="FM8"),
    Fault("database's replies lost", swallow_replies, 3, 50, covers="FM5"),
    Fault("citizens' answers lost", swallow_answers, 0, 30, covers="FM2 FM25"),
    Fault("database connections reset", reset_database_connections, 0, 50, covers="FM5"),
    Fault("citizens' connections reset", reset_citizens, 0, 30, covers="FM25"),
    Fault("half-closed connections", half_close, 0, 20, covers="FM5"),
    Fault("connections cut after n bytes", cut_after_some_bytes, 1, 10, covers="FM5"),
    Fault("slow, narrow network", slow_network, 0, 2, covers="FM12"),
    Fault("network to the database gone (silent)", cut_off_from_the_database, 0, 2, covers="FM12"),
    Fault("database's disk full", fill_database_disk, 1, 5, covers="FM9"),
    Fault("tiles' disk full", fill_tile_disk, 1, 4, covers="FM21"),
    Fault("bureau clock three days forth and back", move_the_bureau_clock, 1, 2, lifecycles=False, covers="FM20"),
    Fault("wall clock a day forth and back", move_the_wall_clock, 0, 1, lifecycles=False, covers="FM20"),
)

"""Whoever is stopped for a fault goes on afterwards, whoever else has ended between the look and the signal."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.faults.rig import state_of, stopped

pytestmark = pytest.mark.fault


@contextmanager
def waiting() -> Iterator[int]:
    """A process that waits for input which never comes."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as process:
        try:
            yield process.pid
        finally:
            process.kill()


@pytest.fixture
def two() -> Iterator[tuple[int, int]]:
    with ExitStack() as stack:
        yield stack.enter_context(waiting()), stack.enter_context(waiting())


@pytest.fixture
def gone() -> int:
    with waiting() as pid:
        pass
    return pid


def stands(pid: int, *, still: bool) -> bool:
    """Whether it comes to that: a signal takes its time."""
    until = time.monotonic() + 5
    while (state_of(pid) == "T") != still:
        if time.monotonic() > until:
            return not still
    return still


def test_all_stand_still_and_go_on_together(two: tuple[int, int]) -> None:
    with stopped(*two):
        assert all(stands(pid, still=True) for pid in two)
    assert not any(stands(pid, still=False) for pid in two)


def test_who_ended_meanwhile_keeps_nobody_from_being_stopped_nor_from_going_on(two: tuple[int, int], gone: int) -> None:
    with stopped(two[0], gone, two[1]):
        assert all(stands(pid, still=True) for pid in two)
    assert not any(stands(pid, still=False) for pid in two)


def test_a_fault_that_cannot_strike_says_so(two: tuple[int, int], gone: int) -> None:
    with pytest.raises(ProcessLookupError), stopped(gone, *two):
        pytest.fail("nobody was stopped")


def test_all_go_on_when_somebody_may_not_be_stopped(two: tuple[int, int]) -> None:
    with pytest.raises(OverflowError), stopped(*two, 1 << 70):
        pytest.fail("the last one is no process")
    assert not any(stands(pid, still=False) for pid in two)

"""The embedding model is asked in a process of its own, and nobody waits for it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.routing.adapters import embedder
from services.routing.adapters.embedder import (
    MOST_WAITING,
    TEXT_EMBEDDED,
    WorkerEmbedder,
    embedded_text,
    embedder_at_hand,
    processor_fits,
)

ANSWERS = """
import struct, sys, time
sys.stdout.buffer.write(struct.pack("<I", 1)); sys.stdout.buffer.flush()
while header := sys.stdin.buffer.read(4):
    text = sys.stdin.buffer.read(struct.unpack("<I", header)[0]).decode()
    if "慢" in text:
        time.sleep(0.3)
    if "亡" in text:
        sys.exit(1)
    sys.stdout.buffer.write(struct.pack("<If", 1, float(len(text)))); sys.stdout.buffer.flush()
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    written = tmp_path / "worker.py"
    written.write_text(ANSWERS, encoding="utf-8")
    return written


@pytest.fixture
async def worker(program: Path) -> AsyncIterator[WorkerEmbedder]:
    asked = WorkerEmbedder(patience=30, worker=program)
    yield asked
    await asked.stop()


async def test_a_message_gets_the_vector_of_its_title_and_first_words(worker: WorkerEmbedder) -> None:
    assert await worker.vector("漏水", "楼上") == (float(len("漏水。楼上")),)


async def test_what_takes_too_long_is_left_out_and_the_next_question_gets_its_own_answer(program: Path) -> None:
    hurried = WorkerEmbedder(patience=0.05, worker=program)
    assert await hurried.vector("", "慢") is None
    async with asyncio.timeout(30):
        while (vector := await hurried.vector("灯", "路灯不亮")) is None:
            pass
    assert vector == (float(len("灯。路灯不亮")),)
    await hurried.stop()


async def test_questions_at_once_are_answered_each_with_its_own(worker: WorkerEmbedder) -> None:
    vectors = await asyncio.gather(*(worker.vector("题", "字" * length) for length in range(1, 6)))
    assert vectors == [(float(length + 2),) for length in range(1, 6)]


async def test_whoever_comes_when_too_many_wait_is_not_kept(worker: WorkerEmbedder) -> None:
    await worker.vector("", "醒来")
    vectors = await asyncio.gather(worker.vector("", "慢"), *(worker.vector("", "急") for _ in range(MOST_WAITING)))
    assert vectors[-1] is None


async def test_a_worker_that_dies_rests_and_asks_nobody_to_wait(worker: WorkerEmbedder) -> None:
    assert await worker.vector("", "亡") is None
    assert await worker.vector("", "还在吗") is None


async def test_a_worker_that_cannot_start_is_no_embedder(tmp_path: Path) -> None:
    broken = tmp_path / "worker.py"
    broken.write_text("raise SystemExit(4)", encoding="utf-8")
    asked = WorkerEmbedder(worker=broken)
    assert await asked.vector("漏水", "楼上") is None
    await asked.stop()


async def test_the_real_model_finds_two_leaks_more_alike_than_a_leak_and_a_passport() -> None:
    asked = embedder_at_hand()
    assert asked is not None
    patient = WorkerEmbedder(patience=30)
    leak, other_leak, passport = [
        await patient.vector(title, "") for title in ("楼上漏水泡坏天花板", "邻居家渗水把墙泡了", "护照到期怎么换")
    ]
    await patient.stop()
    assert leak
    assert other_leak
    assert passport
    assert _likeness(leak, other_leak) > _likeness(leak, passport)


def _likeness(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_without_the_library_there_is_no_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder, "LIBRARY", "a_library_that_nobody_installed")
    assert embedder_at_hand() is None


@pytest.mark.parametrize(
    ("machine", "flags", "fits"),
    [("x86_64", "fpu sse2 avx2", True), ("x86_64", "fpu sse2", False), ("aarch64", "asimd", True)],
)
def test_a_processor_that_would_stop_at_the_first_instruction_is_not_asked(
    machine: str, flags: str, fits: bool, tmp_path: Path
) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text(f"flags\t\t: {flags}\n", encoding="utf-8")
    assert processor_fits(machine, info) is fits


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert len(embedded_text("题", "字" * 5000)) == TEXT_EMBEDDED + 2

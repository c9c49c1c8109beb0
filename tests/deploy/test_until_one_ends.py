"""A process whose relay has ended does not go on without it."""

import asyncio

import pytest

from deploy.lounge.serve import until_one_ends


async def broken() -> None:
    raise ValueError("a bug of the relay")


async def test_a_part_that_ends_by_a_bug_ends_the_whole() -> None:
    serving = asyncio.create_task(asyncio.sleep(60))
    with pytest.raises(ValueError, match="relay"):
        await until_one_ends(serving, asyncio.create_task(broken()))
    serving.cancel()


async def test_told_to_stop_it_ends_in_peace() -> None:
    relaying = asyncio.create_task(asyncio.sleep(60))
    await until_one_ends(asyncio.create_task(asyncio.sleep(0)), relaying)
    relaying.cancel()

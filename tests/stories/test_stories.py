"""The stories of the domain against a desk in its own process, as `lounge replay` runs them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.lounge.client import DeskClient
from deploy.lounge.replay import replay
from tests.faults.victim import Victim
from tests.support.stories import STORIES, play

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    home = tmp_path_factory.mktemp("stories")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    with Victim(home) as victim:
        victim.start()
        yield victim
        assert victim.stop() == 0, victim.log_end()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_story(story: Path, desk: Victim) -> None:
    play(story, desk.url)


def test_every_step_of_a_story_leaves_a_trace_under_its_request(desk: Victim) -> None:
    async def traces_of_the_last_request() -> list[list[dict[str, str]]]:
        async with DeskClient(desk.url) as client:
            listed = (await client.call("intake.list_requests", login="duty_officer")).json()["requests"]
            request = listed[0]["request_id"]
            for _ in range(50):
                found = await client.call("ops.list_traces", login="operator", params={"request_id": request})
                if len(traces := found.json()["traces"]) > 1:
                    return list(traces)
                await asyncio.sleep(0.1)
        return []

    traces = asyncio.run(traces_of_the_last_request())
    names = {span["name"] for trace in traces for span in trace}
    assert "decide intake.request" in names
    assert "decide routing.decision" in names
    assert any(name.startswith("process ") for name in names)


def test_every_step_of_a_story_names_the_leaf_of_what_it_did(desk: Victim) -> None:
    (whole,) = [path for path in STORIES if path.stem == "four-channels-one-case"]
    (result,) = asyncio.run(replay(desk.url, [whole], leaves=True))
    done = [step for step in result.steps if step.record_id]
    assert result.passed
    assert len(done) > 25
    assert len({step.leaf for step in done if step.leaf is not None}) == len(done)


def test_there_are_stories_for_every_end_a_request_can_take() -> None:
    assert {path.stem.split("-")[0] for path in STORIES} >= {
        "K29",
        "K30",
        "reopened",
        "withdrawn",
        "danger",
        "waiting",
        "answered",
    }

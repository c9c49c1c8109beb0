"""The stories of the domain, played against whatever desk a test has running."""

import asyncio
from pathlib import Path

from deploy.lounge.replay import replay

STORIES = sorted((Path(__file__).parents[1] / "stories").glob("*.yaml"))


def play(story: Path, url: str, patience: float = 1.0) -> None:
    (result,) = asyncio.run(replay(url, [story], patience))
    told = [f"{step.step} {step.what}: {step.detail}" for step in result.steps if not step.passed]
    assert result.passed, told

"""Lets an empty desk live through four weeks: steps in the order of bureau time, real timers in between."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import structlog

from deploy.lounge.client import DeskClient
from deploy.lounge.demo.journal import Journal
from deploy.lounge.demo.stories import WEEKS, Moment, Step, stories
from deploy.lounge.replay import Player, StepResult, StoryFailed, fill, lookup
from shared.kernel import BUREAU_ZONE, wall_time

POLL = 0.05
UNAVAILABLE = 503
"""Come again: with the same key nothing happens twice."""
SETTLE_SECONDS = 60.0
PATIENCE = 4.0
"""A busy machine is no reason to break a story off."""
FINEST = timedelta(hours=1)
"""Timers that fall due so close together are woken together: the clock does not stop for each of them."""

log = structlog.get_logger("demo")

Say = Callable[[str], None]
"""What ends with a line break stays; the rest is how far it is."""


async def fill_empty_desk(url: str, home: Path | None = None, say: Say = lambda line: None) -> None:
    """Lets the stories happen once; a desk that has any request of its own is left alone."""
    try:
        async with DeskClient(url) as client:
            journal = Journal.kept(home) or await _begun(client, home)
            if journal is not None and not journal.finished:
                await Filling(client, journal, say).run()
    except httpx2.HTTPError:
        # The desk was stopped in the middle; its next start goes on.
        log.info("demo_not_filled")


async def _begun(client: DeskClient, home: Path | None) -> Journal | None:
    """Turns the clock back, which is right only while nothing has happened."""
    answer = await client.call("intake.list_requests", login="duty_officer")
    if answer.status_code != 200 or answer.json()["requests"]:
        log.info("demo_left_alone")
        return None
    journal = Journal.new(home)
    journal.ahead_us = -(WEEKS // timedelta(microseconds=1))
    journal.keep()
    await client.set_clock((journal.begun - WEEKS).isoformat())
    return journal


class Filling:
    def __init__(self, client: DeskClient, journal: Journal, say: Say) -> None:
        self._client = client
        self._journal = journal
        self._say = say
        self._people: Mapping[str, str | None] = {}

    async def run(self) -> None:
        told = stories(self._journal.begun)
        whole = sum(story.files_request for story in told)
        self._people = await self._client.people()
        self._say("正在后台生成四周的演示数据，时钟从四周前走到现在；汇客厅现在就可以使用。\n")
        moments = sorted((moment for story in told for moment in story.moments), key=lambda each: each.at)
        opened = {story.id for story in told if story.files_request}
        for moment in moments:
            if moment.place < self._journal.played.get(moment.story, 0) or moment.story in self._journal.broken:
                continue
            await self._move_to(moment.at)
            await self._play(moment)
            self._tell(moment.at, len(opened & self._journal.played.keys()), whole)
        await self._return_to_the_present()
        self._journal.finish()
        broken = f"，{len(self._journal.broken)} 个故事没有走完" if self._journal.broken else ""
        self._say(f"演示数据已齐：{len(opened & self._journal.played.keys())} 件诉求，时钟已回到现在{broken}。\n")

    def _tell(self, at: datetime, filed: int, whole: int) -> None:
        day = at.astimezone(BUREAU_ZONE)
        self._say(f"演示数据：{day.month}月{day.day}日，已有 {filed}/{whole} 件")

    async def _play(self, moment: Moment) -> None:
        journal = self._journal
        player = DemoPlayer(self._client, journal, moment, self._people)
        for number, step in enumerate(moment.steps, 1):
            result = await player.step(number, step)
            if not result.passed:
                journal.broken[moment.story] = f"{moment.place}.{number} {result.what}: {result.detail}"
                log.warning("demo_story_broken", story=moment.story, moment=moment.place, step=result.what)
                break
        journal.played[moment.story] = moment.place + 1
        journal.known[moment.story] = player.known
        journal.keep()

    # ── the clock ────────────────────────────────────────────────────────

    async def _move_to(self, instant: datetime) -> None:
        """Forward only, and not past what falls due on the way."""
        while True:
            now, due = await self._settled()
            if now >= instant:
                return
            await self._set(min(instant, max(due, now + FINEST)) if due else instant)

    async def _set(self, instant: datetime) -> None:
        await self._client.set_clock(instant.isoformat())
        self._journal.ahead_us = (instant - wall_time()) // timedelta(microseconds=1)
        while datetime.fromisoformat(await self._client.time()) < instant:
            await asyncio.sleep(POLL)

    async def _return_to_the_present(self) -> None:
        while (begun := wall_time()) - await self._bureau_time() > FINEST:
            await self._move_to(begun)
        await self._settled()
        if await self._bureau_time() < wall_time():
            await self._set(wall_time())

    async def _bureau_time(self) -> datetime:
        return datetime.fromisoformat(await self._client.time())

    async def _settled(self) -> tuple[datetime, datetime | None]:
        """The bureau time when everybody has read everything and no timer is overdue, and when the next one is due."""
        until = asyncio.get_running_loop().time() + SETTLE_SECONDS
        while True:
            answer = await self._client.call("ops.get_status", login="operator")
            status = answer.raise_for_status().json()
            due = status["timers"]["next"]
            behind = sum(reader["lag"] for reader in status["readers"]) or status["timers"]["due"]
            if not behind or asyncio.get_running_loop().time() > until:
                return await self._bureau_time(), datetime.fromisoformat(due) if due else None
            await asyncio.sleep(POLL)


class DemoPlayer(Player):
    """Steps of one moment. `as` names a demo person, a name that the story gave one, or who holds a code and PIN."""

    def __init__(self, client: DeskClient, journal: Journal, moment: Moment, people: Mapping[str, str | None]) -> None:
        super().__init__(client, PATIENCE)
        self._known = {**journal.known.get(moment.story, {}), "people": people}
        self._journal = journal
        self._moment = moment
        self._step_number = 0
        self._gone: httpx2.TransportError | None = None

    @property
    def known(self) -> dict[str, Any]:
        return {name: each for name, each in self._known.items() if name != "people"}

    async def step(self, number: int, step: Step) -> StepResult:
        """Raises TransportError when the desk has gone: that is no fault of the story."""
        self._step_number = number
        result = await super().step(number, step)
        if self._gone is not None:
            raise self._gone
        return result

    async def _do_let(self, step: Step, result: StepResult) -> None:
        self._known.update(fill(step["let"], self._known))

    async def _send(self, name: str, step: Step, result: StepResult) -> httpx2.Response:
        who = fill(step.get("as"), self._known)
        who = self._known.get(who, who)
        token = await self._token(who) if isinstance(who, dict) else None
        login = None if token else who
        key = self._journal.key_of(self._moment.story, self._moment.place, self._step_number)
        whole = {**step, "as": login, "bearer": token, "key": key}
        try:
            answer = await super()._send(name, whole, result)
            while answer.status_code == UNAVAILABLE:
                await asyncio.sleep(POLL)
                answer = await super()._send(name, whole, result)
        except httpx2.TransportError as error:
            self._gone = error
            raise
        return answer

    async def _token(self, card: Mapping[str, str]) -> str:
        """Entered anew each time: what a code and PIN open is open for half an hour of real time."""
        body = {"code": card["code"], "pin": card["pin"]}
        answer = await self._client.call(card["door"], body=body)
        if answer.status_code != 200:
            raise StoryFailed(f"{card['door']}: {answer.status_code}")
        return str(answer.json()["token"])

    def _keep(self, step: Step, answer: Any) -> None:
        super()._keep(step, answer)
        for name, door in step.get("card", {}).items():
            self._known[name] = {"door": door, "code": lookup(answer, "code"), "pin": lookup(answer, "pin")}

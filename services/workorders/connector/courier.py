"""Carries messages to the bodies that want them pushed: in order, signed, tried again for days, one body apart from all
others, so that one that is slow holds up nobody else."""

import asyncio
from collections.abc import Sequence
from itertools import groupby
from urllib.parse import urlsplit
from uuid import UUID

import structlog

from services.workorders.adapters.bodies import Body, Link, Registry
from services.workorders.adapters.signatures import Signer
from services.workorders.connector.decider import Failure, Line, LineCommand, LineGivenUp, NoteFailed, NoteTaken
from services.workorders.connector.store import LineHandler
from services.workorders.connector.views import due_lines
from services.workorders.connector.writing import Writer
from shared.kernel import SYSTEM, Clock, ConcurrencyConflict, Context, UnitCode, new_id
from shared.web.outbound import AddressRefused, NotReached, Outbound
from shared.web.rounds import rounds

ONE_COURIER = "SELECT pg_try_advisory_xact_lock(hashtext('workorders.courier'))"

log = structlog.get_logger("courier")


class Courier:
    def __init__(
        self,
        lines: LineHandler,
        registry: Registry,
        writer: Writer,
        signer: Signer,
        outbound: Outbound,
        clock: Clock,
        pause: float,
    ) -> None:
        self._lines = lines
        self._registry = registry
        self._writer = writer
        self._signer = signer
        self._outbound = outbound
        self._clock = clock
        self._pause = pause

    async def run(self) -> None:
        await rounds("connector", lambda: asyncio.sleep(self._pause), self.round)

    async def round(self) -> int:
        """Tries what is due; how many messages were taken. Only one courier goes at a time."""
        now = self._clock.now()
        pushed = {code: body for code, body in self._registry.on(now).items() if body.link is Link.PUSH}
        if not pushed:
            return 0
        due = await due_lines(self._lines.store.pool, now, list(pushed))
        if not due:
            return 0
        async with self._lines.store.transaction() as connection:
            if not await connection.fetchval(ONE_COURIER):
                return 0
            by_body = groupby(sorted(due, key=lambda each: each[1]), key=lambda each: each[1])
            walks = [self._walk(pushed[UnitCode(code)], [line for line, _ in each]) for code, each in by_body]
            # Whoever fails waits for the others: the lock is theirs, too.
            ended = await asyncio.gather(*walks, return_exceptions=True)
        for each in ended:
            if isinstance(each, BaseException):
                raise each
        return sum(each for each in ended if isinstance(each, int))

    async def _walk(self, body: Body, lines: Sequence[UUID]) -> int:
        """A body that cannot be reached is not asked for the next line in this round: the others would wait for it."""
        total = 0
        for line in lines:
            taken, reached = await self._carry(body, line)
            total += taken
            if not reached:
                break
        return total

    async def _carry(self, body: Body, line_id: UUID) -> tuple[int, bool]:
        """All that waits on one line, until one message is not taken; and whether the body could be reached."""
        taken = 0
        while True:
            state, _ = await self._lines.state(line_id)
            if not isinstance(state, Line) or state.first is None or state.given_up:
                return taken, True
            note = await self._send(body, state)
            try:
                recorded = await self._lines.handle(line_id, note, Context(actor=SYSTEM))
            except ConcurrencyConflict:
                return taken, True
            if any(isinstance(event, LineGivenUp) for event in recorded.events):
                log.error("body_given_up", body=body.code, line=str(line_id))
            if not isinstance(note, NoteTaken):
                return taken, not (isinstance(note, NoteFailed) and note.failure is Failure.UNREACHABLE)
            taken += 1

    async def _send(self, body: Body, line: Line) -> LineCommand:
        assert line.first is not None
        assert body.url is not None
        place = line.first.place
        written = (await self._writer.write(line, line.first, body)).model_dump_json().encode()
        created = int(self._clock.now().timestamp())
        headers = self._signer.headers(urlsplit(body.url).path or "/", written, created, new_id().hex)
        try:
            answered = await self._outbound.post(body.url, written, headers)
        except AddressRefused:
            return NoteFailed(place=place, failure=Failure.ADDRESS, status=None, at=self._clock.now())
        except NotReached:
            return NoteFailed(place=place, failure=Failure.UNREACHABLE, status=None, at=self._clock.now())
        if 200 <= answered.status < 300:
            return NoteTaken(place=place, status=answered.status, at=self._clock.now())
        return NoteFailed(place=place, failure=Failure.REFUSED, status=answered.status, at=self._clock.now())

"""A body that cannot be reached costs one try a round, however many lines wait for it."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from services.workorders.connector.courier import Courier
from services.workorders.connector.decider import Line, LineCommand, line_decider
from shared.kernel import FixedClock
from shared.web.outbound import NotReached
from tests.workorders.connector.test_line import queued
from tests.workorders.samples import AT

LINES = [UUID(int=number) for number in range(1, 6)]


@dataclass
class Lines:
    tried: list[UUID] = field(default_factory=list)

    async def state(self, line: UUID) -> tuple[Line, int]:
        self.tried.append(line)
        waiting = line_decider.fold(line_decider.decide(queued(1), line_decider.initial))
        assert isinstance(waiting, Line)
        return waiting, 1

    async def handle(self, line: UUID, note: LineCommand, context: object) -> Any:
        return SimpleNamespace(events=())


class Away:
    async def post(self, *_: object) -> None:
        raise NotReached("timeout")


@pytest.mark.parametrize("lines", [LINES, LINES[:1]])
async def test_it_is_not_asked_for_the_next_line(lines: list[UUID]) -> None:
    written = SimpleNamespace(model_dump_json=lambda: "{}")

    async def write(*_: object) -> Any:
        return written

    known = Lines()
    parts: Any = (
        known,
        None,
        SimpleNamespace(write=write),
        SimpleNamespace(headers=lambda *_: {}),
        Away(),
        FixedClock(AT),
        0.1,
    )
    body: Any = SimpleNamespace(code="URBAN-1", url="http://127.0.0.1:9/in")
    assert await Courier(*parts)._walk(body, lines) == 0
    assert known.tried == lines[:1]

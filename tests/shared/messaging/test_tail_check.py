"""A tail check gives way to the transport again, however much is still lacking."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from shared.eventstore import Record
from shared.messaging import reader
from shared.messaging.reader import Reader
from shared.messaging.transport import Interrupted


class AlwaysBehind(Reader):
    """Whatever it pulls, more has been written meanwhile."""

    def __init__(self) -> None:
        none: Any = None
        store: Any = type("Store", (), {"pool": None})()
        super().__init__("tests.behind", [], {}, none, store, {})
        self.pulls = 0

    async def apply(self, records: Sequence[Record]) -> None:
        raise AssertionError

    async def _missing(self) -> dict[str, dict[int, int]]:
        return {"intake": {3: self.pulls}}

    async def _pull_all(self, missing: Mapping[str, Mapping[int, int]]) -> bool:
        assert missing
        self.pulls += 1
        return True


async def test_whoever_is_always_behind_goes_back_to_the_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LOOK_SECONDS", 0.01)
    behind = AlwaysBehind()
    await behind.check_tail(Interrupted("tests.behind", away=True))
    assert behind.pulls > 1

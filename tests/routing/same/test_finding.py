"""Who is compared with a new request: nobody looks before being listed."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from services.routing.decisions.facts import RequestJudged, TriageBegun
from services.routing.same.finding import OF_PERSONS, Finder
from services.routing.same.rules.likely import SameAs
from shared.kernel import SYSTEM, Context, FixedClock, RecordId, RequestId
from shared.web.vault import VaultUnavailable
from tests.routing.decisions.desk import AT_NOON, MONDAY, NEIGHBOUR, REQUEST, VILLAGER, desk, filed, judged

THEIRS = RequestId(UUID(int=2))
RECORD = RecordId(UUID(int=3))
[BEGUN, *_] = desk.when(filed()).events
[JUDGED] = [event for event in desk.after(filed()).when(judged()).events if isinstance(event, RequestJudged)]


@dataclass
class List:
    """Our list of requests, which holds nothing at the first looks."""

    empty: int
    looks: int = 0
    row: dict[str, Any] = field(
        default_factory=lambda: {
            "request_id": THEIRS,
            "requester": NEIGHBOUR,
            "other_party": VILLAGER,
            "grid": None,
            "category": None,
            "filed_at": MONDAY,
        }
    )

    async def fetch(self, query: str, *_: object) -> list[dict[str, Any]]:
        if query != OF_PERSONS:
            return [self.row]
        self.looks += 1
        return [self.row, {"request_id": REQUEST}] if self.looks > self.empty else []


class Unanswered:
    async def similar(self, *_: object) -> None:
        raise VaultUnavailable


async def history(_: RequestId) -> list[SimpleNamespace]:
    assert isinstance(BEGUN, TriageBegun)
    return [SimpleNamespace(event=BEGUN)]


def finder(listed: List, seconds: float) -> Finder:
    decisions: Any = SimpleNamespace(history=history)
    pool: Any = listed
    vault: Any = Unanswered()
    return Finder(decisions, pool, vault, FixedClock(AT_NOON), seconds)


async def test_of_two_who_file_at_once_the_later_listed_finds_the_other() -> None:
    finding = await finder(List(empty=3), seconds=60).of(JUDGED, Context(actor=SYSTEM), RECORD)
    assert finding is not None
    [found] = finding.propose.found
    assert (found.other, found.relation) == (THEIRS, SameAs.OTHER_VOICE)


async def test_a_list_that_is_built_anew_holds_nobody_up() -> None:
    listed = List(empty=1_000_000)
    finding = await finder(listed, seconds=0.1).of(JUDGED, Context(actor=SYSTEM), RECORD)
    assert finding is not None
    assert finding.propose.found == ()
    assert listed.looks > 1

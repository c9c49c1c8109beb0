"""Records by lane, in order and without gaps."""

from collections.abc import Sequence
from itertools import groupby

from shared.eventstore.records import Record
from shared.eventstore.store import Transaction


class Gap(Exception):
    """Numbers are missing between the position and what arrived."""

    def __init__(self, lane: int, after: int) -> None:
        super().__init__(f"lane {lane} after {after}")
        self.lane = lane
        self.after = after


def by_lane(records: Sequence[Record]) -> list[list[Record]]:
    """One list for each lane of each source; lanes first, so that all readers take the streams in one order."""
    ordered = sorted(records, key=lambda record: (record.lane, record.service, record.number))
    return [list(group) for _, group in groupby(ordered, key=lambda record: (record.lane, record.service))]


def following(position: int, records: Sequence[Record]) -> list[Record]:
    """The records after `position` without repeats, up to the first gap."""
    fresh: list[Record] = []
    for record in records:
        expected = position + 1 + len(fresh)
        if record.number > expected:
            break
        if record.number == expected:
            fresh.append(record)
    return fresh


def beyond(position: int, records: Sequence[Record]) -> list[Record]:
    """The records after `position` without repeats; raises Gap when they do not follow on."""
    fresh = following(position, records)
    if (fresh[-1].number if fresh else position) < records[-1].number:
        raise Gap(records[0].lane, position)
    return fresh


async def lock_lane(tx: Transaction, reader: str, lane: int) -> None:
    """Every position row of the lane, whatever the source: nothing of its keys moves meanwhile."""
    await tx.execute("SELECT FROM positions WHERE reader = $1 AND lane = $2 ORDER BY service FOR UPDATE", reader, lane)

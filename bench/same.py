"""`python -m bench.same MESSAGES.jsonl`: how well requests about one matter are found, on pairs labelled by reading.

The texts stay outside the repository; the labels hold ids. Limits were chosen on the halves printed as `chosen on`;
`final` is the other half of the pairs. Then every message is compared with all others, timed.
"""

import json
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from services.routing.same.rules.likely import Candidate, Report, likely, relation_of
from services.vault.adapters.sketch_shelf import PROBES
from services.vault.adapters.sketches import WEIGHT_BITS, Sketch, Sketcher, likeness, same_places
from shared.kernel import PersonId, RequestId

LABELS = Path(__file__).parents[1] / "services" / "routing" / "labels" / "same.jsonl"
IDS = uuid5(NAMESPACE_URL, "urn:lounge:bench:same")
FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")
HALVES = ("chosen on", "final")

Pair = Mapping[str, Any]
Row = Mapping[str, Any]

console = Console()


def main(messages: Annotated[Path, typer.Argument(exists=True)], most: int = 4_000) -> None:
    """`most`: how many messages are compared with each other for the speed."""
    rows = {row["id"]: row for row in map(json.loads, messages.read_text(encoding="utf-8").splitlines())}
    sketcher = Sketcher(b"bench" * 6)
    pairs = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    show_pairs(pairs, rows, sketcher)
    show_speed(list(rows.values())[:most], sketcher)


def show_pairs(pairs: Sequence[Pair], rows: Mapping[str, Row], sketcher: Sketcher) -> None:
    table = Table("pairs", "of", "same", "found", "right", "precision", "recall", title="proposed as one matter")
    for place, half in enumerate(HALVES):
        for who, person in (("the same person", True), ("different people", False)):
            chosen = [pair for pair in pairs if half_of(pair) == place and pair["person"] is person]
            found = [pair for pair in chosen if is_proposed(pair, rows, sketcher)]
            right, same = sum(pair["same"] for pair in found), sum(pair["same"] for pair in chosen)
            table.add_row(
                half, who, f"{same} of {len(chosen)}", str(len(found)), str(right), *shares(right, found, same)
            )
    console.print(table)


def shares(right: int, found: Sequence[Pair], same: int) -> tuple[str, str]:
    return f"{right / max(1, len(found)):.3f}", f"{right / max(1, same):.3f}"


def half_of(pair: Pair) -> int:
    return zlib.crc32(f"{pair['a']}{pair['b']}".encode()) % 2


def is_proposed(pair: Pair, rows: Mapping[str, Row], sketcher: Sketcher) -> bool:
    one, other = rows[pair["a"]], rows[pair["b"]]
    first, second = sketch_of(one, sketcher), sketch_of(other, sketcher)
    candidate = Candidate(report_of(other), likeness(first, second), same_places(first, second))
    return relation_of(report_of(one), candidate) is not None


def show_speed(rows: Sequence[Row], sketcher: Sketcher) -> None:
    began = time.process_time()
    sketches = [sketch_of(row, sketcher) for row in track(rows, "sketching", console=console)]
    sketched = time.process_time() - began
    reports = [report_of(row) for row in rows]
    index = index_of(sketches)
    began, proposed, compared = time.process_time(), 0, 0
    for place in track(range(len(rows)), "comparing", console=console):
        earlier = {other for key in probes(sketches[place]) for other in index[key] if other < place}
        compared += len(earlier)
        found = likely(reports[place], (candidate(place, other, sketches, reports) for other in earlier))
        proposed += bool(found)
    took = time.process_time() - began
    console.print(
        f"{len(rows)} messages: sketched in {sketched:.1f} s CPU, compared in {took:.1f} s CPU "
        f"({compared} pairs of {len(rows) * (len(rows) - 1) // 2}); {proposed} have a proposal"
    )


def candidate(place: int, other: int, sketches: Sequence[Sketch], reports: Sequence[Report]) -> Candidate:
    one, two = sketches[place], sketches[other]
    return Candidate(reports[other], likeness(one, two), same_places(one, two))


def index_of(sketches: Sequence[Sketch]) -> Mapping[int, list[int]]:
    index: dict[int, list[int]] = {}
    for place, sketch in enumerate(sketches):
        for key in (*sketch.grams, *sketch.names):
            index.setdefault(key, []).append(place)
    return index


def probes(sketch: Sketch) -> Iterator[int]:
    yield from sorted(sketch.grams, key=lambda gram: (-(gram & WEIGHT_BITS), gram))[:PROBES]
    yield from sketch.names


def sketch_of(row: Row, sketcher: Sketcher) -> Sketch:
    return sketcher.of(row["title"]) | sketcher.of(row["text"])


def report_of(row: Row) -> Report:
    return Report(
        request_id=RequestId(id_of(row["id"])),
        requester=PersonId(id_of(row["user"])),
        other_party=None,
        grid=None,
        category=None,
        filed_at=time_of(row["time"]),
    )


def id_of(name: str) -> UUID:
    return uuid5(IDS, name)


def time_of(text: str) -> datetime:
    for each in FORMATS:
        try:
            return datetime.strptime(text.strip().replace("-", "/"), each).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(f"no time: {text}")


if __name__ == "__main__":
    typer.run(main)

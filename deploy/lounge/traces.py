"""The traces of a request, put together from what each process wrote into a file of its own."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import orjson

from shared.telemetry.spanstore import StoredSpan

FOLDER = "traces"
MANY = 500
"""Ids in one statement; SQLite takes no more than some thousands."""


def file_of(home: Path, process: str) -> Path:
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{process}.sqlite"


def traces_of(home: Path, request_id: str) -> Sequence[Sequence[StoredSpan]]:
    """Every trace that touched the request, oldest first; the spans of each by start."""
    files = sorted((home / FOLDER).glob("*.sqlite"))
    ids: set[str] = set()
    for file in files:
        with _opened(file) as spans:
            asked = "SELECT trace_id FROM requests WHERE request_id = ?"
            ids.update(row[0] for row in spans.execute(asked, (request_id,)))
    found: dict[str, list[StoredSpan]] = {}
    for file in files:
        for span in _spans_in(file, sorted(ids)):
            found.setdefault(span.trace_id, []).append(span)
    traces = [sorted(spans, key=lambda span: span.started_ns) for spans in found.values()]
    return sorted(traces, key=lambda spans: spans[0].started_ns)


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Read only: its owner goes on writing."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=2)) as spans:
        yield spans


def _spans_in(file: Path, ids: Sequence[str]) -> Iterator[StoredSpan]:
    with _opened(file) as spans:
        for start in range(0, len(ids), MANY):
            some = ids[start : start + MANY]
            rows = spans.execute(
                "SELECT trace_id, span_id, parent_id, name, started_ns, ended_ns, error, attributes, links FROM spans"
                f" WHERE trace_id IN ({','.join('?' * len(some))})",
                some,
            )
            for trace_id, span_id, parent, name, started, ended, error, attributes, links in rows:
                told, linked = orjson.loads(attributes), tuple(orjson.loads(links))
                yield StoredSpan(trace_id, span_id, parent, name, started, ended, bool(error), told, linked)

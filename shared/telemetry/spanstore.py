"""Spans kept where they were made: the embedded stand-in for a trace backend.

One SQLite file beside the installation's data. It holds what the exporter was given: names, times, L0–L1 attributes.
"""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from shared.telemetry import names
from shared.telemetry.recording import RecordedSpan

KEEP_SPANS = 400_000
TRIM_EVERY = 20_000

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS spans (
    id INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL, span_id TEXT NOT NULL, parent_id TEXT,
    name TEXT NOT NULL, started_ns INTEGER NOT NULL, ended_ns INTEGER NOT NULL,
    error INTEGER NOT NULL, attributes TEXT NOT NULL, links TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS spans_trace ON spans (trace_id);
CREATE TABLE IF NOT EXISTS requests (
    request_id TEXT NOT NULL, trace_id TEXT NOT NULL, PRIMARY KEY (request_id, trace_id)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class StoredSpan:
    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    started_ns: int
    ended_ns: int
    error: bool
    attributes: dict[str, object]
    links: tuple[str, ...]
    """Trace ids of linked spans."""


class SpanStore:
    """Written by the exporter's thread, read by whoever asks for a request's traces."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.executescript(SCHEMA)
        self._since_trim = 0

    def add(self, rows: Sequence[tuple[Any, ...]], mentions: Iterable[tuple[str, str]]) -> None:
        """Rows in the order of the table's columns, and (request, trace) pairs."""
        with self._lock, self._connection:
            self._connection.executemany(
                "INSERT INTO spans (trace_id, span_id, parent_id, name, started_ns, ended_ns, error, attributes, links)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            self._connection.executemany("INSERT OR IGNORE INTO requests VALUES (?, ?)", mentions)
            self._trim(len(rows))

    def _trim(self, added: int) -> None:
        self._since_trim += added
        if self._since_trim < TRIM_EVERY:
            return
        self._since_trim = 0
        self._connection.execute("DELETE FROM spans WHERE id < (SELECT max(id) FROM spans) - ?", (KEEP_SPANS,))
        self._connection.execute("DELETE FROM requests WHERE trace_id NOT IN (SELECT trace_id FROM spans)")

    def traces_of(self, request_id: str) -> list[list[StoredSpan]]:
        """Every trace that touched the request, oldest first; the spans of each by start."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT trace_id, span_id, parent_id, name, started_ns, ended_ns, error, attributes, links FROM spans"
                " WHERE trace_id IN (SELECT trace_id FROM requests WHERE request_id = ?) ORDER BY started_ns",
                (request_id,),
            ).fetchall()
        traces: dict[str, list[StoredSpan]] = {}
        for row in rows:
            trace_id, span_id, parent, name, started, ended, error, attributes, links = row
            told, linked = orjson.loads(attributes), tuple(orjson.loads(links))
            span = StoredSpan(trace_id, span_id, parent, name, started, ended, bool(error), told, linked)
            traces.setdefault(span.trace_id, []).append(span)
        return list(traces.values())

    def close(self) -> None:
        with self._lock:
            self._connection.close()


class StoreExporter(SpanExporter):
    def __init__(self, store: SpanStore) -> None:
        self._store = store

    def export(self, spans: Sequence[Any]) -> SpanExportResult:
        self._store.add([_row(span) for span in spans], _mentions(spans))
        return SpanExportResult.SUCCESS


def _row(span: RecordedSpan) -> tuple[Any, ...]:
    links = [f"{link.context.trace_id:032x}" for link in span.links]
    return (
        f"{span.context.trace_id:032x}",
        f"{span.context.span_id:016x}",
        f"{span.parent.span_id:016x}" if span.parent else None,
        span.name,
        span.start_time,
        span.end_time,
        span.failed,
        orjson.dumps(span.attributes, default=str).decode(),
        orjson.dumps(links).decode() if links else "[]",
    )


def _mentions(spans: Sequence[RecordedSpan]) -> set[tuple[str, str]]:
    """Request and trace."""
    return {
        (str(request_id), f"{span.context.trace_id:032x}")
        for span in spans
        if (request_id := span.attributes.get(names.REQUEST_ID)) is not None
    }

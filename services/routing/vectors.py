"""Vectors of labelled messages for training: each is embedded once and kept, outside the repository, for next time."""

import base64
import hashlib
import json
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from services.routing.adapters.embedder import Vector, WorkerEmbedder, embedded_text
from services.routing.examples import Example

PATIENT_SECONDS = 120.0

Told = Callable[[int], None]
"""How many are done."""


class NoVector(Exception):
    """The embedding model did not answer: training without it would give another model."""


async def vectors_of(
    examples: Sequence[Example], kept: Path | None = None, told: Told = lambda done: None
) -> list[Vector]:
    known = _read(kept) if kept else {}
    embedder = WorkerEmbedder(patience=PATIENT_SECONDS)
    found: list[Vector] = []
    try:
        for done, example in enumerate(examples, start=1):
            key = _key(example)
            if key not in known:
                vector = await embedder.vector(example.title, example.text)
                if vector is None:
                    raise NoVector(example.id)
                known[key] = vector
                _keep(kept, key, vector)
            found.append(known[key])
            told(done)
    finally:
        await embedder.stop()
    return found


def _key(example: Example) -> str:
    return hashlib.sha256(embedded_text(example.title, example.text).encode()).hexdigest()


def _read(path: Path) -> dict[str, Vector]:
    with suppress(FileNotFoundError):
        rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        return {row["key"]: _opened(row["vector"]) for row in rows}
    return {}


def _opened(written: str) -> Vector:
    raw = base64.b64decode(written)
    return struct.unpack(f"<{len(raw) // 4}f", raw)


def _keep(path: Path | None, key: str, vector: Vector) -> None:
    if path is None:
        return
    written = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"key": key, "vector": written}) + "\n")

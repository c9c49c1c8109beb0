"""What one HTTP call has read of a stream: the door looks for relations, then the handler decides on the same history.

Nothing outlives the call, and what it appends itself or loses to somebody else is read anew. A decision on what is
stale by then meets the stream's version when it is appended, as ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_read: ContextVar[dict[str, Any] | None] = ContextVar("read in this call", default=None)


@contextmanager
def one_call() -> Iterator[None]:
    histories: dict[str, Any] = {}
    token = _read.set(histories)
    try:
        yield
    finally:
        _read.reset(token)
        histories.clear()


def histories_of_this_call() -> dict[str, Any] | None:
    """By stream; None outside a call."""
    return _read.get()


def forget(stream: str) -> None:
    if (histories := _read.get()) is not None:
        histories.pop(stream, None)

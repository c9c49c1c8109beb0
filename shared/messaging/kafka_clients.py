"""How the Kafka library is kept from shouting, from waiting for ever, and from swallowing a cancellation."""

import asyncio
import logging
from asyncio import StreamReaderProtocol
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from aiokafka.conn import AIOKafkaConnection, AIOKafkaProtocol, CloseReason
from aiokafka.errors import KafkaConnectionError, KafkaError

DOWN = (KafkaError, OSError, TimeoutError)
CLOSE_SECONDS = 2.0

_PARTING: set[asyncio.Task[None]] = set()


def quiet() -> None:
    """The library reports each attempt on each connection as an error; what it means is logged by us, once."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def _closed_by_peer(protocol: AIOKafkaProtocol) -> bool:
    StreamReaderProtocol.eof_received(protocol)
    return False


# The library forgets a connection that its broker has closed, sometimes without closing its own end.
AIOKafkaProtocol.eof_received = _closed_by_peer  # type: ignore[method-assign, assignment]

_send = AIOKafkaConnection.send


def _send_or_broken(connection: AIOKafkaConnection, *request: Any, **how: Any) -> Any:
    try:
        return _send(connection, *request, **how)  # type: ignore[no-untyped-call]
    except RuntimeError as closed:
        connection.close(reason=CloseReason.CONNECTION_BROKEN)
        raise KafkaConnectionError(str(closed)) from closed


# What uvloop raises on a closed connection the library does not know: its task that keeps up with who leads which
# partition would end there, and the consumer would ask the wrong brokers for ever.
AIOKafkaConnection.send = _send_or_broken  # type: ignore[method-assign, assignment]


async def farewell(closing: Coroutine[Any, Any, None]) -> None:
    """Closes a client. A broker that does not answer holds nobody up: what is left of it goes on by itself.

    In a task of its own, because the library's closing takes the cancellation of its caller for its own doing.
    """
    parting = asyncio.create_task(_quietly(closing))
    _PARTING.add(parting)
    parting.add_done_callback(_PARTING.discard)
    try:
        await asyncio.wait({parting}, timeout=CLOSE_SECONDS)
    except asyncio.CancelledError:
        await asyncio.wait({parting}, timeout=CLOSE_SECONDS)
        raise


async def whole(opening: Coroutine[Any, Any, None]) -> None:
    """Opens a client, to the end also when cancelled: the library forgets a connection that was only half made."""
    task = asyncio.create_task(opening)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await ended(task)
        if task.done() and not task.cancelled():
            task.exception()
        raise


async def ended(task: asyncio.Task[None]) -> None:
    """Cancelled only when it takes too long: the library forgets a connection that is cancelled while it is made."""
    await asyncio.wait({task}, timeout=CLOSE_SECONDS)
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=CLOSE_SECONDS)


async def set_within(seconds: float, event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


async def _quietly(closing: Coroutine[Any, Any, None]) -> None:
    try:
        async with asyncio.timeout(4 * CLOSE_SECONDS):
            await closing
    except DOWN as error:
        logging.getLogger(__name__).debug("client not closed: %s", type(error).__name__)

"""Work that is done again and again as long as a service runs."""

from collections.abc import Awaitable, Callable
from typing import Never

import structlog

from shared.eventstore.store import UNAVAILABLE
from shared.kernel import Unavailable

log = structlog.get_logger("rounds")


async def rounds(who: str, pause: Callable[[], Awaitable[object]], walk: Callable[[], Awaitable[object]]) -> Never:
    """Walks after every pause. What is out of reach, or a bug in one round, ends no later one."""
    while True:
        await pause()
        try:
            await walk()
        except (*UNAVAILABLE, Unavailable) as error:
            log.warning("round_waits", who=who, error=type(error).__name__)
        except Exception:
            log.exception("round_failed", who=who)

"""Rate limits in memory: each process counts what reaches it."""

import ipaddress
import math

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from shared.kernel import wall_time
from shared.web.errors import TooManyTries


class Limits:
    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, limit: str, *who: str) -> None:
        """Counts one try of `who` against e.g. `5/15minutes`; raises TooManyTries when there is none left."""
        item = parse(limit)
        if not self._limiter.hit(item, *who):
            raise TooManyTries(seconds=self._seconds(item, who))

    def check(self, limit: str, *who: str) -> None:
        """Raises TooManyTries when no try is left, without counting one."""
        item = parse(limit)
        if not self._limiter.test(item, *who):
            raise TooManyTries(seconds=self._seconds(item, who))

    def clear(self, limit: str, *who: str) -> None:
        self._limiter.clear(parse(limit), *who)

    def _seconds(self, item: RateLimitItem, who: tuple[str, ...]) -> int:
        reset = self._limiter.get_window_stats(item, *who).reset_time
        return max(1, math.ceil(reset - wall_time().timestamp()))


def address_of(request: Request) -> str:
    """The caller's address; IPv6 by its /64, which one household holds."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:
        return str(ipaddress.ip_network(f"{host}/64", strict=False).network_address)
    return host

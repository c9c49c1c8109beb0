"""The bureau clock: everything that is decided or shown uses it; only `recordedtime` comes from the database."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

BUREAU_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class BureauClock:
    """Real time, which demo and test profiles may set elsewhere; it goes on ticking from there."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        """Of real time; the same in every process of an installation."""

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def set(self, instant: datetime) -> None:
        self.ahead = instant - datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set; for tests."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        return self._instant

    def set(self, instant: datetime) -> None:
        self._instant = instant

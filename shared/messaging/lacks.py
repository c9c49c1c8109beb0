"""Lanes that lack records: when to wait for the transport, and when to ask the feed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.messaging.transport import Interrupted, Subscription

TAIL_CHECK_SECONDS = 10.0
STILL_SECONDS = 10.0
"""A lane that lacks records and does not move for so long will not get them from the transport."""
LOST_SECONDS = 3.0
"""The same where the transport says that it may have missed some."""
COMING_SECONDS = 30.0
"""So long the transport is believed that they are on their way."""

Lanes = Mapping[str, Mapping[int, int]]
"""Service → lane → how far it is."""


@dataclass(frozen=True, slots=True)
class Lack:
    at: int
    since: float
    doubtful: bool
    """Whether the transport may have missed what lacks."""


class Lacks:
    """What was lacking at the last look.

    A lane lacks records at every moment of a busy day. One that lacks some, has not moved for a while, and of which
    nothing is on its way is not about to get them.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Lack] = {}
        self._looked = 0.0

    def __bool__(self) -> bool:
        return bool(self._known)

    @property
    def patience(self) -> float:
        """How long until the next look."""
        return LOST_SECONDS if any(lack.doubtful for lack in self._known.values()) else TAIL_CHECK_SECONDS

    def look(self, missing: Lanes, doubt: Interrupted | None) -> None:
        self._looked = asyncio.get_running_loop().time()
        seen = {(service, lane): at for service, lanes in missing.items() for lane, at in lanes.items()}
        self._known = {place: self._lack(place, at, doubtful=doubt is not None) for place, at in seen.items()}

    def _lack(self, place: tuple[str, int], at: int, *, doubtful: bool) -> Lack:
        known = self._known.get(place)
        if known is None or known.at != at:
            return Lack(at, self._looked, doubtful)
        return replace(known, doubtful=known.doubtful or doubtful)

    def lost(self, subscription: Subscription | None, doubt: Interrupted | None) -> Lanes:
        """What the transport will not bring."""
        found: dict[str, dict[int, int]] = {}
        for (service, lane), lack in self._known.items():
            if (doubt is not None and doubt.away) or self._is_lost(service, lane, lack, subscription):
                found.setdefault(service, {})[lane] = lack.at
        return found

    def _is_lost(self, service: str, lane: int, lack: Lack, subscription: Subscription | None) -> bool:
        still = self._looked - lack.since
        if still <= (LOST_SECONDS if lack.doubtful else STILL_SECONDS):
            return False
        return still > COMING_SECONDS or subscription is None or not subscription.coming(service, lane)

    def moved(self, service: str, lane: int, at: int) -> None:
        """By what was asked of the feed: if that was not all, the rest has been lost as long."""
        if (known := self._known.get((service, lane))) is not None:
            self._known[service, lane] = replace(known, at=at)

"""Code and PIN: five wrong tries in a quarter of an hour, and the same answer for whatever does not fit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

from services.intake.adapters.pins import Pins
from services.intake.requests.facts import FollowCode
from shared.kernel import RequestId
from shared.web import Limits, WrongCodeOrPin
from shared.web.pins import code_as_typed, pin_as_typed


class Follow:
    def __init__(self, pins: Pins, limits: Limits, *, tries: str, prefix: str) -> None:
        self._pins = pins
        self._limits = limits
        self._tries = tries
        self._prefix = prefix
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def code(self, typed: str) -> FollowCode:
        """As it is stored."""
        return FollowCode(code_as_typed(typed, self._prefix))

    async def open(self, code: str, pin: str, address: str) -> RequestId:
        """Raises WrongCodeOrPin or TooManyTries. Only tries that fail count."""
        typed, said = self.code(code), pin_as_typed(pin)
        who = (("pin-code", typed), ("pin-address", address))
        async with self._one_by_one(*(":".join(each) for each in who)):
            for each in who:
                self._limits.check(self._tries, *each)
            request_id = await self._pins.open(typed, said)
            if request_id is None:
                for each in who:
                    self._limits.hit(self._tries, *each)
                raise WrongCodeOrPin
            return request_id

    @asynccontextmanager
    async def _one_by_one(self, *names: str) -> AsyncIterator[None]:
        """Between the check and the count lies a hash of 50 ms; tries sent at the same moment must not slip through."""
        locks = [self._locks.setdefault(name, asyncio.Lock()) for name in sorted(names)]
        async with AsyncExitStack() as held:
            for lock in locks:
                await held.enter_async_context(lock)
            yield

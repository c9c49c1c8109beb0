"""Several services in one process: what `lounge up` and the tests run."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx2
import structlog

from deploy.lounge.addresses import INNER
from deploy.lounge.dispatch import Dispatcher, inner_only
from deploy.lounge.issuer import AUDIENCE, TRAINER, Issuer, load_clients, load_people
from shared.eventstore import EventStore, Feed, StoredFeed, Wakeups
from shared.eventstore.pool import LeanPool
from shared.eventstore.store import UNAVAILABLE
from shared.kernel import BureauClock, FixedClock, Unavailable
from shared.messaging import FeedTransport, Transport
from shared.telemetry import names
from shared.telemetry.meters import Gauges, Measured
from shared.telemetry.spanstore import SpanStore
from shared.web import Deps, Guard, Limits, Part, Profile, Runtime, Service, Vault
from shared.web.access import access_table
from shared.web.capabilities import Capabilities
from shared.web.coverage import Coverage, LogCoverage
from shared.web.denials import Denials
from shared.web.direct import DirectClient
from shared.web.service import WHOLE, read_secret
from shared.web.tokens import KeySource, TokenVerifier

NOWHERE = "postgres://nobody@127.0.0.1:1/none"
"""For a service that keeps nothing: whoever asked the database all the same would find that it is away."""
DIVISION = "130581"
MAX_CONNECTIONS = 4
MEASURE_SECONDS = 15.0
ASKED_OF_ALL = (names.READER_LAG, names.PARKED, names.UNNUMBERED, names.TIMER_LATENESS)
WAITING = """
SELECT (SELECT count(*) FROM outbox), coalesce(extract(epoch FROM $1 - min(due_at)), 0) FROM timers WHERE due_at <= $1
"""
"""Records not numbered yet; seconds by which the oldest timer is late."""
BUSY = """
SELECT EXISTS (SELECT FROM outbox) OR EXISTS (SELECT FROM timers WHERE due_at <= $1)
    OR EXISTS (SELECT FROM parked WHERE state = 'waiting')
"""

Build = Callable[[Deps], Service]

log = structlog.get_logger("house")


class ServiceCredentials:
    """A service's own token, made anew well before it expires."""

    def __init__(self, issuer: Issuer, service: str, scopes: str = "vault") -> None:
        self._issuer = issuer
        self._service = service
        self._scopes = scopes
        self._token = ""
        self._until = 0.0

    async def token(self) -> str:
        now = asyncio.get_running_loop().time()
        if now > self._until:
            self._token = self._issuer.service_token(self._service, self._scopes)
            self._until = now + 1800
        return self._token


async def open_pool(dsn: str, service: str) -> "asyncpg.Pool[Any]":
    pool = LeanPool(
        dsn,
        max_size=MAX_CONNECTIONS,
        command_timeout=30,
        server_settings={"application_name": f"lounge-{service}", "jit": "off"},
    )
    # Whoever uses it need not know that it is not asyncpg's own.
    return cast("asyncpg.Pool[Any]", pool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What services find around them: who signs tokens, the way to each other, and the records of others."""

    keys: KeySource
    issuer_url: str
    http: httpx2.AsyncClient
    vault: Callable[[str], Vault]
    """The vault as the named service sees it."""
    feeds: Callable[[str], Mapping[str, Feed]]
    """The feeds of services that are not at home here, for the named one."""
    url: str


class Household:
    """Services that share a process, or parts of one."""

    def __init__(
        self,
        dsns: Mapping[str, str],
        home: Path,
        builds: Mapping[str, Build],
        outside: Outside,
        *,
        profile: Profile,
        clock: BureauClock | FixedClock,
        wakeups: Wakeups,
        transport: Transport,
        spans: SpanStore | None = None,
        limits: Callable[[], Limits] = Limits,
        parts: frozenset[Part] = WHOLE,
    ) -> None:
        self.clock = clock
        self.home = home
        self.profile = profile
        self.wakeups = wakeups
        self.url = outside.url
        self.http = outside.http
        self.spans = spans
        self.runtimes: dict[str, Runtime] = {}
        self.coverage: Coverage | None = None
        self._outside = outside
        self._parts = parts
        self._gauges = Gauges()
        self._measuring: asyncio.Task[None] | None = None
        self._dsns = dsns
        self._builds = builds
        self._limits = limits
        self._transport = transport
        self._pools: dict[str, asyncpg.Pool[Any]] = {}

    async def start(self) -> None:
        for name in self._builds:
            if name in self._dsns:
                self._pools[name] = await open_pool(self._dsns[name], name)
        feeds: dict[str, Feed] = {name: StoredFeed(name, pool) for name, pool in self._pools.items()}
        services: dict[str, tuple[Service, Deps]] = {}
        for name, build in self._builds.items():
            known = {**self._outside.feeds(name), **feeds}
            self.coverage = self.coverage or LogCoverage(self.http, known)
            deps = await self._deps(name, known, self.coverage)
            services[name] = (build(deps), deps)
        for name, (service, deps) in services.items():
            self.runtimes[name] = Runtime(service, deps, self._parts)
        self.mount()
        if self._dsns:
            self.wakeups.listen(next(iter(self._dsns.values())))
        for runtime in self.runtimes.values():
            await runtime.start()
        if Part.READERS in self._parts:
            self._measuring = asyncio.create_task(self._measure())

    async def give_up_start(self) -> None:
        """After a start that failed half-way: the next one begins anew."""
        for runtime in self.runtimes.values():
            await runtime.stop()
        self.runtimes.clear()
        await self.wakeups.close()
        for pool in self._pools.values():
            pool.terminate()
        self._pools.clear()

    def mount(self) -> None:
        """Opens the doors, once every service is composed."""

    async def _deps(self, name: str, feeds: Mapping[str, Feed], coverage: Coverage) -> Deps:
        # The portal has no schema: its guard only opens tokens, and asks nobody about repeats.
        pool = self._pools.get(name) or next(iter(self._pools.values()), None) or await open_pool(NOWHERE, name)
        store = EventStore(name, pool, lambda: self.wakeups.wake(f"outbox:{name}"))
        own: dict[str, Feed] = {name: StoredFeed(name, pool, with_private=True)} if name in self._pools else {}
        guard = Guard(
            store=store,
            tokens=TokenVerifier(self._outside.issuer_url, AUDIENCE, self._outside.keys),
            capabilities=Capabilities(read_secret(self.home, "capabilities")),
            table=access_table(),
            denials=Denials(store, self.clock, read_secret(self.home, "denials")),
            body_key=read_secret(self.home, f"{name}-bodies"),
            limits=self._limits(),
        )
        return Deps(
            store=store,
            clock=self.clock,
            guard=guard,
            vault=self._outside.vault(name),
            http=self.http,
            feeds={**feeds, **own},
            coverage=coverage,
            transport=self._transport,
            wakeups=self.wakeups,
            home=self.home,
            profile=self.profile,
            division=DIVISION,
        )

    async def stop(self) -> None:
        if self._measuring is not None:
            self._measuring.cancel()
            await asyncio.gather(self._measuring, return_exceptions=True)
        for runtime in self.runtimes.values():
            await runtime.stop()
        await self.wakeups.close()
        await self.http.aclose()
        for pool in self._pools.values():
            try:
                async with asyncio.timeout(5):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    async def settled(self, seconds: float = 20.0) -> None:
        """Returns when every outbox is empty and every reader stands at the head; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not await self._is_settled():
                await asyncio.sleep(0.02)

    async def _is_settled(self) -> bool:
        """Lags before what is parked: a record that is just being parked is behind until it lies there."""
        for _ in range(2):
            for runtime in self.runtimes.values():
                for reader in runtime.readers:
                    if await reader.lag():
                        return False
            for pool in self._pools.values():
                if await pool.fetchval(BUSY, self.clock.now()):
                    return False
        return True

    async def _measure(self) -> None:
        """What /metrics shows between two scrapes."""
        while True:
            try:
                await self._measure_once()
            except (*UNAVAILABLE, Unavailable):
                log.warning("gauges_wait")
            await asyncio.sleep(MEASURE_SECONDS)

    async def _measure_once(self) -> None:
        found: dict[str, list[Measured]] = {name: [] for name in ASKED_OF_ALL}
        for name, pool in self._pools.items():
            found[names.READER_LAG] += await _lags(self.runtimes[name])
            found[names.PARKED] += await _parked(self.runtimes[name])
            for waiting, oldest in await pool.fetch(WAITING, self.clock.now()):
                found[names.UNNUMBERED].append((float(waiting), {names.SERVICE: name}))
                found[names.TIMER_LATENESS].append((float(oldest), {names.SERVICE: name}))
            for measure in self.runtimes[name].service.measures:
                found.setdefault(measure.name, []).extend(await measure.read())
        found[names.SEALED_AGE] = [(await self.unsealed_seconds() or 0.0, {})]
        for gauge, values in found.items():
            self._gauges.set(gauge, values)

    async def unsealed_seconds(self) -> float | None:
        """Age of the oldest record that no checkpoint covers; None when all are covered."""
        return await self.coverage.unsealed_seconds() if self.coverage else None


async def _lags(runtime: Runtime) -> list[Measured]:
    return [
        (float(each.lag), {names.READER: each.reader, names.SERVICE: each.source})
        for reader in runtime.readers
        for each in await reader.standpoints()
    ]


async def _parked(runtime: Runtime) -> list[Measured]:
    """Noughts as well: an alert needs something to compare with."""
    rows = await runtime.deps.store.pool.fetch("SELECT reader, state, count(*) FROM parked GROUP BY reader, state")
    counts = {(row["reader"], row["state"]): row["count"] for row in rows}
    readers = {each.reader for reader in runtime.readers for each in await reader.standpoints()}
    return [
        (float(counts.get((reader, state), 0)), {names.READER: reader, "state": state})
        for reader in sorted(readers)
        for state in ("waiting", "poison")
    ]


class House(Household):
    """Services wired to each other without a network, with an issuer of their own."""

    def __init__(
        self,
        dsns: Mapping[str, str],
        home: Path,
        builds: Mapping[str, Build],
        *,
        profile: Profile,
        clock: BureauClock | FixedClock,
        transport: Callable[[Wakeups], Transport] = FeedTransport,
        spans: SpanStore | None = None,
        url: str = "http://lounge.test",
        limits: Callable[[], Limits] = Limits,
    ) -> None:
        clients = load_clients()
        known = {*clients, TRAINER}

        def secret_of(client: str) -> str | None:
            return read_secret(home, f"client-{client}").hex() if client in known else None

        seed = read_secret(home, "issuer")
        self.issuer = issuer = Issuer(f"{url}/issuer", seed, load_people(), secret_of, clients)
        self.dispatcher = Dispatcher(self)
        inner = inner_only(self.dispatcher)
        inside = httpx2.ASGITransport(app=inner)
        http = httpx2.AsyncClient(transport=inside, base_url=INNER, timeout=30)
        direct = DirectClient(inner)
        outside = Outside(
            keys=issuer,
            issuer_url=issuer.url,
            http=http,
            vault=lambda service: Vault(direct, ServiceCredentials(issuer, service)),
            feeds=lambda service: {},
            url=url,
        )
        wakeups = Wakeups()
        super().__init__(
            dsns,
            home,
            builds,
            outside,
            profile=profile,
            clock=clock,
            wakeups=wakeups,
            transport=transport(wakeups),
            spans=spans,
            limits=limits,
        )
        self.vault = outside.vault("issuer")

    def mount(self) -> None:
        self.dispatcher.mount()

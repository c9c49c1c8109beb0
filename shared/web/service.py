"""What a service is to those who run it: routers, views, reactions, timers, workers, and the resources it gets."""

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx2
import structlog
from fastapi import APIRouter, FastAPI

from shared.eventstore import Codec, EventStore, Feed, Herald, Sequencer, StoredFeed, TimerReaction, Waker, Wakeups
from shared.eventstore.store import UNAVAILABLE
from shared.kernel import Clock, ConcurrencyConflict, Unavailable
from shared.messaging import Reaction, Reactor, Reader, Transport, View, Viewers, install
from shared.messaging.discards import parking_category, parking_codec
from shared.telemetry.meters import Measured
from shared.web.body_limit import BodyLimit
from shared.web.coverage import Coverage
from shared.web.denials import denial_codec
from shared.web.feed_api import feed_router
from shared.web.guard import Guard
from shared.web.health import health_router
from shared.web.problems import MAX_BODY, OWN_WORDS, Catalogue, Problems
from shared.web.tracing import TracedApp
from shared.web.vault import Vault

FORGET_EVERY_SECONDS = 3600
FLUSH_SECONDS = 3

log = structlog.get_logger("service")


class Profile(StrEnum):
    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class Part(StrEnum):
    """What of a service a process does. One process does all of it, or several share it."""

    API = "api"
    """HTTP, timers, workers."""
    READERS = "readers"
    """Views and reactions."""
    SEQUENCER = "sequencer"


WHOLE = frozenset(Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """What a composition root gets."""

    store: EventStore
    clock: Clock
    guard: Guard
    vault: Vault
    http: httpx2.AsyncClient
    """The public origin, for those who call other services."""
    feeds: Mapping[str, Feed]
    """Every service's feed by name, the own one with private facts."""
    coverage: Coverage
    """How far the audit log covers these feeds."""
    transport: Transport
    wakeups: Wakeups
    home: Path
    """Folder for secrets and files of this installation."""
    profile: Profile
    division: str

    def secret(self, name: str) -> bytes:
        """32 random bytes that live as long as the installation."""
        return read_secret(self.home, name)


def read_secret(home: Path, name: str) -> bytes:
    folder = home / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        # Written aside and linked in whole: a crash or a second process never leaves half a key.
        draft = folder / f".{name}.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return bytes.fromhex(path.read_text())


@dataclass(frozen=True, slots=True)
class Measure:
    """A gauge of one service: what `/metrics` shows beside what every service is asked."""

    name: str
    """One of `shared.telemetry.names`."""
    read: Callable[[], Awaitable[Sequence[Measured]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service, composed and not yet started."""

    name: str
    routers: Sequence[APIRouter] = ()
    views: Sequence[View] = ()
    reactions: Sequence[Reaction] = ()
    readers: Sequence[Reader] = ()
    """Readers of its own kind, where neither a view nor a reaction fits."""
    timers: Sequence[TimerReaction] = ()
    codecs: Mapping[str, Codec[Any]] = field(default_factory=dict)
    workers: Sequence[Callable[[], Awaitable[None]]] = ()
    """Coroutines that run until cancelled."""
    before: Sequence[Callable[[], Awaitable[None]]] = ()
    """Run once, in order, before anything else starts."""
    closing: Sequence[Callable[[], Awaitable[None]]] = ()
    """Run once, in order, after everything else has stopped: connections to the outside are given up."""
    measures: Sequence[Measure] = ()
    problems: Path | None = None


class Runtime:
    """A service at work."""

    def __init__(self, service: Service, deps: Deps, parts: frozenset[Part] = WHOLE) -> None:
        self.service = service
        self.parts = parts
        self.deps = deps
        codecs = {
            **service.codecs,
            f"{service.name}.denial": denial_codec,
            parking_category(service.name): parking_codec,
        }
        self.codecs = codecs
        store, transport = deps.store, deps.transport
        self.readers: list[Reader] = []
        if service.views:
            self.readers.append(Viewers(service.views, deps.feeds, transport, store, codecs))
        self.reactors = [Reactor(reaction, deps.feeds, transport, store, codecs) for reaction in service.reactions]
        self.readers += [*self.reactors, *service.readers]
        self.app = self._app()
        self._tasks: list[asyncio.Task[None]] = []

    def _app(self) -> FastAPI:
        name = self.service.name
        app = TracedApp(
            name,
            title=f"Lounge {name}",
            version="1",
            openapi_url=f"/{name}/v1/openapi.json",
            docs_url=None,
            redoc_url=None,
        )
        app.add_middleware(BodyLimit, limit=MAX_BODY)
        for router in self.service.routers if Part.API in self.parts else ():
            app.include_router(router)
        if self.has_history and Part.API in self.parts:
            own = StoredFeed(name, self.deps.store.pool)
            app.include_router(feed_router(own, self.deps.guard, self.deps.division))
        app.include_router(health_router(self))
        files = [OWN_WORDS] + ([self.service.problems] if self.service.problems else [])
        Problems(Catalogue(files)).install(app)
        return app

    async def start(self) -> None:
        for view in self.service.views:
            await install(view, self.deps.store)
        if Part.API in self.parts:
            for step in self.service.before:
                await step()
        if self.has_history:
            self._keep_history()
        if Part.READERS in self.parts:
            self._follow()
        for worker in self.service.workers if Part.API in self.parts else ():
            self._begin(worker(), getattr(worker, "__qualname__", "worker"))

    def _follow(self) -> None:
        for reader in self.readers:
            self._begin(reader.run(), reader.name)
        for reactor in self.reactors:
            self._begin(reactor.retry_waiting(), f"{reactor.name} retries")

    @property
    def has_history(self) -> bool:
        """The portal has none: its connection is another service's, whose outbox and timers are not its business."""
        return self.service.name in self.deps.feeds

    def _keep_history(self) -> None:
        name, store, clock, wakeups = self.service.name, self.deps.store, self.deps.clock, self.deps.wakeups
        if Part.SEQUENCER in self.parts:
            tell = self.deps.transport.teller(name) if Part.READERS in self.parts else None
            self._begin(Sequencer(name, store.pool, wakeups, tell).run(), "sequencer")
        else:
            self._begin(Herald(name, store.pool, wakeups).run(), "herald")
        if Part.API not in self.parts:
            return
        self._begin(Waker(store, clock, wakeups, tuple(self.service.timers)).run(), "waker")
        self._begin(self.deps.guard.denials.run(), "denials")
        self._begin(self._forget_keys(), "forgetting of keys")

    async def _forget_keys(self) -> None:
        while True:
            try:
                await self.deps.store.forget_keys()
            except UNAVAILABLE as error:
                log.warning("forgetting_waits", service=self.service.name, error=type(error).__name__)
            await asyncio.sleep(FORGET_EVERY_SECONDS)

    def _begin(self, work: Awaitable[None], name: str) -> None:
        self._tasks.append(asyncio.ensure_future(_watched(work, f"{self.service.name}: {name}")))

    async def stop(self) -> None:
        """Appends first, then readers: nothing accepted is cut off, and the last denials are kept."""
        await self.deps.store.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.has_history:
            with suppress(*UNAVAILABLE, Unavailable, ConcurrencyConflict):
                async with asyncio.timeout(FLUSH_SECONDS):
                    await self.deps.guard.denials.flush()
        await self.deps.store.drain()
        for close in self.service.closing:
            await close()


async def _watched(work: Awaitable[None], name: str) -> None:
    """A task that ends by a bug is an alarm, not silence."""
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("task_died", task=name)

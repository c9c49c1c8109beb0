"""`lounge serve`, `lounge relay`, `lounge gateway`: one process each, alike whether typed by hand or forked."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx2
import structlog

from deploy.lounge.addresses import GATEWAY, INNER_LIMITS, OPS_HOST, RELAY, Addresses, inner_client
from deploy.lounge.bureau_time import kept_clock
from deploy.lounge.cluster_operations import ClusterOperations
from deploy.lounge.composition import BUILDS
from deploy.lounge.dispatch import FRONT
from deploy.lounge.gateway import Gateway
from deploy.lounge.house import DIVISION, Household, Outside, ServiceCredentials, open_pool
from deploy.lounge.identity import ClientCredentials, MeetsNewKeys, RemoteKeys
from deploy.lounge.issuer import AUDIENCE, OPERATOR, OPS_SCOPE, TRAINER, Issuer, load_clients, load_people
from deploy.lounge.operations import HouseOperations
from deploy.lounge.ops import ops_app
from deploy.lounge.process import Facts, process_app, together
from deploy.lounge.serving import Server
from deploy.lounge.settings import LoungeSettings
from deploy.lounge.traces import file_of
from shared.eventstore import Feed, Sequencer, StoredFeed, Wakeups
from shared.eventstore.store import UNAVAILABLE
from shared.kernel import BureauClock, Unavailable
from shared.messaging import FeedTransport, Transport
from shared.messaging.kafka import KafkaRelay, KafkaTransport
from shared.messaging.remote_feed import RemoteFeed
from shared.telemetry.setup import set_up_traces
from shared.telemetry.spanstore import SpanStore
from shared.web import Part, Profile, Vault
from shared.web.service import read_secret
from shared.web.tokens import TokenVerifier

START_PAUSE = 0.5

log = structlog.get_logger("serve")


class NoAccess(Exception):
    """The installation's folder does not hold what this process needs to log in somewhere."""


def keep_dsns(home: Path, dsns: Mapping[str, str]) -> None:
    """One file for each service: a process is given the one it needs."""
    folder = home / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for service, dsn in dsns.items():
        path = folder / f"dsn-{service}"
        path.touch(mode=0o600)
        path.write_text(dsn, encoding="utf-8")


def dsns_at_hand(home: Path) -> dict[str, str]:
    files = sorted((home / "secrets").glob("dsn-*"))
    return {file.name.removeprefix("dsn-"): file.read_text(encoding="utf-8").strip() for file in files}


class Surroundings:
    """What the processes of one installation have in common."""

    def __init__(self, settings: LoungeSettings, home: Path, name: str) -> None:
        self.settings = settings
        self.home = home
        self.name = name
        self.facts = Facts(name)
        self.addresses = Addresses(settings.processes)
        self.wakeups = Wakeups()
        self.clock = BureauClock() if settings.profile is Profile.PRODUCTION else kept_clock(home)
        self.client = inner_client(self.addresses)
        self.issuer_url = settings.issuer or f"{settings.url}/issuer"
        self.keys = RemoteKeys(settings.jwks or f"{self.addresses.gateway}/issuer/jwks.json", self.client)
        self.tokens = TokenVerifier(self.issuer_url, AUDIENCE, self.keys)

    @property
    def settable_clock(self) -> BureauClock | None:
        return None if self.settings.profile is Profile.PRODUCTION else self.clock

    def credentials(self, client: str, scope: str) -> ClientCredentials:
        url = self.settings.token_url or f"{self.addresses.gateway}/issuer/token"
        return ClientCredentials(url, self.client, client, read_secret(self.home, f"client-{client}").hex(), scope)

    def transport(self) -> Transport:
        kafka = self.settings.kafka
        # Replicas on other hosts share the work; who comes back on this one takes up his own.
        return KafkaTransport(kafka, f"{self.name}-{socket.gethostname()}") if kafka else FeedTransport(self.wakeups)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[SpanStore]:
        """Traces and key set, for as long as the process serves."""
        spans = SpanStore(file_of(self.home, self.name))
        close_traces = set_up_traces(f"lounge-{self.name}", spans, self.settings.otlp_endpoint)
        looking = asyncio.create_task(self.keys.run())
        try:
            yield spans
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await self.client.aclose()
            close_traces()
            spans.close()


async def serve_service(
    settings: LoungeSettings, home: Path, service: str, parts: frozenset[Part], listener: socket.socket
) -> None:
    name = ".".join((service, *([next(iter(parts)).value] if len(parts) == 1 else ["api"])))
    around = Surroundings(settings, home, name)
    dsns = {key: dsn for key, dsn in dsns_at_hand(home).items() if key == service}
    if not dsns and service != FRONT:
        raise NoAccess(f"{home}/secrets/dsn-{service}")
    outside = _outside(around, service)
    async with around.open() as spans:
        house = Household(
            dsns,
            home,
            {service: BUILDS[service]},
            outside,
            profile=settings.profile,
            clock=around.clock,
            wakeups=around.wakeups,
            transport=around.transport(),
            spans=spans,
            parts=parts,
        )
        await _started(house)
        serving = await Server.of(_service_app(around, house, service)).begin(listener)
        try:
            await serving
        finally:
            await house.stop()


async def _started(house: Household) -> None:
    """Waits for a database that is away: whoever restarts us could do no more."""
    while True:
        try:
            await house.start()
        except (*UNAVAILABLE, Unavailable) as error:
            log.warning("start_waits", error=type(error).__name__)
            await house.give_up_start()
            await asyncio.sleep(START_PAUSE)
        else:
            return


def _outside(around: Surroundings, service: str) -> Outside:
    others = [name for name in around.addresses.services if name not in (service, FRONT) and service != FRONT]
    tokens = around.credentials(service, " ".join(f"feed:{name}" for name in others))

    def feeds(_: str) -> Mapping[str, Feed]:
        return {
            name: RemoteFeed(name, url, around.client, tokens)
            for name in others
            if (url := around.addresses.service(name)) is not None
        }

    return Outside(
        keys=around.keys,
        issuer_url=around.issuer_url,
        http=around.client,
        vault=lambda name: Vault(around.client, around.credentials(name, "vault")),
        feeds=feeds,
        url=around.settings.url,
    )


def _service_app(around: Surroundings, house: Household, service: str) -> Any:
    operations = HouseOperations(house)
    runtime = house.runtimes[service]
    own = process_app(
        around.facts, around.tokens, around.settable_clock, around.wakeups, operations.look, operations=operations
    )
    ops = None
    if around.name == OPS_HOST:
        credentials = around.credentials(OPERATOR, OPS_SCOPE)
        everywhere = ClusterOperations(around.addresses, around.client, credentials, house, around.settings.kafka)
        ops = ops_app(everywhere, runtime.deps.guard)
    return MeetsNewKeys(together(runtime.app, own, ops), around.keys)


async def serve_relay(settings: LoungeSettings, home: Path, listener: socket.socket) -> None:
    """Numbers what the services appended and sends it to Kafka, for every service whose database it may open."""
    around = Surroundings(settings, home, RELAY)
    dsns = dsns_at_hand(home)
    if not dsns:
        raise NoAccess(f"{home}/secrets/dsn-*")
    async with around.open():
        pools = {name: await open_pool(dsn, f"relay-{name}") for name, dsn in dsns.items()}
        relays = _relays(around, pools)
        sequencers = [Sequencer(name, pool, around.wakeups) for name, pool in pools.items()]
        running = [*(each.run() for each in sequencers), *(each.run() for each in relays)]
        work = [asyncio.create_task(each) for each in running]
        for dsn in {_database(dsn): dsn for dsn in dsns.values()}.values():
            around.wakeups.listen(dsn)

        async def readiness() -> dict[str, Any]:
            return await _relay_ready(around, pools, work, relays)

        async def nothing() -> dict[str, Any]:
            return {}

        own = process_app(
            around.facts, around.tokens, around.settable_clock, around.wakeups, nothing, readiness=readiness
        )
        serving = await Server.of(MeetsNewKeys(own, around.keys)).begin(listener)
        try:
            await until_one_ends(serving, *work)
        finally:
            serving.cancel()
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await around.wakeups.close()
            for pool in pools.values():
                pool.terminate()


async def until_one_ends(*tasks: asyncio.Task[None]) -> None:
    """Raises what it ended by. A relay or a sequencer ends by a bug only: whoever keeps this process begins it anew,
    while one that goes on without them would be silent for ever."""
    ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in ended:
        task.result()


def _relays(around: Surroundings, pools: Mapping[str, "asyncpg.Pool[Any]"]) -> list[KafkaRelay]:
    if (kafka := around.settings.kafka) is None:
        return []
    return [KafkaRelay(StoredFeed(name, pool), kafka, DIVISION, around.wakeups) for name, pool in pools.items()]


async def _relay_ready(
    around: Surroundings,
    pools: Mapping[str, "asyncpg.Pool[Any]"],
    work: Sequence[asyncio.Task[None]],
    relays: Sequence[KafkaRelay],
) -> dict[str, Any]:
    """A relay that waits for Kafka is as ready as it can be: readers go on by the feeds."""
    try:
        async with asyncio.timeout(2):
            database = all([await pool.fetchval("SELECT true") for pool in pools.values()])
    except (*UNAVAILABLE, TimeoutError):
        database = False
    ended = sum(task.done() for task in work)
    starting = sorted(relay.service for relay in relays if relay.state == "starting")
    return {
        "service": RELAY,
        "ready": database and not ended and not starting,
        "database": database,
        "ended": ended,
        "starting": starting,
        "time": around.clock.now().isoformat(),
    }


def _database(dsn: str) -> tuple[str, str]:
    parts = urlsplit(dsn)
    return parts.netloc.rpartition("@")[2], parts.path


async def serve_gateway(settings: LoungeSettings, home: Path, listener: socket.socket) -> None:
    around = Surroundings(settings, home, GATEWAY)
    issuer = None
    if settings.issuer is None and settings.profile is not Profile.PRODUCTION:
        agencies = load_clients()
        clients = {*BUILDS, OPERATOR, TRAINER, *agencies}

        def secret_of(client: str) -> str | None:
            return read_secret(home, f"client-{client}").hex() if client in clients else None

        issuer = Issuer(around.issuer_url, read_secret(home, "issuer"), load_people(), secret_of, agencies)
    async with around.open():
        gateway = Gateway(
            around.addresses,
            home,
            settings.profile,
            around.clock,
            httpx2.AsyncHTTPTransport(limits=INNER_LIMITS, trust_env=False),
            around.client,
            ServiceCredentials(issuer, OPERATOR, OPS_SCOPE) if issuer else around.credentials(OPERATOR, OPS_SCOPE),
            issuer,
            Vault(around.client, ServiceCredentials(issuer, "issuer")) if issuer else None,
        )
        await (await Server.of(gateway).begin(listener))

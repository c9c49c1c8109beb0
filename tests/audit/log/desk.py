"""Small services whose records the log keeps, and what auditors and citizens do with it."""

import asyncio
import io
import tarfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from services.audit.adapters.keys import load_signer
from services.audit.log.note import Checkpoint, Signer, open_checkpoint
from services.audit.log.sealer import FULL_TILE
from services.audit.log.whole import check_log
from services.audit.main import build as build_audit
from shared.kernel import SYSTEM, Actor, Context, UnitCode, new_id
from shared.web import Deps, Service
from tests.audit.log.samples import Files
from tests.shared.eventstore.toggles import Count, switches
from tests.support.house import Desk, house
from tests.support.postgres import Database

ORIGIN = "lounge.local/130581/audit"
SOURCES = ("intake", "vault", "routing", "mediation", "enterprise", "workorders", "notifications")
OFFICER = Context(actor=Actor(role="duty_officer", unit=UnitCode("LOUNGE-1")))
BY_ITSELF = Context(actor=SYSTEM)


def toy(deps: Deps) -> Service:
    """A service without pages or rules of its own; tests append to its store."""
    return Service(name=deps.store.service)


@asynccontextmanager
async def audited(database: Database, home: Path, *sources: str) -> AsyncIterator[Desk]:
    """An audit service beside small ones."""
    builds = {**dict.fromkeys(sources, toy), "audit": build_audit}
    async with house(database, home, builds) as desk:
        yield desk


async def count(desk: Desk, service: str, id: UUID | None = None, context: Context = OFFICER) -> UUID:
    """One more record of the service; returns its id."""
    recorded = await switches(desk.store(service)).handle(id or new_id(), Count(), context)
    return recorded.records[0]


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 15.0) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.02)


async def sealed(desk: Desk) -> None:
    """Returns when a checkpoint covers every record there is."""
    await desk.settled()
    pool = desk.store("audit").pool
    desk.house.wakeups.wake(FULL_TILE)

    async def covers_all() -> bool:
        newest = "(SELECT coalesce(max(size), -1) FROM checkpoints)"
        return bool(await pool.fetchval(f"SELECT (SELECT size FROM log_head) = {newest}"))

    await until(covers_all)


def key_of(home: Path) -> Signer:
    return load_signer(home / "secrets" / "log_key.pem", ORIGIN)


async def export(desk: Desk, login: str = "auditor") -> Files:
    answer = await desk.http.get("/audit/v1/export", headers=await desk.as_(login))
    answer.raise_for_status()
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
        return Files({each.name: _content(archive, each) for each in archive.getmembers()})


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    assert file is not None
    return file.read()


def unpack(files: Mapping[str, bytes], folder: Path) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


async def checkpoint(desk: Desk, home: Path) -> Checkpoint:
    answer = await desk.http.get("/audit/v1/checkpoint")
    return open_checkpoint(answer.text, key_of(home).verifier)


def verified(files: Files, home: Path, remembered: Checkpoint | None = None) -> Checkpoint:
    return check_log(files, key_of(home).verifier, remembered)

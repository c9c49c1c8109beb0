"""Tiles and signed checkpoints, derived from the rows: whoever is killed here loses nothing."""

import asyncio

import asyncpg
import structlog

from services.audit.adapters.tile_folder import TileDiffers, TileFolder
from services.audit.log.note import Checkpoint, Signer, open_checkpoint, sign_checkpoint
from services.audit.log.store import LogRows
from services.audit.log.tiles import Tile, TileEdge
from services.audit.log.tree import Unproven
from shared.eventstore import Transaction
from shared.eventstore.store import UNAVAILABLE
from shared.eventstore.wakeups import Wakeups
from shared.kernel.failpoints import failpoint

FULL_TILE = "audit:full tile"
CHUNK = 4096
RETRY_SECONDS = 2.0

log = structlog.get_logger("sealer")


class LogContradictsItself(Exception):
    """The rows are not those that the last checkpoint was signed for. Nothing more is signed."""


class Sealer:
    """Any number may run: a lock in the database lets one at a time seal, and each checks what the others signed."""

    def __init__(self, rows: LogRows, folder: TileFolder, signer: Signer, wakeups: Wakeups, seconds: float) -> None:
        self._rows = rows
        self._folder = folder
        self._signer = signer
        self._wakeups = wakeups
        self._seconds = seconds
        self._edge = TileEdge()

    async def run(self) -> None:
        bell = self._wakeups.bell(FULL_TILE)
        try:
            while True:
                try:
                    await self.seal()
                except (*UNAVAILABLE, asyncpg.PostgresError) as error:
                    # A tile may have been lost between memory and disk: begin again from the rows.
                    self._edge = TileEdge()
                    log.warning("sealer_waits", error=type(error).__name__)
                    await asyncio.sleep(RETRY_SECONDS)
                except LogContradictsItself as alarm:
                    log.critical("log_contradicts_itself", reason=str(alarm))
                    return
                await bell.wait(self._seconds)
        finally:
            bell.close()

    async def seal(self) -> bool:
        """Signs a checkpoint over all rows; False when the newest one covers them, or another sealer is at work."""
        written: set[Tile] = set()
        async with self._rows.pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval("SELECT pg_try_advisory_xact_lock(hashtext('audit sealer'))"):
                return False
            signed = await self._seal(connection, written)
        if signed is not None:
            failpoint("sealer.after_checkpoint")
            await asyncio.to_thread(self._folder.write_checkpoint, signed)
        await asyncio.to_thread(self._folder.tidy, written)
        return signed is not None

    async def _seal(self, tx: Transaction, written: set[Tile]) -> str | None:
        kept = await asyncio.to_thread(self._folder.read_checkpoint) if self._edge.size == 0 else None
        if kept is not None:
            await self._follow(tx, kept, written)
        newest = await self._rows.newest(tx)
        if newest is not None:
            await self._follow(tx, newest.text, written)
        failpoint("sealer.before_rows")
        size = await self._rows.size(tx)
        if newest is not None and newest.size >= size:
            return None
        await self._grow(tx, size, written)
        failpoint("sealer.before_checkpoint")
        return await self._sign(tx)

    async def _follow(self, tx: Transaction, signed: str, written: set[Tile]) -> None:
        """Takes in what was signed before, by this process or another: the rows have to lead to the same root."""
        try:
            checkpoint = open_checkpoint(signed, self._signer.verifier)
        except Unproven as reason:
            raise LogContradictsItself(f"the last checkpoint is none of this log: {reason}") from None
        if checkpoint.size < self._edge.size:
            return
        await self._grow(tx, checkpoint.size, written)
        if checkpoint.root != self._edge.root:
            raise LogContradictsItself(f"the rows do not lead to the root signed for {checkpoint.size} leaves")

    async def _grow(self, tx: Transaction, size: int, written: set[Tile]) -> None:
        while self._edge.size < size:
            first, end = self._edge.size, min(self._edge.size + CHUNK, size)
            hashes, fit = await self._rows.hashes(tx, first, end)
            if len(hashes) != end - first:
                raise LogContradictsItself(f"the row of leaf {first + len(hashes)} is missing")
            if not fit:
                raise LogContradictsItself(f"a row of the leaves {first} to {end - 1} does not fit its hash")
            tiles = await asyncio.to_thread(self._edge.extend, hashes)
            failpoint("sealer.after_rows")
            try:
                await asyncio.to_thread(self._folder.write, tiles)
            except TileDiffers as difference:
                raise LogContradictsItself(str(difference)) from None
            written.update(tiles)

    async def _sign(self, tx: Transaction) -> str:
        checkpoint = Checkpoint(self._signer.name, self._edge.size, self._edge.root)
        text = sign_checkpoint(checkpoint, self._signer)
        await self._rows.add_checkpoint(tx, checkpoint.size, checkpoint.root, text)
        return text

"""What the log shows: checkpoint, tiles, entries, proofs, and all of it in one archive."""

import asyncio
import tarfile
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

from services.audit.adapters.tile_folder import TileFolder
from services.audit.log.proof import make_proof
from services.audit.log.store import LogRows, Sealed
from services.audit.log.tiles import HEIGHT, WIDTH, Bundle, Tile, bundle_bytes, bundles_of, hashes_from_tiles, tiles_of
from services.audit.log.tree import HASH_SIZE
from services.audit.log.whole import CHECKPOINT
from shared.kernel import NotFound, Unavailable


class NothingSealed(Unavailable):
    """The first checkpoint is still to come, or a tile of it cannot be read."""


class PublishedLog:
    def __init__(self, rows: LogRows, folder: TileFolder) -> None:
        self._rows = rows
        self._folder = folder

    async def newest(self) -> Sealed:
        newest = await self._rows.newest()
        if newest is None:
            raise NothingSealed
        return newest

    async def tile(self, tile: Tile) -> bytes:
        beyond = ((await self.newest()).size >> HEIGHT * tile.level) - tile.index * WIDTH
        if tile.width > beyond:
            raise NotFound
        widest = replace(tile, width=min(beyond, WIDTH))
        return (await asyncio.to_thread(self._hashes, widest))[: tile.width * HASH_SIZE]

    async def bundle(self, bundle: Bundle) -> bytes:
        first = bundle.index * WIDTH
        if first + bundle.width > (await self.newest()).size:
            raise NotFound
        return bundle_bytes(await self._rows.entries(first, first + bundle.width))

    async def proof(self, record_id: UUID) -> str | None:
        """The proof under the newest checkpoint; None while none covers the record."""
        newest, leaf = await self.newest(), await self._rows.leaf(record_id)
        if leaf is None or leaf.index >= newest.size:
            return None
        hashes = hashes_from_tiles(self._hashes, newest.size)
        return str(await asyncio.to_thread(make_proof, leaf.entry, leaf.index, newest.text, newest.size, hashes))

    async def archive(self, newest: Sealed) -> AsyncIterator[bytes]:
        """A tar of the log as it stands in rows and files, whole or not: whoever verifies it sees what is missing."""
        when = int(newest.signed_at.timestamp())
        yield _member(CHECKPOINT, newest.text.encode(), when)
        for bundle in bundles_of(newest.size):
            first = bundle.index * WIDTH
            yield _member(bundle.path, bundle_bytes(await self._rows.entries(first, first + bundle.width)), when)
        for tile in tiles_of(newest.size):
            data = await asyncio.to_thread(self._folder.read, tile)
            if data is not None:
                yield _member(tile.path, data, when)
        yield bytes(2 * tarfile.BLOCKSIZE)

    def _hashes(self, tile: Tile) -> bytes:
        if (data := self._folder.read(tile)) is None:
            raise NothingSealed(tile.path)
        return data


def _member(path: str, data: bytes, when: int) -> bytes:
    info = tarfile.TarInfo(path)
    info.size, info.mtime = len(data), when
    return info.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % tarfile.BLOCKSIZE)

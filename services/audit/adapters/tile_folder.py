"""Hash tiles and the last checkpoint as files: each whole or absent, whatever happens while it is written."""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from services.audit.log.tiles import WIDTH, Tile
from services.audit.log.tree import HASH_SIZE
from services.audit.log.whole import CHECKPOINT


class TileDiffers(Exception):
    """Another tile was published under this path."""


class TileFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, tile: Tile) -> bytes | None:
        """The tile as it was published; a narrower one is the beginning of the full one that replaced it."""
        for width in (tile.width, WIDTH):
            try:
                data = self._path(Tile(tile.level, tile.index, width)).read_bytes()
            except FileNotFoundError:
                continue
            return data[: tile.width * HASH_SIZE]
        return None

    def write(self, tiles: Mapping[Tile, bytes]) -> None:
        """On the disk when this returns. What was published is never replaced."""
        changed: set[Path] = set()
        for tile, data in tiles.items():
            path = self._path(tile)
            if path.exists():
                if path.read_bytes() != data:
                    raise TileDiffers(f"{tile.path} was published with other hashes")
                continue
            _replace(path, data)
            changed.update(self._folders_above(path))
        for folder in changed:
            _sync(folder)

    def read_checkpoint(self) -> str | None:
        """The last checkpoint that was signed here: what the rows are held against, whoever changed them."""
        try:
            return (self._folder / CHECKPOINT).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write_checkpoint(self, text: str) -> None:
        _replace(self._folder / CHECKPOINT, text.encode())
        _sync(self._folder)

    def tidy(self, tiles: Iterable[Tile]) -> None:
        """Removes the narrower versions of tiles that are full now."""
        for tile in tiles:
            if tile.width == WIDTH:
                path = self._path(tile)
                shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)

    def _path(self, tile: Tile) -> Path:
        return self._folder / tile.path

    def _folders_above(self, path: Path) -> set[Path]:
        return {folder for folder in path.parents if folder == self._folder or self._folder in folder.parents}


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

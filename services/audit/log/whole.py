"""The check of a whole exported log: every entry, every tile, the numbers without gaps, the signed head."""

from collections.abc import Callable, Iterable
from typing import Protocol

from services.audit.log.leaf import parse_leaf
from services.audit.log.note import Checkpoint, Verifier, open_checkpoint
from services.audit.log.tiles import (
    HEIGHT,
    WIDTH,
    Bundle,
    Tile,
    TileEdge,
    bundle_entries,
    bundles_of,
    parse_path,
    tile_hashes,
)
from services.audit.log.tree import HASH_SIZE, Unproven, leaf_hash

CHECKPOINT = "checkpoint"


class LogFiles(Protocol):
    def read(self, path: str) -> bytes | None: ...

    def paths(self) -> Iterable[str]:
        """Every file below `tile/`."""
        ...


class LogForged(Unproven):
    """What is wrong, in words, and which entries it concerns (`first` up to, not including, `end`)."""

    def __init__(self, zh: str, en: str, first: int, end: int) -> None:
        super().__init__(en)
        self.zh, self.en, self.first, self.end = zh, en, first, end


def check_log(
    files: LogFiles,
    log: Verifier,
    remembered: Checkpoint | None = None,
    advance: Callable[[int], object] = lambda checked: None,
) -> Checkpoint:
    """The head of the log if all of it holds.

    `remembered` is a head that somebody kept: without one, a log that was rewritten with its own key looks whole.
    """
    checkpoint = _head(files, log)
    if remembered and remembered.size > checkpoint.size:
        raise LogForged(
            f"日志比您保存的检查点短：现有 {checkpoint.size} 条，曾有 {remembered.size} 条",
            f"the log is shorter than the checkpoint you kept: {checkpoint.size} entries, there were {remembered.size}",
            checkpoint.size,
            remembered.size,
        )
    walk = _Walk(files, checkpoint, remembered)
    walk.require_remembered()
    for bundle in bundles_of(checkpoint.size):
        walk.take(bundle)
        advance(bundle.width)
    walk.finish()
    _check_surplus(files, checkpoint.size)
    return checkpoint


def _head(files: LogFiles, log: Verifier) -> Checkpoint:
    note = files.read(CHECKPOINT)
    if note is None:
        raise LogForged("没有检查点文件", "there is no checkpoint", 0, 0)
    try:
        return open_checkpoint(note, log)
    except Unproven as reason:
        raise LogForged(
            "检查点不完整，或者不是由这把公钥签署的", f"the checkpoint cannot be trusted: {reason}", 0, 0
        ) from reason


class _Walk:
    def __init__(self, files: LogFiles, checkpoint: Checkpoint, remembered: Checkpoint | None) -> None:
        self._files = files
        self._checkpoint = checkpoint
        self._remembered = remembered
        self._edge = TileEdge()
        self._numbers: dict[tuple[str, int], int] = {}

    def take(self, bundle: Bundle) -> None:
        first = bundle.index * WIDTH
        leaves = [leaf_hash(entry) for entry in self._entries(bundle)]
        self._compare_leaves(Tile(0, bundle.index, bundle.width), leaves, first)
        cut = self._remembered.size - first if self._remembered else 0
        grown: dict[Tile, bytes] = {}
        for part in (leaves[: max(cut, 0)], leaves[max(cut, 0) :]):
            grown |= self._edge.extend(part)
            self.require_remembered()
        for tile, data in grown.items():
            if tile.level and tile.width == WIDTH:
                self._require(tile, data)

    def _entries(self, bundle: Bundle) -> tuple[bytes, ...]:
        first = bundle.index * WIDTH
        try:
            entries = bundle_entries(bundle, self._read(bundle))
        except LogForged:
            raise
        except Unproven as reason:
            raise LogForged(
                f"第 {first} 条起的一组条目残缺", f"a bundle is damaged: {reason}", first, first + bundle.width
            ) from reason
        for index, entry in enumerate(entries, first):
            self._check_entry(index, entry)
        return entries

    def _check_entry(self, index: int, entry: bytes) -> None:
        try:
            facts = parse_leaf(entry)
        except Unproven as reason:
            raise LogForged(f"第 {index} 条不是规范的条目", f"entry {index}: {reason}", index, index + 1) from reason
        address = (facts.service, facts.lane)
        expected = self._numbers.get(address, 0) + 1
        if facts.number != expected:
            raise LogForged(
                f"第 {index} 条编号不连续：{facts.service} 第 {facts.lane} 道应为 {expected}，实为 {facts.number}",
                f"entry {index} breaks the numbering of {facts.service} lane {facts.lane}: "
                f"{facts.number} instead of {expected}",
                index,
                index + 1,
            )
        self._numbers[address] = expected

    def _compare_leaves(self, tile: Tile, leaves: list[bytes], first: int) -> None:
        try:
            published = tile_hashes(tile, self._read(tile))
        except LogForged:
            raise
        except Unproven as reason:
            raise LogForged(f"{tile.path} 残缺", str(reason), first, first + tile.width) from reason
        for index, (leaf, hashed) in enumerate(zip(leaves, published, strict=True), first):
            if leaf != hashed:
                raise LogForged(
                    f"第 {index} 条与它的哈希不符", f"entry {index} does not match its hash", index, index + 1
                )

    def require_remembered(self) -> None:
        kept = self._remembered
        if kept and kept.size == self._edge.size and kept.root != self._edge.root:
            raise LogForged(
                f"前 {kept.size} 条与您保存的检查点不符：历史被改写过",
                f"the first {kept.size} entries differ from the checkpoint you kept: history was rewritten",
                0,
                kept.size,
            )

    def finish(self) -> None:
        for tile, data in self._edge.partial_tiles.items():
            if tile.level:
                self._require(tile, data)
        size = self._checkpoint.size
        if self._edge.root != self._checkpoint.root:
            raise LogForged(
                f"这 {size} 条算出的根与签名的检查点不符",
                f"the {size} entries do not lead to the signed root",
                0,
                size,
            )

    def _require(self, tile: Tile, data: bytes) -> None:
        if self._read(tile) != data:
            first, end = _covered(tile)
            raise LogForged(f"{tile.path} 与条目不符", f"{tile.path} does not match the entries", first, end)

    def _read(self, place: Tile | Bundle) -> bytes:
        if (data := self._files.read(place.path)) is None:
            first, end = _covered(place)
            raise LogForged(f"缺少 {place.path}", f"{place.path} is missing", first, end)
        return data


def _covered(place: Tile | Bundle) -> tuple[int, int]:
    level = place.level if isinstance(place, Tile) else 0
    first = place.index * WIDTH
    return first << HEIGHT * level, (first + place.width) << HEIGHT * level


def _check_surplus(files: LogFiles, size: int) -> None:
    """What lies beside the tiles of this size may only be earlier, shorter versions of them."""
    for path in files.paths():
        try:
            place = parse_path(path)
        except Unproven:
            raise LogForged(f"{path} 不属于日志", f"{path} does not belong to a log", 0, size) from None
        first, end = _covered(place)
        if end > size:
            raise LogForged(f"{path} 超出了检查点", f"{path} lies beyond the checkpoint", first, end)
        if not _agrees(files, place, size):
            raise LogForged(f"{path} 与后来的内容不符", f"{path} contradicts what came later", first, end)


def _agrees(files: LogFiles, place: Tile | Bundle, size: int) -> bool:
    data = files.read(place.path) or b""
    if isinstance(place, Bundle):
        later = files.read(Bundle(place.index, min(WIDTH, size - place.index * WIDTH)).path) or b""
        return later.startswith(data) and len(bundle_entries(place, data)) == place.width
    count = size >> HEIGHT * place.level
    later = files.read(Tile(place.level, place.index, min(WIDTH, count - place.index * WIDTH)).path) or b""
    return later.startswith(data) and len(data) == place.width * HASH_SIZE

"""The log as static files: paths, hash tiles and entry bundles of C2SP tlog-tiles."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.audit.log.tree import EMPTY_ROOT, HASH_SIZE, Hashes, Node, Unproven, fold, node_hash, span

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_ENTRY = 0xFFFF
_MAX_LEVEL = 63
_LENGTH_BYTES = 2

_PATH = re.compile(r"tile/(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


class TileMalformed(Unproven):
    pass


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """`width` hashes of neighbouring subtrees of `256 ** level` leaves each."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not 0 <= self.level <= _MAX_LEVEL:
            raise TileMalformed(f"no tile has level {self.level}")
        _require_place(self.index, self.width)

    @property
    def path(self) -> str:
        return f"tile/{self.level}/{_number(self.index, self.width)}"

    @property
    def nodes(self) -> tuple[Node, ...]:
        first = self.index * WIDTH
        return tuple(Node(HEIGHT * self.level, first + offset) for offset in range(self.width))


@dataclass(frozen=True, slots=True, order=True)
class Bundle:
    """`width` entries from entry `256 * index` on."""

    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        _require_place(self.index, self.width)

    @property
    def path(self) -> str:
        return f"tile/entries/{_number(self.index, self.width)}"


def _require_place(index: int, width: int) -> None:
    if index < 0 or not 1 <= width <= WIDTH:
        raise TileMalformed(f"no tile is number {index} with width {width}")


def _number(index: int, width: int) -> str:
    elements = [f"{index % 1000:03d}"]
    while index := index // 1000:
        elements.append(f"x{index % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return "/".join(reversed(elements)) + partial


def parse_path(path: str) -> Tile | Bundle:
    """The tile or bundle at a path; only the one canonical spelling is accepted."""
    if not (found := _PATH.fullmatch(path)):
        raise TileMalformed(f"{path!r} is no path of a tile")
    kind, number, partial = found.groups()
    index = int(number.replace("x", "").replace("/", ""))
    width = int(partial) if partial else WIDTH
    place = Bundle(index, width) if kind == "entries" else Tile(int(kind), index, width)
    if place.path != path:
        raise TileMalformed(f"{path!r} is not how this path is written")
    return place


def tiles_of(size: int) -> tuple[Tile, ...]:
    """Every hash tile of a tree, lowest level first."""
    return new_tiles(0, size)


def new_tiles(old: int, new: int) -> tuple[Tile, ...]:
    """The hash tiles to write when a tree grows from `old` to `new` leaves."""
    return tuple(
        Tile(level, index, width)
        for level in range(-(-new.bit_length() // HEIGHT))
        for index, width in _new_places(old >> HEIGHT * level, new >> HEIGHT * level)
    )


def bundles_of(size: int) -> tuple[Bundle, ...]:
    return new_bundles(0, size)


def new_bundles(old: int, new: int) -> tuple[Bundle, ...]:
    return tuple(Bundle(index, width) for index, width in _new_places(old, new))


def _new_places(old: int, new: int) -> Iterator[tuple[int, int]]:
    """Index and width of the tiles that change when a level grows from `old` to `new` members."""
    for start in range(old - old % WIDTH, new if new > old else 0, WIDTH):
        yield start // WIDTH, min(WIDTH, new - start)


def tile_bytes(tile: Tile, hashes: Hashes) -> bytes:
    return b"".join(hashes(node) for node in tile.nodes)


def tile_hashes(tile: Tile, data: bytes) -> tuple[bytes, ...]:
    """The hashes of a tile as it was read; another length than its path promises is refused."""
    if len(data) != tile.width * HASH_SIZE:
        raise TileMalformed(f"{tile.path} has {len(data)} bytes instead of {tile.width * HASH_SIZE}")
    return tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE))


def tile_at(node: Node, size: int) -> Tile:
    """The tile from which a complete subtree of the tree of `size` is computed."""
    level = node.level // HEIGHT
    index = node.index << (node.level % HEIGHT) >> HEIGHT
    width = min(WIDTH, (size >> HEIGHT * level) - index * WIDTH)
    if (node.index + 1) << node.level > size:
        raise TileMalformed(f"the tree of {size} leaves has no complete {node}")
    return Tile(level, index, width)


def tiles_for(nodes: Iterable[Node], size: int) -> frozenset[Tile]:
    """What to read before a proof over these nodes can be computed."""
    return frozenset(tile_at(node, size) for node in nodes)


def hashes_from_tiles(read: Callable[[Tile], bytes], size: int, kept: int = 64) -> Hashes:
    """Subtree hashes of a tree of `size`, computed from its tiles; the last `kept` tiles read stay in memory."""

    @lru_cache(maxsize=kept)
    def hashes_at(tile: Tile) -> tuple[bytes, ...]:
        return tile_hashes(tile, read(tile))

    def subtree(node: Node) -> bytes:
        tile = tile_at(node, size)
        height = node.level % HEIGHT
        first = (node.index << height) % WIDTH
        return _complete(hashes_at(tile)[first : first + (1 << height)])

    return subtree


def _complete(hashes: Sequence[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


class TileEdge:
    """The partial tiles at the right edge: makes every tile of a growing log from leaf hashes alone."""

    def __init__(self, size: int = 0, partials: Iterable[bytes] = ()) -> None:
        """`partials`: what `partials` returned when the edge was put away."""
        self.size = size
        self._levels = [bytearray(data) for data in partials] or [bytearray()]
        if any(len(level) != _partial_bytes(size, at) for at, level in enumerate(self._levels)):
            raise TileMalformed(f"these are not the partial tiles of a tree of {size}")
        if size >> HEIGHT * len(self._levels):
            raise TileMalformed(f"a tree of {size} has more levels of tiles")

    @property
    def partials(self) -> tuple[bytes, ...]:
        """The partial tile of each level, lowest first; empty where the last tile is full."""
        return tuple(bytes(level) for level in self._levels)

    @property
    def partial_tiles(self) -> dict[Tile, bytes]:
        return {
            Tile(level, self.size >> HEIGHT * (level + 1), len(data) // HASH_SIZE): bytes(data)
            for level, data in enumerate(self._levels)
            if data
        }

    @property
    def root(self) -> bytes:
        peaks = []
        for level in reversed(self._levels):
            hashes = [bytes(level[at : at + HASH_SIZE]) for at in range(0, len(level), HASH_SIZE)]
            for node in span(0, len(hashes)):
                first = node.index << node.level
                peaks.append(_complete(hashes[first : first + (1 << node.level)]))
        return fold(peaks) if peaks else EMPTY_ROOT

    def extend(self, leaves: Iterable[bytes]) -> dict[Tile, bytes]:
        """Append leaf hashes; what has to be written: the tiles that became full and the changed partial ones."""
        grown: dict[Tile, bytes] = {}
        touched = 0
        for leaf in leaves:
            self.size += 1
            touched = max(touched, 1)
            self._levels[0] += leaf
            if self.size % WIDTH == 0:
                touched = max(touched, self._carry(grown))
        return grown | {tile: data for tile, data in self.partial_tiles.items() if tile.level < touched}

    def _carry(self, grown: dict[Tile, bytes]) -> int:
        """Move full tiles one level up; returns the number of levels that changed."""
        level = 0
        while len(self._levels[level]) == WIDTH * HASH_SIZE:
            tile = Tile(level, (self.size >> HEIGHT * (level + 1)) - 1)
            grown[tile] = bytes(self._levels[level])
            self._levels[level].clear()
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += _complete(tile_hashes(tile, grown[tile]))
        return level + 1


def _partial_bytes(size: int, level: int) -> int:
    return (size >> HEIGHT * level) % WIDTH * HASH_SIZE


def bundle_bytes(entries: Sequence[bytes]) -> bytes:
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise TileMalformed(f"an entry is longer than {MAX_ENTRY} bytes")
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def bundle_entries(bundle: Bundle, data: bytes) -> tuple[bytes, ...]:
    """The entries of a bundle as it was read; another number than its path promises is refused."""
    entries = []
    at = 0
    while at < len(data):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise TileMalformed(f"{bundle.path} ends inside an entry")
        entries.append(data[start:at])
    if len(entries) != bundle.width:
        raise TileMalformed(f"{bundle.path} has {len(entries)} entries instead of {bundle.width}")
    return tuple(entries)

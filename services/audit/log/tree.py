"""The Merkle tree of RFC 6962, section 2.1: roots, inclusion and consistency proofs, and their strict verification."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


class Unproven(ValueError):
    """A claim about the log that does not hold or cannot be read."""


class NotIncluded(Unproven):
    pass


class NotConsistent(Unproven):
    pass


@dataclass(frozen=True, slots=True)
class Node:
    """The complete subtree over leaves `index << level` up to `(index + 1) << level`."""

    level: int
    index: int


Span = tuple[Node, ...]
"""Neighbouring complete subtrees, left to right, whose fold is one hash of the tree."""

Hashes = Callable[[Node], bytes]


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """One hash from the hashes of neighbouring complete subtrees, the smallest one last."""
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


def span(start: int, end: int) -> Span:
    """The complete subtrees of [start, end), where `start` is a multiple of a power of two not below `end - start`."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return tuple(nodes)


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """What has to be read, sibling of the leaf first, to prove that leaf `index` stands in the tree of `size`."""
    if not 0 <= index < size:
        raise NotIncluded(f"there is no leaf {index} in a tree of {size}")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append(span(middle, end))
            end = middle
        else:
            spans.append(span(start, middle))
            start = middle
    return tuple(reversed(spans))


def consistency_spans(old: int, new: int) -> tuple[Span, ...]:
    """What has to be read to prove that the tree of `old` leaves is the beginning of the tree of `new`."""
    if not 0 < old <= new:
        raise NotConsistent(f"no tree of {old} leaves can be proven to begin a tree of {new}")
    spans: list[Span] = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append(span(middle, end))
            end = middle
        else:
            spans.append(span(start, middle))
            start = middle
    if start > 0:
        spans.append(span(start, end))
    return tuple(reversed(spans))


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def hash_of(nodes: Span, hashes: Hashes) -> bytes:
    return fold([hashes(node) for node in nodes])


def root(size: int, hashes: Hashes) -> bytes:
    return hash_of(span(0, size), hashes) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, hashes: Hashes) -> tuple[bytes, ...]:
    return tuple(hash_of(nodes, hashes) for nodes in inclusion_spans(index, size))


def consistency_proof(old: int, new: int, hashes: Hashes) -> tuple[bytes, ...]:
    return tuple(hash_of(nodes, hashes) for nodes in consistency_spans(old, new))


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected_root: bytes) -> None:
    """Raise `NotIncluded` unless `proof` leads from the leaf hash at `index` to the root of a tree of `size`."""
    if not 0 <= index < size:
        raise NotIncluded(f"there is no leaf {index} in a tree of {size}")
    _require_hashes(NotIncluded, leaf, expected_root, *proof)
    inner = (index ^ (size - 1)).bit_length()
    if len(proof) != inner + (index >> inner).bit_count():
        raise NotIncluded(f"a proof for leaf {index} of {size} does not have {len(proof)} hashes")
    folded = leaf
    for height, sibling in enumerate(proof):
        is_right = height >= inner or index >> height & 1
        folded = node_hash(sibling, folded) if is_right else node_hash(folded, sibling)
    if folded != expected_root:
        raise NotIncluded(f"leaf {index} does not lead to the root of the tree of {size}")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise `NotConsistent` unless `proof` shows that the older tree is the beginning of the newer one."""
    _require_hashes(NotConsistent, old_root, new_root, *proof)
    if old == new >= 0:
        if proof or old_root != new_root:
            raise NotConsistent(f"two trees of {old} leaves differ")
        return
    if not 0 < old < new:
        raise NotConsistent(f"no tree of {old} leaves can be proven to begin a tree of {new}")
    _verify_growth(old, new, old_root, new_root, list(proof))


def _verify_growth(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> None:
    shift = (old & -old).bit_length() - 1
    if old == 1 << shift:
        proof = [old_root, *proof]
    inner = ((old - 1) ^ (new - 1)).bit_length() - shift
    border = ((old - 1) >> (shift + inner)).bit_count()
    if len(proof) != 1 + inner + border:
        raise NotConsistent(f"a proof from {old} to {new} leaves has another length")
    path = (old - 1) >> shift
    folded_old = folded_new = proof[0]
    for height, sibling in enumerate(proof[1:]):
        if height >= inner or path >> height & 1:
            folded_old = node_hash(sibling, folded_old)
            folded_new = node_hash(sibling, folded_new)
        else:
            folded_new = node_hash(folded_new, sibling)
    if folded_old != old_root:
        raise NotConsistent(f"the proof does not lead to the older root, of {old} leaves")
    if folded_new != new_root:
        raise NotConsistent(f"the proof does not lead to the newer root, of {new} leaves")


def _require_hashes(refusal: type[Unproven], *hashes: bytes) -> None:
    if any(len(digest) != HASH_SIZE for digest in hashes):
        raise refusal("a hash has another length than 32 bytes")


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: all that appending needs, one hash for each bit set in `size`."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()
    """Hashes of the complete subtrees, the largest first."""

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise Unproven(f"an edge of {self.size} leaves does not have {len(self.peaks)} peaks")
        _require_hashes(Unproven, *self.peaks)

    def extend(self, leaves: Iterable[bytes]) -> "Edge":
        """The edge after more leaf hashes."""
        size, peaks = self.size, list(self.peaks)
        for peak in leaves:
            below = size
            while below & 1:
                peak = node_hash(peaks.pop(), peak)
                below >>= 1
            peaks.append(peak)
            size += 1
        return Edge(size, tuple(peaks))

    def append(self, leaf: bytes) -> "Edge":
        return self.extend((leaf,))

    @property
    def root(self) -> bytes:
        return fold(self.peaks) if self.peaks else EMPTY_ROOT


class Rows:
    """Every complete subtree of a growing tree in memory, by level; answers `Hashes`."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def __call__(self, node: Node) -> bytes:
        try:
            return self._levels[node.level][node.index]
        except IndexError:
            raise Unproven(f"the tree of {len(self)} leaves has no complete {node}") from None

    def append(self, leaf: bytes) -> None:
        for level in self._levels:
            level.append(leaf)
            if len(level) % 2:
                return
            leaf = node_hash(level[-2], level[-1])
        self._levels.append([leaf])

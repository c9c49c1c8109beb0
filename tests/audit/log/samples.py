"""A log key, leaves and exported logs for the tests of the audit log."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.audit.log.leaf import LeafFacts, commitment, leaf_bytes, pseudonym
from services.audit.log.note import Checkpoint, Signer, sign_checkpoint
from services.audit.log.tiles import bundle_bytes, bundles_of, tile_bytes, tiles_of
from services.audit.log.tree import Rows, leaf_hash, root
from services.audit.log.whole import CHECKPOINT

NAME = "lounge.example/330100/audit"
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def signer(seed: bytes, name: str = NAME) -> Signer:
    return Signer(name, Ed25519PrivateKey.from_private_bytes(sha256(seed).digest()))


LOG = signer(b"log")
STRANGER = signer(b"stranger")


def facts(number: int, lane: int = 3, service: str = "intake", digest: str | None = None) -> LeafFacts:
    name = f"{service}/{lane}/{number}"
    return LeafFacts(
        service=service,
        lane=lane,
        number=number,
        record=UUID(bytes=sha256(name.encode()).digest()[:16]),
        type=f"cn.lounge.{service}.request_filed.v1",
        version=1,
        recorded=MORNING + timedelta(seconds=number),
        role="requester",
        unit=None,
        key=pseudonym(b"server", UUID(int=number)),
        outcome=None,
        rule="R-09",
        commitment=commitment(b"salt", digest.encode() if digest else name.encode()),
    )


def entries(size: int) -> list[bytes]:
    """Records of two services in the order in which they arrived."""
    return [leaf_bytes(facts(at // 2 + 1, lane=at % 2 + 4, service=("intake", "vault")[at % 2])) for at in range(size)]


class Files(dict[str, bytes]):
    """An exported log in memory."""

    def read(self, path: str) -> bytes | None:
        return self.get(path)

    def paths(self) -> Iterable[str]:
        return [path for path in self if path != CHECKPOINT]


def rows(logged: Iterable[bytes]) -> Rows:
    return Rows(map(leaf_hash, logged))


def head(logged: Sequence[bytes], name: str = NAME) -> Checkpoint:
    return Checkpoint(name, len(logged), root(len(logged), rows(logged)))


def export(logged: Sequence[bytes], by: Signer = LOG) -> Files:
    hashes = rows(logged)
    files = Files({tile.path: tile_bytes(tile, hashes) for tile in tiles_of(len(logged))})
    for bundle in bundles_of(len(logged)):
        first = bundle.index * 256
        files[bundle.path] = bundle_bytes(logged[first : first + bundle.width])
    files[CHECKPOINT] = sign_checkpoint(head(logged), by).encode()
    return files

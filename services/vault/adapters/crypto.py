"""Sealing: AES-256-GCM under a data key of its own for each person and request, wrapped by a key from a provider.

Destroying the row of a data key destroys every text under it, wherever else the ciphertext was copied. A backup of the
database holds the row too: an erasure is complete when the last backup from before it is gone.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.kernel import Digest, value

KEY_BYTES = 32
SALT_BYTES = 32
NONCE_BYTES = 12


class CannotOpen(Exception):
    """The ciphertext does not belong to this key, item, kind or level, or it was changed."""


class KeyFileUnsafe(Exception):
    """Others may read the key file, or it does not hold a key."""


@value
class WrappedKey:
    """A data key as it is stored."""

    key_id: UUID
    provider: str
    """Which provider's key wraps it: kept so that keys can be re-wrapped one by one."""
    wrapped: bytes


@value
class DataKey:
    key_id: UUID
    secret: bytes

    def __repr__(self) -> str:
        return f"DataKey({self.key_id})"


@value
class Label:
    """What a ciphertext is bound to: under another label it cannot be opened."""

    item: UUID
    kind: str
    level: str
    key_id: UUID

    def associated_data(self) -> bytes:
        return b"\x1f".join((self.item.bytes, self.kind.encode(), self.level.encode(), self.key_id.bytes))


class KeyProvider(Protocol):
    """Wraps data keys: a file in development, HashiCorp Vault or an HSM in production."""

    async def wrap(self, key: DataKey) -> WrappedKey: ...

    async def unwrap(self, wrapped: WrappedKey) -> DataKey: ...


class FileKeyProvider:
    """The wrapping key lies in a file that only its owner may read."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self._cipher = AESGCM(_read_or_create(path))

    async def wrap(self, key: DataKey) -> WrappedKey:
        nonce = secrets.token_bytes(NONCE_BYTES)
        wrapped = nonce + self._cipher.encrypt(nonce, key.secret, key.key_id.bytes)
        return WrappedKey(key.key_id, self.name, wrapped)

    async def unwrap(self, wrapped: WrappedKey) -> DataKey:
        nonce, sealed = wrapped.wrapped[:NONCE_BYTES], wrapped.wrapped[NONCE_BYTES:]
        try:
            return DataKey(wrapped.key_id, self._cipher.decrypt(nonce, sealed, wrapped.key_id.bytes))
        except InvalidTag:
            raise CannotOpen("data key") from None


def _read_or_create(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
    if not path.exists():
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(KEY_BYTES))
            out.flush()
            os.fsync(out.fileno())
        try:
            # A link and not a rename: of two processes that start together the second takes the first one's key.
            os.link(unfinished, path)
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
    if path.stat().st_mode & 0o077:
        raise KeyFileUnsafe(f"{path.name}: others may read it; its mode must be 0600")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyFileUnsafe(f"{path.name}: it holds {len(key)} bytes instead of {KEY_BYTES}")
    return key


def new_data_key(key_id: UUID) -> DataKey:
    return DataKey(key_id, secrets.token_bytes(KEY_BYTES))


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def commitment_of(salt: bytes, text: str) -> Digest:
    """What the event keeps of a text: nothing can be tried against it once the salt is gone."""
    return Digest(hmac.new(salt, text.encode(), hashlib.sha256).hexdigest())


def seal(key: DataKey, label: Label, text: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key.secret).encrypt(nonce, text.encode(), label.associated_data())


def open_sealed(key: DataKey, label: Label, ciphertext: bytes) -> str:
    try:
        text = AESGCM(key.secret).decrypt(ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:], label.associated_data())
    except InvalidTag:
        raise CannotOpen(str(label.item)) from None
    return text.decode()

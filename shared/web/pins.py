"""Codes and PINs for people without a sign-in: derived, so that a repeat shows the same; kept as scrypt hashes."""

import asyncio
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that looks or sounds like something else: no 0 O, 1 I L, U."""

LETTERS = 8
ABSENT_SALT = bytes(16)
KEYED = b"\x02"
"""What a hash under the key begins with; older ones have 32 bytes and no such mark."""

T = TypeVar("T")


def letters_of(key: bytes, *parts: object) -> str:
    """The same letters for the same key and parts, and nobody without the key can tell them."""
    seal = hmac.new(key, "\x1f".join(str(part) for part in parts).encode(), hashlib.sha256).digest()
    number = int.from_bytes(seal[:16], "big")
    letters = ""
    for _ in range(LETTERS):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters


def spelled(prefix: str, letters: str) -> str:
    """As a code is shown: `NG-7K3F-9Q2M`."""
    return f"{prefix}-{letters[:4]}-{letters[4:]}"


def code_as_typed(code: str, prefix: str) -> str:
    """What people type of a code: small letters, blanks, missing hyphens, no prefix."""
    plain = unicodedata.normalize("NFKC", code).upper()
    letters = "".join(character for character in plain if character.isascii() and character.isalnum())
    return spelled(prefix, letters.removeprefix(prefix) if len(letters) > LETTERS else letters)


def pin_as_typed(pin: str) -> str:
    return unicodedata.normalize("NFKC", pin).strip().upper().replace(" ", "")


class PinHashes:
    """A hash takes memory and milliseconds, so it is made in a thread.

    Without the installation's `key` a stolen table cannot be tried at all. With it, a PIN is still 40 random bits and
    not a word that somebody chose: the scrypt behind the key need not be a dear one.
    """

    def __init__(self, threads: Executor, key: bytes) -> None:
        self._threads = threads
        self._key = hmac.digest(key, b"pin hashes", hashlib.sha256)

    async def fresh(self, pin: str) -> tuple[bytes, bytes]:
        """A new salt, and the hash under it."""
        salt = secrets.token_bytes(len(ABSENT_SALT))
        return salt, await self._in_a_thread(self._hash, pin, salt)

    async def fits(self, pin: str, salt: bytes | None, hashed: bytes | None) -> bool:
        """A code that does not exist (None) takes as long as a wrong PIN, and as one that was hashed without a key."""
        found = await self._in_a_thread(self._all_hashes, pin, salt or ABSENT_SALT)
        return hashed is not None and any(hmac.compare_digest(each, hashed) for each in found)

    def _hash(self, pin: str, salt: bytes) -> bytes:
        keyed = hmac.digest(self._key, pin.encode(), hashlib.sha256)
        return KEYED + hashlib.scrypt(keyed, salt=salt, n=2**10, r=8, p=1, dklen=32)

    def _all_hashes(self, pin: str, salt: bytes) -> tuple[bytes, bytes]:
        return self._hash(pin, salt), _without_key(pin, salt)

    async def _in_a_thread(self, work: Callable[[str, bytes], T], pin: str, salt: bytes) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, pin, salt)


def _without_key(pin: str, salt: bytes) -> bytes:
    """How PINs were hashed before: those that were given out then still open."""
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**12, r=8, p=1, dklen=32)

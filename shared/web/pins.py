"""Codes and PINs for people without a sign-in: derived, so that a repeat shows the same; kept as scrypt hashes."""

import asyncio
import hashlib
import hmac
import secrets
import unicodedata
from concurrent.futures import Executor

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that looks or sounds like something else: no 0 O, 1 I L, U."""

LETTERS = 8
ABSENT_SALT = bytes(16)


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
    """A hash takes memory and tens of milliseconds, so it is made in a thread."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads

    async def fresh(self, pin: str) -> tuple[bytes, bytes]:
        """A new salt, and the hash under it."""
        salt = secrets.token_bytes(len(ABSENT_SALT))
        return salt, await self._hash(pin, salt)

    async def fits(self, pin: str, salt: bytes | None, hashed: bytes | None) -> bool:
        """A code that does not exist (None) takes as long as a wrong PIN."""
        found = await self._hash(pin, salt or ABSENT_SALT)
        return hashed is not None and hmac.compare_digest(found, hashed)

    async def _hash(self, pin: str, salt: bytes) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _scrypt, pin, salt)


def _scrypt(pin: str, salt: bytes) -> bytes:
    """A PIN is 40 random bits, not a word that somebody chose: a quarter of the usual cost is enough."""
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**12, r=8, p=1, dklen=32)

"""Follow codes and PINs: derived, so that a repeat shows the same; kept as scrypt hashes, which give nothing away."""

import asyncio
import base64
import hashlib
import hmac
import secrets
import unicodedata
from concurrent.futures import Executor
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg

from services.intake.requests.facts import FollowCode
from shared.kernel import RequestId

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that looks or sounds like something else: no 0 O, 1 I L, U."""
CODE_LETTERS = 8
PIN_LETTERS = 8
ABSENT_SALT = bytes(16)


class Pins:
    def __init__(self, pool: "asyncpg.Pool[Any]", *, pin_key: bytes, code_key: bytes, prefix: str, threads: Executor):
        self._pool = pool
        self._pin_key = pin_key
        self._code_key = code_key
        self._prefix = prefix
        self._threads = threads

    def pin_of(self, request_id: RequestId, key: str) -> str:
        """`key` is the Idempotency-Key of the filing: only its sender can have the PIN shown again."""
        seal = hmac.new(self._pin_key, f"{request_id}\x1f{key}".encode(), hashlib.sha256).digest()
        return base64.b32encode(seal).decode()[:PIN_LETTERS]

    def code_of(self, request_id: RequestId, again: int = 0) -> FollowCode:
        seal = hmac.new(self._code_key, f"{request_id}\x1f{again}".encode(), hashlib.sha256).digest()
        number = int.from_bytes(seal[:16], "big")
        letters = ""
        for _ in range(CODE_LETTERS):
            number, place = divmod(number, len(ALPHABET))
            letters += ALPHABET[place]
        return FollowCode(f"{self._prefix}-{letters[:4]}-{letters[4:]}")

    async def keep(self, request_id: RequestId, pin: str) -> FollowCode:
        """The code under which the request is found from now on. Two requests never share one."""
        salt = secrets.token_bytes(16)
        hashed = await self._hash(pin, salt)
        for again in count():
            stored: str | None = await self._pool.fetchval(
                "INSERT INTO pins (code, request_id, salt, hash) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT DO NOTHING RETURNING code",
                self.code_of(request_id, again),
                request_id,
                salt,
                hashed,
            ) or await self._pool.fetchval("SELECT code FROM pins WHERE request_id = $1", request_id)
            if stored is not None:
                return FollowCode(stored)
        raise AssertionError("unreachable")

    async def open(self, code: FollowCode, pin: str) -> RequestId | None:
        """The request of a code whose PIN fits. A code that does not exist takes as long as a wrong PIN."""
        row = await self._pool.fetchrow("SELECT request_id, salt, hash FROM pins WHERE code = $1", code)
        hashed = await self._hash(pin, row["salt"] if row else ABSENT_SALT)
        if row is None or not hmac.compare_digest(hashed, row["hash"]):
            return None
        request_id: UUID = row["request_id"]
        return RequestId(request_id)

    async def _hash(self, pin: str, salt: bytes) -> bytes:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _scrypt, pin, salt)


def _scrypt(pin: str, salt: bytes) -> bytes:
    """A PIN is 40 random bits, not a word that somebody chose: a quarter of the usual cost is enough."""
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**12, r=8, p=1, dklen=32)


def as_typed(code: str, prefix: str) -> FollowCode:
    """What people type of a code: small letters, blanks, missing hyphens, no prefix."""
    plain = unicodedata.normalize("NFKC", code).upper()
    letters = "".join(character for character in plain if character.isascii() and character.isalnum())
    letters = letters.removeprefix(prefix) if len(letters) > CODE_LETTERS else letters
    return FollowCode(f"{prefix}-{letters[:4]}-{letters[4:]}")

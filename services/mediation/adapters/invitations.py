"""Codes and PINs for parties who have no sign-in: derived, so that a repeat shows the same; kept as scrypt hashes."""

import asyncio
import hashlib
import hmac
import secrets
from concurrent.futures import Executor
from typing import Any
from uuid import UUID

import asyncpg

from shared.kernel import PersonId, RequestId, value

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that looks or sounds like something else: no 0 O, 1 I L, U."""
LETTERS = 8
ABSENT_SALT = bytes(16)


@value
class Door:
    """What a code and a PIN open."""

    case_id: UUID
    request_id: RequestId
    party: PersonId


class Invitations:
    """One per party and case; a new one replaces the earlier."""

    def __init__(self, pool: "asyncpg.Pool[Any]", *, key: bytes, prefix: str, threads: Executor) -> None:
        self._pool = pool
        self._key = key
        self._prefix = prefix
        self._threads = threads

    def code_of(self, invitation: UUID) -> str:
        letters = self._letters("code", invitation)
        return f"{self._prefix}-{letters[:4]}-{letters[4:]}"

    def pin_of(self, invitation: UUID) -> str:
        return self._letters("pin", invitation)

    async def keep(self, invitation: UUID, door: Door) -> None:
        salt = secrets.token_bytes(16)
        hashed = await self._hash(self.pin_of(invitation), salt)
        await self._pool.execute(
            "INSERT INTO invitations (code, case_id, request_id, party, invitation, salt, hash)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ON CONSTRAINT invitations_party DO UPDATE"
            " SET code = EXCLUDED.code, invitation = EXCLUDED.invitation, salt = EXCLUDED.salt, hash = EXCLUDED.hash",
            self.code_of(invitation),
            door.case_id,
            door.request_id,
            door.party,
            invitation,
            salt,
            hashed,
        )

    async def open(self, code: str, pin: str) -> Door | None:
        """The door of a code whose PIN fits. A code that does not exist takes as long as a wrong PIN."""
        row = await self._pool.fetchrow(
            "SELECT case_id, request_id, party, salt, hash FROM invitations WHERE code = $1", code
        )
        said = pin.strip().upper().replace(" ", "")
        hashed = await self._hash(said, row["salt"] if row else ABSENT_SALT)
        if row is None or not hmac.compare_digest(hashed, row["hash"]):
            return None
        return Door(row["case_id"], RequestId(row["request_id"]), PersonId(row["party"]))

    def as_typed(self, code: str) -> str:
        """What people type of a code: small letters, blanks, missing hyphens, no prefix."""
        letters = "".join(character for character in code.upper() if character.isascii() and character.isalnum())
        letters = letters.removeprefix(self._prefix) if len(letters) > LETTERS else letters
        return f"{self._prefix}-{letters[:4]}-{letters[4:]}"

    async def _hash(self, pin: str, salt: bytes) -> bytes:
        """Takes 16 MB and some 50 ms, so it runs in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _scrypt, pin, salt)

    def _letters(self, purpose: str, invitation: UUID) -> str:
        seal = hmac.new(self._key, f"{purpose}\x1f{invitation}".encode(), hashlib.sha256).digest()
        number = int.from_bytes(seal[:16], "big")
        letters = ""
        for _ in range(LETTERS):
            number, place = divmod(number, len(ALPHABET))
            letters += ALPHABET[place]
        return letters


def _scrypt(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, maxmem=64 * 2**20, dklen=32)

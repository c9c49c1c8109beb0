"""Codes and PINs of parties who have no sign-in, and which case they open."""

from concurrent.futures import Executor
from typing import Any
from uuid import UUID

import asyncpg

from shared.kernel import PersonId, RequestId, value
from shared.web.pins import PinHashes, code_as_typed, letters_of, pin_as_typed, spelled


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
        self._hashes = PinHashes(threads, key)

    def code_of(self, invitation: UUID) -> str:
        return spelled(self._prefix, letters_of(self._key, "code", invitation))

    def pin_of(self, invitation: UUID) -> str:
        return letters_of(self._key, "pin", invitation)

    async def keep(self, invitation: UUID, door: Door) -> None:
        salt, hashed = await self._hashes.fresh(self.pin_of(invitation))
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
        """The door of a code whose PIN fits."""
        row = await self._pool.fetchrow(
            "SELECT case_id, request_id, party, salt, hash FROM invitations WHERE code = $1", code
        )
        fits = await self._hashes.fits(pin_as_typed(pin), *((row["salt"], row["hash"]) if row else (None, None)))
        if row is None or not fits:
            return None
        return Door(row["case_id"], RequestId(row["request_id"]), PersonId(row["party"]))

    def as_typed(self, code: str) -> str:
        return code_as_typed(code, self._prefix)

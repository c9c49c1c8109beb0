"""Follow codes and PINs of requests, and where their hashes are kept."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from concurrent.futures import Executor
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg

from services.intake.requests.facts import FollowCode
from shared.kernel import RequestId
from shared.web.pins import PinHashes, letters_of, spelled

PIN_LETTERS = 8


class Pins:
    def __init__(self, pool: "asyncpg.Pool[Any]", *, pin_key: bytes, code_key: bytes, prefix: str, threads: Executor):
        self._pool = pool
        self._pin_key = pin_key
        self._code_key = code_key
        self._prefix = prefix
        self._hashes = PinHashes(threads, pin_key)

    def pin_of(self, request_id: RequestId, key: str) -> str:
        """`key` is the Idempotency-Key of the filing: only its sender can have the PIN shown again."""
        seal = hmac.new(self._pin_key, f"{request_id}\x1f{key}".encode(), hashlib.sha256).digest()
        return base64.b32encode(seal).decode()[:PIN_LETTERS]

    def code_of(self, request_id: RequestId, again: int = 0) -> FollowCode:
        return FollowCode(spelled(self._prefix, letters_of(self._code_key, request_id, again)))

    async def keep(self, request_id: RequestId, pin: str) -> FollowCode:
        """The code under which the request is found from now on. Two requests never share one."""
        salt, hashed = await self._hashes.fresh(pin)
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

    async def codes(self, request_ids: Sequence[RequestId]) -> dict[RequestId, FollowCode]:
        rows = await self._pool.fetch(
            "SELECT request_id, code FROM pins WHERE request_id = ANY($1::uuid[])", list(request_ids)
        )
        return {RequestId(row["request_id"]): FollowCode(row["code"]) for row in rows}

    async def open(self, code: FollowCode, pin: str) -> RequestId | None:
        """The request of a code whose PIN fits."""
        row = await self._pool.fetchrow("SELECT request_id, salt, hash FROM pins WHERE code = $1", code)
        fits = await self._hashes.fits(pin, *((row["salt"], row["hash"]) if row else (None, None)))
        if row is None or not fits:
            return None
        request_id: UUID = row["request_id"]
        return RequestId(request_id)

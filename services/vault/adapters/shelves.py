"""The tables of the vault: references, wrapped keys, and contents that die with their key."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.vault.adapters.crypto import (
    DataKey,
    KeyProvider,
    Label,
    WrappedKey,
    commitment_of,
    new_data_key,
    new_salt,
    open_sealed,
    seal,
)
from shared.eventstore import Transaction
from shared.kernel import Digest, PersonId, RequestId, new_id, value


@value
class Plain:
    """A text on its way in."""

    item: UUID
    kind: str
    level: str
    text: str

    def __repr__(self) -> str:
        # A traceback or a failing assertion must not print what somebody typed.
        return f"Plain({self.item})"


@value
class Salted:
    """The salt of an item and the commitment under it."""

    salt: bytes
    commitment: Digest


@value
class Place:
    """Where an item belongs."""

    stream_id: UUID
    request_id: RequestId | None
    owner: PersonId | None


PUT = """
WITH keyed AS (
    INSERT INTO data_keys (key_id, stream_id, owner, provider, wrapped)
    SELECT $5, $1, $3, $6, $7 WHERE $6::text IS NOT NULL
), listed AS (
    INSERT INTO items (item, stream_id, request_id, owner, sealed_at)
    SELECT item, $1, $2, $3, $4 FROM unnest($8::uuid[]) AS item
)
INSERT INTO contents (item, key_id, kind, level, salt, ciphertext)
SELECT item, $5, kind, level, salt, ciphertext
FROM unnest($8::uuid[], $9::text[], $10::text[], $11::bytea[], $12::bytea[]) AS c(item, kind, level, salt, ciphertext)
"""


def salted_by(salts: Mapping[UUID, bytes], plains: Iterable[Plain]) -> Mapping[UUID, Salted]:
    """Under its kept salt where the item exists: the same text gives the same commitment; else under a new one."""
    found = {}
    for plain in plains:
        salt = salts.get(plain.item) or new_salt()
        found[plain.item] = Salted(salt, commitment_of(salt, plain.text))
    return found


class Shelves:
    def __init__(self, keys: KeyProvider) -> None:
        self._keys = keys

    async def places(self, tx: Transaction, items: Sequence[UUID]) -> Mapping[UUID, Place]:
        rows = await tx.fetch("SELECT item, stream_id, request_id, owner FROM items WHERE item = ANY($1)", list(items))
        return {row["item"]: Place(row["stream_id"], row["request_id"], row["owner"]) for row in rows}

    async def known(self, tx: Transaction, items: Sequence[UUID]) -> tuple[Mapping[UUID, Place], Mapping[UUID, bytes]]:
        """Where items belong that exist, and the salts of those that were not erased."""
        rows = await tx.fetch(
            "SELECT item, i.stream_id, i.request_id, i.owner, c.salt FROM items i LEFT JOIN contents c USING (item)"
            " WHERE item = ANY($1)",
            list(items),
        )
        places = {row["item"]: Place(row["stream_id"], row["request_id"], row["owner"]) for row in rows}
        return places, {row["item"]: row["salt"] for row in rows if row["salt"] is not None}

    async def put(
        self,
        tx: Transaction,
        plains: Sequence[Plain],
        salted: Mapping[UUID, Salted],
        place: Place,
        at: datetime,
        *,
        first: bool,
    ) -> None:
        """`first`: nothing was ever sealed in this place, so that there is no key to look for."""
        key = None if first else await self._key_of(tx, place)
        fresh = None
        if key is None:
            # Two first items of one request meet at the stream's version, so this row is never inserted twice.
            key = new_data_key(new_id())
            fresh = await self._keys.wrap(key)
        await tx.execute(
            PUT,
            place.stream_id,
            place.request_id,
            place.owner,
            at,
            key.key_id,
            fresh.provider if fresh else None,
            fresh.wrapped if fresh else None,
            [plain.item for plain in plains],
            [plain.kind for plain in plains],
            [plain.level for plain in plains],
            [salted[plain.item].salt for plain in plains],
            [seal(key, Label(plain.item, plain.kind, plain.level, key.key_id), plain.text) for plain in plains],
        )

    async def _key_of(self, tx: Transaction, place: Place) -> DataKey | None:
        """The key of this person and request; the first item makes it."""
        row = await tx.fetchrow(
            "SELECT key_id, provider, wrapped FROM data_keys WHERE stream_id = $1 AND owner IS NOT DISTINCT FROM $2",
            place.stream_id,
            place.owner,
        )
        if row is None:
            return None
        return await self._keys.unwrap(WrappedKey(row["key_id"], row["provider"], row["wrapped"]))

    async def texts(self, tx: Transaction, items: Sequence[UUID]) -> Mapping[UUID, str]:
        """The plaintexts; an item that was erased meanwhile is absent."""
        rows = await tx.fetch(
            "SELECT c.item, c.kind, c.level, c.ciphertext, k.key_id, k.provider, k.wrapped"
            " FROM contents c JOIN data_keys k USING (key_id) WHERE c.item = ANY($1)",
            list(items),
        )
        wrapped = {row["key_id"]: WrappedKey(row["key_id"], row["provider"], row["wrapped"]) for row in rows}
        keys = {key_id: await self._keys.unwrap(each) for key_id, each in wrapped.items()}
        return {
            row["item"]: open_sealed(
                keys[row["key_id"]],
                Label(row["item"], row["kind"], row["level"], row["key_id"]),
                row["ciphertext"],
            )
            for row in rows
        }

    async def contacts_of(self, tx: Transaction, request_id: RequestId) -> Sequence[UUID]:
        """What is known of how the people of a request are called and reached."""
        rows = await tx.fetch(
            "SELECT item FROM items JOIN contents USING (item) WHERE request_id = $1 AND kind = 'contact'"
            " AND level < 'L4' ORDER BY item LIMIT 100",
            request_id,
        )
        return [row["item"] for row in rows]

    async def streams_of(self, tx: Transaction, person: PersonId) -> Sequence[UUID]:
        """The streams with something of this person, in an order that two erasures share."""
        rows = await tx.fetch("SELECT DISTINCT stream_id FROM items WHERE owner = $1 ORDER BY stream_id", person)
        return [row["stream_id"] for row in rows]

    async def destroy_person(self, tx: Transaction, person: PersonId) -> None:
        """The keys, and with them every salt and ciphertext under them."""
        await tx.execute("DELETE FROM data_keys WHERE owner = $1", person)

    async def destroy_items(self, tx: Transaction, items: Sequence[UUID]) -> None:
        """Salt and ciphertext of single items, and keys under which nothing is left."""
        rows = await tx.fetch("DELETE FROM contents WHERE item = ANY($1) RETURNING key_id", list(items))
        await tx.execute(
            "DELETE FROM data_keys k WHERE key_id = ANY($1)"
            " AND NOT EXISTS (SELECT FROM contents c WHERE c.key_id = k.key_id)",
            list({row["key_id"] for row in rows}),
        )

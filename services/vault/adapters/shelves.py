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


class Shelves:
    def __init__(self, keys: KeyProvider) -> None:
        self._keys = keys

    async def places(self, tx: Transaction, items: Sequence[UUID]) -> Mapping[UUID, Place]:
        rows = await tx.fetch("SELECT item, stream_id, request_id, owner FROM items WHERE item = ANY($1)", list(items))
        return {row["item"]: Place(row["stream_id"], row["request_id"], row["owner"]) for row in rows}

    async def salted(self, tx: Transaction, plains: Iterable[Plain]) -> Mapping[UUID, Salted]:
        """Under its kept salt where the item exists: the same text gives the same commitment; else under a new one."""
        by_item = {plain.item: plain for plain in plains}
        rows = await tx.fetch("SELECT item, salt FROM contents WHERE item = ANY($1)", list(by_item))
        kept = {row["item"]: bytes(row["salt"]) for row in rows}
        salts = {item: kept.get(item) or new_salt() for item in by_item}
        return {item: Salted(salts[item], commitment_of(salts[item], by_item[item].text)) for item in by_item}

    async def put(
        self, tx: Transaction, plains: Sequence[Plain], salted: Mapping[UUID, Salted], place: Place, at: datetime
    ) -> None:
        key = await self._key_for(tx, place)
        await tx.executemany(
            "INSERT INTO items (item, stream_id, request_id, owner, sealed_at) VALUES ($1, $2, $3, $4, $5)",
            [(plain.item, place.stream_id, place.request_id, place.owner, at) for plain in plains],
        )
        await tx.executemany(
            "INSERT INTO contents (item, key_id, kind, level, salt, ciphertext) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                (
                    plain.item,
                    key.key_id,
                    plain.kind,
                    plain.level,
                    salted[plain.item].salt,
                    seal(key, Label(plain.item, plain.kind, plain.level, key.key_id), plain.text),
                )
                for plain in plains
            ],
        )

    async def _key_for(self, tx: Transaction, place: Place) -> DataKey:
        """The key of this person and request; the first item makes it."""
        row = await tx.fetchrow(
            "SELECT key_id, provider, wrapped FROM data_keys WHERE stream_id = $1 AND owner IS NOT DISTINCT FROM $2",
            place.stream_id,
            place.owner,
        )
        if row is not None:
            return await self._keys.unwrap(WrappedKey(row["key_id"], row["provider"], row["wrapped"]))
        key = new_data_key(new_id())
        wrapped = await self._keys.wrap(key)
        # Two first items of one request meet at the stream's version, so this row is never inserted twice.
        await tx.execute(
            "INSERT INTO data_keys (key_id, stream_id, owner, provider, wrapped) VALUES ($1, $2, $3, $4, $5)",
            key.key_id,
            place.stream_id,
            place.owner,
            wrapped.provider,
            wrapped.wrapped,
        )
        return key

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

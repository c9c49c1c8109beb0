"""Persons at the vault's door: recognised by what they typed, reachable by a sealed contact, erased with everything."""

import hashlib
import hmac
import json
import re
import unicodedata
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from services.vault.adapters.identity import Given, PersonFacts, identify, normal_phone
from services.vault.adapters.shelves import Place, Plain
from services.vault.items.facts import ItemKind
from services.vault.items.rules.reads import Reader
from services.vault.items.safe import Safe
from services.vault.persons.decider import ErasePerson, Identify
from services.vault.persons.store import PersonHandler
from shared.contracts.codes import DataLevel, Purpose
from shared.eventstore import Once, Transaction
from shared.kernel import Context, PersonId, RecordId, RequestId, derive_id, new_id, value

CONTACT_NAMESPACE = uuid5(NAMESPACE_URL, "urn:lounge:vault:contacts")


@value
class Identified:
    facts: PersonFacts
    contact_item: UUID | None
    """How to reach the person: name, telephone, mail; without the citizen number, which notices never need."""


@value
class Mentioned:
    """What of the people of a request stands in a text."""

    name: bool
    phone: bool
    id_number: bool


@value
class Erasure:
    person: PersonId
    items: int
    record_id: UUID | None


class People:
    def __init__(self, safe: Safe, persons: PersonHandler, person_key: bytes, *, production: bool) -> None:
        self._safe = safe
        self._persons = persons
        self._person_key = person_key
        self._production = production

    async def identify(self, given: Given, request_id: RequestId | None, context: Context, at: datetime) -> Identified:
        """Nothing is kept of somebody who has no request: a sign-in asks only who it is."""
        facts = identify(given, request_id or new_id(), self._person_key, production=self._production)
        if request_id is None:
            return Identified(facts, None)
        place = Place(request_id, request_id, facts.person)
        plains = self._contacts(given, place)

        async def keep(tx: Transaction) -> None:
            command = Identify(person=facts.person, by=facts.by, at=at)
            await self._persons.within(tx).handle(facts.person, command, context)
            if plains:
                await self._safe.seal_within(tx, place, plains, context, at)

        await self._safe.in_transaction(keep)
        reachable = next((plain.item for plain in plains if plain.level == DataLevel.L2), None)
        return Identified(facts, reachable)

    async def mentioned(
        self, text: str, request_id: RequestId, reader: Reader, context: Context, at: datetime
    ) -> Mentioned:
        """Names, telephones and citizen numbers stay here; that they were looked at is a fact like every read."""
        items = await self._safe.contacts_of(request_id)
        if not items:
            return Mentioned(name=False, phone=False, id_number=False)
        fetched = await self._safe.fetch(items, Purpose.HANDLING, reader, request_id, context, at)
        known = [json.loads(each) for each in fetched.texts.values() if each]
        typed = _tight(text)

        def stands(field: str, shortest: int) -> bool:
            kept = [_tight(str(each[field])).removeprefix("+86") for each in known if each.get(field)]
            return any(len(each) >= shortest and each in typed for each in kept)

        return Mentioned(name=stands("name", 2), phone=stands("phone", 7), id_number=stands("id_number", 15))

    def _contacts(self, given: Given, place: Place) -> list[Plain]:
        phone = (normal_phone(given.phone) or given.phone) if given.phone else None
        reach = {"name": given.name, "phone": phone, "email": given.email}
        proof = {"id_number": given.id_number}
        return [
            self._contact({name: text for name, text in part.items() if text}, level, place)
            for part, level in ((reach, DataLevel.L2), (proof, DataLevel.L3))
            if any(part.values())
        ]

    def _contact(self, part: dict[str, str], level: DataLevel, place: Place) -> Plain:
        """The same contact of the same person in the same request is the same item."""
        text = json.dumps(part, ensure_ascii=False, sort_keys=True)
        keyed = hmac.new(self._person_key, text.encode(), hashlib.sha256).hexdigest()
        item = derive_id(CONTACT_NAMESPACE, place.stream_id, place.owner, keyed)
        return Plain(item, ItemKind.CONTACT, level, text)

    async def erase(self, person: PersonId, context: Context, at: datetime, once: Once) -> Erasure:
        """Keys, salts and ciphertexts go in the transaction that says so. Raises PersonUnknown."""

        async def run(tx: Transaction) -> Erasure:
            items = await self._safe.erase_within(tx, person, context, at)
            command = ErasePerson(person=person, items=items, at=at)
            recorded = await self._persons.within(tx).handle(
                person, command, context, once=once, answer=lambda done: _answer(person, items, done.last)
            )
            return Erasure(person, items, recorded.last)

        return await self._safe.in_transaction(run)


def _tight(text: str) -> str:
    """As people read it: full width or half, with or without blanks."""
    return re.sub(r"[\s\-·•]+", "", unicodedata.normalize("NFKC", text)).upper()


def _answer(person: PersonId, items: int, record: RecordId | None) -> dict[str, object]:
    return {"person": str(person), "items": items, "record_id": str(record) if record else None}

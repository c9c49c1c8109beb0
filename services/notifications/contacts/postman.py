"""Carries letters: reads what waits, asks the vault for the address, sends, and notes what the server said."""

import asyncio
from typing import Any, Protocol
from uuid import UUID

import orjson
import structlog

from services.notifications.adapters.mail import Letter, MailFailed
from services.notifications.contacts.commands import NoteDelivered, NoteFailure
from services.notifications.contacts.decider import Contact
from services.notifications.contacts.facts import About, Failure
from services.notifications.contacts.store import ContactHandler
from services.notifications.contacts.views import WAITING, particulars_adapter
from services.notifications.contacts.wording import Language
from services.notifications.contacts.words import render
from shared.contracts.codes import Purpose
from shared.kernel import SYSTEM, Clock, Context, RequestId
from shared.web import Vault
from shared.web.rounds import rounds
from shared.web.vault import VaultRefused

ONE_POSTMAN = "SELECT pg_try_advisory_xact_lock(hashtext('notifications.postman'))"
PENDING = """
SELECT l.message_id, l.request_id, l.contact, l.tries, m.about, m.particulars
FROM letters l JOIN messages m USING (message_id) WHERE l.state = $1 ORDER BY l.changed_at, l.message_id LIMIT 50
"""

log = structlog.get_logger("postman")


class Mailer(Protocol):
    async def send(self, letter: Letter) -> int:
        """The server's code; raises MailFailed."""
        ...


class Postman:
    def __init__(
        self,
        contacts: ContactHandler,
        vault: Vault,
        mailer: Mailer,
        clock: Clock,
        *,
        follow_url: str | None,
        pause: float,
    ) -> None:
        self._contacts = contacts
        self._vault = vault
        self._mailer = mailer
        self._clock = clock
        self._follow_url = follow_url
        self._pause = pause

    async def run(self) -> None:
        await rounds("postman", lambda: asyncio.sleep(self._pause), self.round)

    async def round(self) -> int:
        """Sends what waits; how many letters were sent or failed. Only one postman walks at a time."""
        async with self._contacts.store.transaction() as connection:
            rows = await connection.fetch(PENDING, WAITING)
            if not rows or not await connection.fetchval(ONE_POSTMAN):
                return 0
            return sum([await self._carry(row) for row in rows])

    async def _carry(self, row: Any) -> bool:
        """False when the stream knows better than the view: this try was carried already."""
        state, _ = await self._contacts.state(row["request_id"])
        letter = state.letters.get(row["message_id"]) if isinstance(state, Contact) else None
        if letter is None or not letter.under_way or letter.tries != row["tries"]:
            return False
        command = await self._sent(row)
        await self._contacts.handle(row["request_id"], command, Context(actor=SYSTEM))
        return True

    async def _sent(self, row: Any) -> NoteDelivered | NoteFailure:
        message_id: UUID = row["message_id"]
        try:
            address = await self._address(RequestId(row["request_id"]), row["contact"])
            code = await self._mailer.send(self._letter(row, address))
        except MailFailed as failed:
            return NoteFailure(message_id=message_id, failure=failed.failure, code=failed.code, at=self._clock.now())
        return NoteDelivered(message_id=message_id, code=code, at=self._clock.now())

    async def _address(self, request_id: RequestId, contact: UUID) -> str:
        try:
            texts = await self._vault.fetch(
                Context(actor=SYSTEM), [contact], purpose=Purpose.NOTIFY, request_id=request_id
            )
        except VaultRefused:
            raise MailFailed(Failure.NO_ADDRESS) from None
        text = texts.get(contact)
        address = orjson.loads(text).get("email") if text else None
        if not isinstance(address, str):
            raise MailFailed(Failure.NO_ADDRESS)
        return address

    def _letter(self, row: Any, address: str) -> Letter:
        """No name, no content of the matter: a letter lies open on its way."""
        particulars = particulars_adapter.validate_json(row["particulars"])
        chinese, english = (render(About(row["about"]), particulars, language) for language in Language)
        where = f"\n{self._follow_url}\n" if self._follow_url else "\n"
        text = (
            f"{chinese.text}\n请用查询码和密码查看详情。{where}\n"
            f"{english.text}\nSee the details with your code and PIN.{where}"
        )
        return Letter(address, f"{chinese.title} / {english.title}", text, f"{row['message_id']}.{row['tries']}")

"""What staff are called on pages. Citizens are never named here."""

import asyncio
from uuid import UUID

import structlog

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable

FRESH_SECONDS = 300.0
CITIZENS = frozenset({"requester", "other_party"})

log = structlog.get_logger("portal")


class Person(Answer):
    login: str
    name: str
    roles: tuple[str, ...]
    unit: str | None = None
    about: str = ""
    person: UUID | None = None

    @property
    def is_staff(self) -> bool:
        return not CITIZENS & set(self.roles)


class _People(Answer):
    people: tuple[Person, ...]


class Staff:
    def __init__(self, desk: DeskClient, url: str) -> None:
        self._desk = desk
        self._url = url
        self._people: tuple[Person, ...] = ()
        self._until = 0.0

    async def everybody(self) -> tuple[Person, ...]:
        """The accounts the identity provider shows; the last known ones while it does not answer."""
        now = asyncio.get_running_loop().time()
        if self._url and now >= self._until:
            try:
                self._people = (await self._desk.listed(self._url, "people", _People)).people
                self._until = now + FRESH_SECONDS
            except (Refused, Unreachable) as error:
                log.warning("people_unknown", error=str(error))
        return self._people

    async def names(self) -> dict[UUID, str]:
        return {each.person: each.name for each in await self.everybody() if each.is_staff and each.person}

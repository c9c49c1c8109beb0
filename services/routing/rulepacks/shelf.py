"""The packs at hand, for whoever decides: shipped ones and those that the desk published, always the newest."""

import asyncio
from datetime import date

from services.routing.decisions.rules.pack import Pack, Row, pack_for
from services.routing.rulepacks.decider import Shelf, rule_pack_decider
from services.routing.rulepacks.store import CATEGORY, SHELF_ID, rule_pack_codec
from shared.eventstore import EventStore, Newest
from shared.kernel import PackVersion, RuleId

LOOK_EVERY_SECONDS = 1.0


class PackShelf:
    """What was folded is kept. A pack begins with a day, so a look each second is soon enough for the readers."""

    def __init__(self, shipped: tuple[Pack, ...], store: EventStore | None = None) -> None:
        self._shipped = shipped
        decider = rule_pack_decider(shipped, frozenset())
        self._published = Newest(store, f"{CATEGORY}-{SHELF_ID}", decider, rule_pack_codec) if store else None
        self._shelf = decider.initial
        self._looked: float | None = None
        self.packs = shipped
        self._rows = _rows(shipped)

    def on(self, day: date) -> Pack:
        return pack_for(day, self.packs)

    def named(self, version: PackVersion) -> Pack | None:
        return next((pack for pack in self.packs if pack.version == version), None)

    def row(self, row: RuleId) -> Row | None:
        return self._rows.get(row)

    async def ready(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._looked is None or now - self._looked > LOOK_EVERY_SECONDS:
            await self.newest()
            self._looked = now

    async def newest(self) -> Shelf:
        shelf = await self._published.newest() if self._published else self._shelf
        if shelf is not self._shelf:
            self._shelf = shelf
            self.packs = (*self._shipped, *(each.pack for each in shelf.published))
            self._rows = _rows(self.packs)
        return shelf


def _rows(packs: tuple[Pack, ...]) -> dict[RuleId, Row]:
    return {pack.row_id(row): row for pack in packs for row in pack.rows}

"""What the routes ask about packs: the shelf, one draft with its faults, one pack."""

import asyncio
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from services.routing.decisions.rules.pack import Pack
from services.routing.rulepacks.bodies import RowAnswer, shown
from services.routing.rulepacks.checking import faults
from services.routing.rulepacks.decider import Drafted, Redecided, Shelf
from services.routing.rulepacks.facts import PackId
from services.routing.rulepacks.redecision import NotBegun, RedecisionId
from services.routing.rulepacks.results import Progress, Result, Results
from services.routing.rulepacks.shelf import PackShelf
from services.routing.rulepacks.store import RedecisionHandler, RulePackHandler
from shared.kernel import BUREAU_ZONE, Clock, NotFound, PackVersion, Rejection, RuleId
from shared.web import StrictModel
from shared.web.problems import Catalogue


class PackLine(StrictModel):
    version: str
    pack_id: UUID | None
    """None where it came with the program."""
    in_force_from: date
    in_force: bool
    """Requests of today are decided by it."""
    coming: bool
    rows: int


class DraftLine(StrictModel):
    pack_id: UUID
    version: str
    based_on: str
    editors: tuple[UUID, ...]
    rows: int
    edits: int


class Packs(StrictModel):
    packs: tuple[PackLine, ...]
    """The newest first."""
    drafts: tuple[DraftLine, ...]


class PackAnswer(PackLine):
    table: tuple[RowAnswer, ...]


class Fault(StrictModel):
    """Why it could not be published as it stands, in words."""

    type: str
    title: str
    detail: str
    rule: str | None
    row: int | None
    example: tuple[str, ...]
    """Codes of a request that would go wrong."""


class DraftAnswer(DraftLine):
    revision: int
    table: tuple[RowAnswer, ...]
    faults: tuple[Fault, ...]
    can_undo: bool
    in_force: str
    """What would be replaced."""
    redecision: Progress | None
    """The last one, of whatever revision."""
    yours: bool
    """Who asks has edited it, and will not be the one who publishes it."""


@cache
def known_laws() -> frozenset[RuleId]:
    lines = files("shared.contracts").joinpath("domain/rules.csv").read_text(encoding="utf-8").splitlines()
    return frozenset(RuleId(line.split(",", 1)[0]) for line in lines[1:] if line.startswith("R-"))


class PackDesk:
    def __init__(
        self,
        packs: RulePackHandler,
        redecisions: RedecisionHandler,
        shelf: PackShelf,
        results: Results,
        words: Catalogue,
        clock: Clock,
    ) -> None:
        self.packs = packs
        self.redecisions = redecisions
        self.shelf = shelf
        self.results = results
        self.words = words
        self.clock = clock

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(BUREAU_ZONE).date()

    async def all(self) -> Packs:
        shelf = await self.shelf.newest()
        lines = [self._line(pack, shelf) for pack in reversed(self.shelf.packs)]
        return Packs(
            packs=tuple(sorted(lines, key=lambda line: line.in_force_from, reverse=True)),
            drafts=tuple(_draft_line(id, draft) for id, draft in shelf.drafts.items()),
        )

    async def one(self, version: str) -> PackAnswer:
        shelf = await self.shelf.newest()
        pack = self.named(version)
        return PackAnswer(**dict(self._line(pack, shelf)), table=shown(pack.rows))

    def named(self, version: str) -> Pack:
        pack = self.shelf.named(PackVersion(version))
        if pack is None:
            raise NotFound("rule pack")
        return pack

    async def draft(self, pack_id: UUID) -> Drafted:
        shelf = await self.shelf.newest()
        draft = shelf.drafts.get(PackId(pack_id))
        if draft is None:
            raise NotFound("draft")
        return draft

    async def told(self, pack_id: UUID, person: UUID | None, language: str) -> DraftAnswer:
        draft = await self.draft(pack_id)
        found = await asyncio.to_thread(faults, draft.rows, known_laws())
        return DraftAnswer(
            **dict(_draft_line(PackId(pack_id), draft)),
            revision=draft.revision,
            table=shown(draft.rows),
            faults=tuple(_fault(each, self.words, language) for each in found),
            can_undo=bool(draft.before),
            in_force=self.shelf.on(self.today).version,
            redecision=await self.results.last_of(PackId(pack_id)),
            yours=person in draft.editors,
        )

    async def result(self, redecision_id: RedecisionId) -> Result:
        """As far as the view has heard; what has just begun is told by its own stream."""
        if (told := await self.results.of(redecision_id)) is not None:
            return told
        state, _ = await self.redecisions.state(redecision_id)
        if isinstance(state, NotBegun):
            raise NotFound("redecision")
        return Result(
            redecision_id=redecision_id,
            pack_id=state.pack_id,
            revision=state.revision,
            against=state.against,
            total=state.total,
            seen=0,
            changed=0,
            disagreed=0,
            begun_at=state.begun_at,
            finished_at=None,
            groups=(),
        )

    async def redecided(self, pack_id: UUID) -> Redecided | None:
        """What came of the last one that was finished, as its own stream tells."""
        last = await self.results.last_of(PackId(pack_id))
        if last is None:
            return None
        state, _ = await self.redecisions.state(RedecisionId(last.redecision_id))
        if isinstance(state, NotBegun) or not state.finished:
            return None
        return Redecided(state.revision, state.seen, state.changed, state.disagreed)

    def _line(self, pack: Pack, shelf: Shelf) -> PackLine:
        published = {each.pack.version: each.pack_id for each in shelf.published}
        return PackLine(
            version=pack.version,
            pack_id=published.get(pack.version),
            in_force_from=pack.in_force_from,
            in_force=self.shelf.on(self.today).version == pack.version,
            coming=pack.in_force_from > self.today,
            rows=len(pack.rows),
        )


def _draft_line(pack_id: PackId, draft: Drafted) -> DraftLine:
    return DraftLine(
        pack_id=pack_id,
        version=draft.version,
        based_on=draft.based_on,
        editors=tuple(sorted(draft.editors)),
        rows=len(draft.rows),
        edits=draft.revision,
    )


def _fault(found: Rejection, words: Catalogue, language: str) -> Fault:
    told: dict[str, Any] = found.details
    title, detail = words.words(found.slug, language, told)
    return Fault(
        type=found.slug,
        title=title,
        detail=detail,
        rule=found.rule,
        row=told.get("row"),
        example=tuple(told.get("example", "").split()),
    )

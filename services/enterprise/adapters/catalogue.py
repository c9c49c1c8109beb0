"""The workstation's catalogue: a file of the bureau, read once, with the line of every mistake left to YAML."""

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from services.enterprise.inspections.rules.entitlement import PublishedItem
from shared.kernel import ItemCode, UnitCode


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(_Part):
    zh: str
    en: str


class Entry(_Part):
    code: str = Field(pattern="^[a-z_]+$", max_length=40)
    title: Title


class InspectionEntry(Entry):
    units: tuple[str, ...]
    ground: Title | None = None
    yearly_cap: int = Field(ge=0, le=52)


class Catalogue(_Part):
    """Raises pydantic's ValidationError for a file that nobody could work with: the start stops there."""

    version: str
    checklist: tuple[Entry, ...]
    inspection_items: tuple[InspectionEntry, ...]
    first_offence: tuple[Entry, ...]
    hazards: tuple[Entry, ...]

    @property
    def questions(self) -> frozenset[ItemCode]:
        return frozenset(ItemCode(entry.code) for entry in self.checklist)

    @property
    def forgivable(self) -> frozenset[ItemCode]:
        return frozenset(ItemCode(entry.code) for entry in self.first_offence)

    @property
    def hazard_codes(self) -> frozenset[ItemCode]:
        return self.forgivable | {ItemCode(entry.code) for entry in self.hazards}

    def item(self, code: str) -> PublishedItem | None:
        """None: no such item was published."""
        return self._items.get(ItemCode(code))

    @property
    def _items(self) -> Mapping[ItemCode, PublishedItem]:
        return {
            ItemCode(entry.code): PublishedItem(
                ItemCode(entry.code),
                frozenset(UnitCode(unit) for unit in entry.units),
                entry.ground is not None,
                entry.yearly_cap,
            )
            for entry in self.inspection_items
        }


def load_catalogue(path: Path) -> Catalogue:
    return Catalogue.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

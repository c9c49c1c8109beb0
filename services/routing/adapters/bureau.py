"""The bureau in words: names of units, names of places, and the demo's directory."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import yaml
from pydantic import BaseModel, ConfigDict

from services.routing.directory.decider import DirectoryCommand, ListGrid, ListOfficer, ListUnit
from services.routing.directory.places import normalised
from shared.contracts.codes import Role, UnitKind
from shared.kernel import GridCode, PersonId, UnitCode, derive_id

DEMO_NAMESPACE = uuid5(NAMESPACE_URL, "urn:lounge:demo-people")


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UnitEntry(_Closed):
    kind: UnitKind
    name: str
    parent: UnitCode | None = None


class OfficerEntry(_Closed):
    unit: UnitCode
    roles: tuple[Role, ...]
    deputy: str | None = None


class GridEntry(_Closed):
    unit: UnitCode
    owner: str
    deputy: str | None = None
    places: tuple[str, ...] = ()


class Bureau(_Closed):
    first_day: date
    units: Mapping[UnitCode, UnitEntry]
    officers: Mapping[str, OfficerEntry] = {}
    grids: Mapping[GridCode, GridEntry] = {}

    @property
    def gazetteer(self) -> dict[str, GridCode]:
        return {normalised(place): code for code, grid in self.grids.items() for place in grid.places}

    def listings(self, at: datetime) -> Iterator[DirectoryCommand]:
        """The demo's directory as wishes, units before those who work there."""
        for code, unit in self.units.items():
            yield ListUnit(code=code, kind=unit.kind, parent=unit.parent, first_day=self.first_day, at=at)
        for login, officer in self.officers.items():
            yield ListOfficer(
                person=demo_person(login),
                unit=officer.unit,
                roles=officer.roles,
                deputy=demo_person(officer.deputy) if officer.deputy else None,
                first_day=self.first_day,
                at=at,
            )
        for grid_code, grid in self.grids.items():
            yield ListGrid(
                code=grid_code,
                unit=grid.unit,
                owner=demo_person(grid.owner),
                deputy=demo_person(grid.deputy) if grid.deputy else None,
                first_day=self.first_day,
                at=at,
            )


def demo_person(login: str) -> PersonId:
    """The id under which the embedded issuer knows a demo person."""
    return PersonId(derive_id(DEMO_NAMESPACE, login))


def read_bureau(path: Path) -> Bureau:
    return Bureau.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

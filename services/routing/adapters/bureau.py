"""The bureau in words: names of units, and the demo's directory."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import yaml
from pydantic import BaseModel, ConfigDict

from services.routing.directory.commands import ListAuxiliary, ListGrid, ListHead, Listing, ListOfficer, ListUnit
from services.routing.directory.facts import Seat
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
    auxiliary: str | None = None


class Bureau(_Closed):
    first_day: date
    units: Mapping[UnitCode, UnitEntry]
    officers: Mapping[str, OfficerEntry] = {}
    grids: Mapping[GridCode, GridEntry] = {}
    heads: Mapping[GridCode, Mapping[Seat, str]] = {}

    def listings(self, at: datetime) -> Iterator[Listing]:
        """The demo's directory as wishes, units before those who work there, grids before who walks them."""
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
        yield from self._of_grids(at)

    def _of_grids(self, at: datetime) -> Iterator[Listing]:
        for code, grid in self.grids.items():
            if grid.auxiliary is not None:
                auxiliary = demo_person(grid.auxiliary)
                yield ListAuxiliary(grid=code, auxiliary=auxiliary, first_day=self.first_day, at=at)
        for code, heads in self.heads.items():
            for seat, login in heads.items():
                yield ListHead(grid=code, seat=seat, person=demo_person(login), first_day=self.first_day, at=at)


def demo_person(login: str) -> PersonId:
    """The id under which the embedded issuer knows a demo person."""
    return PersonId(derive_id(DEMO_NAMESPACE, login))


def read_bureau(path: Path) -> Bureau:
    return Bureau.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

"""The directory's answer for one request, as the facts that a decision takes."""

from datetime import datetime

from services.routing.decisions.rules.owners import Assignment, Roster
from services.routing.directory.resolving import Fit, Snapshot, fit_in_unit, resolve
from services.routing.directory.store import DirectoryReader
from shared.contracts.codes import Channel, UnitKind
from shared.kernel import GridCode, UnitCode


class Rosters:
    """`desk` is who looks while the directory names no lounge."""

    def __init__(self, directory: DirectoryReader, desk: UnitCode) -> None:
        self._directory = directory
        self._desk = desk
        self._today: Snapshot | None = None
        self._rosters: dict[GridCode | None, Roster] = {}

    async def on(self, instant: datetime, grid: GridCode | None) -> Roster:
        today = await self._directory.on(instant)
        if today is not self._today:
            self._today = today
            self._rosters.clear()
        if (roster := self._rosters.get(grid)) is None:
            roster = self._rosters[grid] = self._roster(today, grid)
        return roster

    def _roster(self, today: Snapshot, grid: GridCode | None) -> Roster:
        desk = _desk_of(today, self._desk)
        return Roster(
            desk=desk,
            investigators=today.first_unit(UnitKind.ECONOMIC) or today.first_unit(UnitKind.CRIMINAL) or desk,
            by_channel={channel: _assignment(fit) for channel in Channel if (fit := resolve(today, channel, grid))},
        )

    async def of_unit(self, instant: datetime, unit: UnitCode, channel: Channel) -> Assignment:
        """The people of a unit that somebody chose; none when it is unknown on that day."""
        return _assignment(fit_in_unit(await self._directory.on(instant), unit, channel))

    async def desk(self, instant: datetime) -> UnitCode:
        return _desk_of(await self._directory.on(instant), self._desk)


def _desk_of(today: Snapshot, otherwise: UnitCode) -> UnitCode:
    return today.first_unit(UnitKind.LOUNGE) or otherwise


def _assignment(fit: Fit) -> Assignment:
    return Assignment(fit.unit, fit.officers)

"""The directory's answer for one request, as the facts that a decision takes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.routing.decisions.loads import Loads
from services.routing.decisions.rules.complaints import Barred
from services.routing.decisions.rules.owners import Assignment, Roster
from services.routing.directory.belonging import belonging, units_below
from services.routing.directory.resolving import Fit, Snapshot, fit_in_unit, least_loaded, resolve
from services.routing.directory.store import DirectoryReader
from shared.contracts.codes import Channel, UnitKind
from shared.eventstore.onecall import histories_of_this_call
from shared.kernel import GridCode, UnitCode

THIS_DAY = "routing.directory of the day"


class Rosters:
    """`desk` is who looks while the directory names no lounge."""

    def __init__(self, directory: DirectoryReader, desk: UnitCode, loads: Loads) -> None:
        self._directory = directory
        self._desk = desk
        self._loads = loads
        self._today: Snapshot | None = None
        self._rosters: dict[GridCode | None, Roster] = {}
        self._equals: dict[GridCode | None, dict[Channel, Fit]] = {}
        """Where several would do equally well, so that what they have in hand decides."""

    async def on(self, instant: datetime, grid: GridCode | None) -> Roster:
        today = await self._on(instant)
        if today is not self._today:
            self._today = today
            self._rosters.clear()
            self._equals.clear()
        if (roster := self._rosters.get(grid)) is None:
            roster = self._rosters[grid] = self._roster(today, grid)
        return await self._weighed(today, roster, self._equals[grid])

    async def _weighed(self, today: Snapshot, roster: Roster, equals: Mapping[Channel, Fit]) -> Roster:
        if not equals:
            return roster
        loads = await self._loads.of(sorted({person for fit in equals.values() for person in fit.equals}))
        weighed = {channel: _assignment(least_loaded(today, fit, loads, channel)) for channel, fit in equals.items()}
        return replace(roster, by_channel={**roster.by_channel, **weighed})

    def _roster(self, today: Snapshot, grid: GridCode | None) -> Roster:
        desk = _desk_of(today, self._desk)
        fits = {channel: fit for channel in Channel if (fit := resolve(today, channel, grid))}
        self._equals[grid] = {channel: fit for channel, fit in fits.items() if len(fit.equals) > 1}
        return Roster(
            desk=desk,
            investigators=today.first_unit(UnitKind.ECONOMIC) or today.first_unit(UnitKind.CRIMINAL) or desk,
            by_channel={channel: _assignment(fit) for channel, fit in fits.items()},
            head=today.first_unit(UnitKind.BUREAU),
        )

    async def of_unit(self, instant: datetime, unit: UnitCode, channel: Channel) -> Assignment:
        """The people of a unit that somebody chose; none when it is unknown on that day."""
        return _assignment(fit_in_unit(await self._on(instant), unit, channel))

    async def belonging(self, instant: datetime, units: frozenset[UnitCode]) -> Barred:
        """R-24: units that a complaint is about, with their parts and their people."""
        today = await self._on(instant)
        found = units_below(today, units)
        return Barred(found, belonging(today, found))

    async def _on(self, instant: datetime) -> Snapshot:
        """Read once in a call: the door asks for the desk, then the act for the roster."""
        read = histories_of_this_call()
        if read is not None and THIS_DAY in read:
            known: Snapshot = read[THIS_DAY]
            return known
        today = await self._directory.on(instant)
        if read is not None:
            read[THIS_DAY] = today
        return today

    async def desk(self, instant: datetime) -> UnitCode:
        return _desk_of(await self._on(instant), self._desk)


def _desk_of(today: Snapshot, otherwise: UnitCode) -> UnitCode:
    return today.first_unit(UnitKind.LOUNGE) or otherwise


def _assignment(fit: Fit) -> Assignment:
    return Assignment(fit.unit, fit.officers, fit.choosing)

"""Who answers above whoever has a request, by the directory of the day."""

from datetime import datetime

from services.routing.decisions.rules.complaints import Barred
from services.routing.decisions.state import DecisionState, Matter
from services.routing.directory.resolving import Snapshot
from services.routing.directory.store import DirectoryReader
from services.routing.watch.commands import Chain
from shared.contracts.codes import Role
from shared.kernel import PersonId, UnitCode

OF_THE_BUREAU = (Role.BUREAU_LEADER, Role.SUPERVISOR)
"""There is one for all units; a station's leader answers for his own alone."""


class Chains:
    def __init__(self, directory: DirectoryReader) -> None:
        self._directory = directory

    async def above(self, decision: DecisionState, at: datetime) -> Chain:
        today = await self._directory.on(at)
        if not isinstance(decision, Matter):
            return chain_above(today, None, Barred())
        holder = decision.holder
        return chain_above(today, holder.unit if holder else None, decision.course.barred)


def chain_above(today: Snapshot, unit: UnitCode | None, barred: Barred) -> Chain:
    """R-24: nobody is told of a complaint about himself or his unit."""
    chain: dict[Role, PersonId] = {}
    for role in (Role.STATION_LEADER, *OF_THE_BUREAU):
        for person in today.with_roles((role,)):
            at_home = today.officers[person].unit
            if person in barred.people or at_home in barred.units:
                continue
            if role in OF_THE_BUREAU or at_home == unit:
                chain.setdefault(role, person)
    return chain

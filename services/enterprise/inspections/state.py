"""A firm's plans and visits of one year, as the rules need them."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum

from services.enterprise.firms.decider import FirmId
from services.enterprise.inspections.facts import Finding, InspectionId, PlanId
from shared.kernel import ItemCode, TextRef, UnitCode, state, value


class PlanState(StrEnum):
    PLANNED = "PLANNED"
    MERGED = "MERGED"
    WITHDRAWN = "WITHDRAWN"
    VOID = "VOID"
    """The firm's objection to its visit was upheld."""


@value
class Plan:
    unit: UnitCode
    item: ItemCode
    begins: date
    ends: date
    stands: PlanState = PlanState.PLANNED

    @property
    def counts(self) -> bool:
        """Towards the yearly cap."""
        return self.stands in (PlanState.PLANNED, PlanState.MERGED)


@value
class Objection:
    reason: TextRef
    upheld: bool | None = None
    """None: nobody has decided."""


@value
class Inspection:
    plans: tuple[PlanId, ...]
    units: tuple[UnitCode, ...]
    begins: date
    ends: date
    on: date
    objection: Objection | None = None
    reports: Mapping[UnitCode, Finding] = field(default_factory=dict)
    held: bool = False

    @property
    def cancelled(self) -> bool:
        return self.objection is not None and self.objection.upheld is True


@state
class FirmYear:
    firm_id: FirmId | None = None
    year: int = 0
    plans: Mapping[PlanId, Plan] = field(default_factory=dict)
    inspections: Mapping[InspectionId, Inspection] = field(default_factory=dict)

"""Which service publishes which contracts: how a record's type becomes a class."""

from shared.contracts import (
    doors,
    enterprise,
    followups,
    handling,
    inquiries,
    intake,
    matternews,
    mediation,
    notifications,
    orders,
    routing,
    samematter,
    sweeps,
    transfers,
    vault,
)
from shared.contracts.base import Contract, record_type

_HANDLING: tuple[type[Contract], ...] = (
    handling.HandlingOfferedV1,
    handling.HandlingSignedV1,
    handling.FirstResponseV1,
    handling.HandlingStartedV1,
    handling.HandlingReturnedV1,
    handling.OutcomeReportedV1,
    handling.DutyPerformedV1,
    handling.DutyDefaultedV1,
)


def _of(module: object) -> tuple[type[Contract], ...]:
    found = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Contract)]
    return tuple(cls for cls in found if cls.__module__ == module.__name__)  # type: ignore[attr-defined]


PUBLISHED: dict[str, tuple[type[Contract], ...]] = {
    "intake": (*_of(intake), *_of(doors), *_of(inquiries), *_of(samematter)),
    "routing": _of(routing),
    "mediation": (*_HANDLING, *_of(mediation)),
    "enterprise": (*_HANDLING, *_of(enterprise)),
    "workorders": (*_HANDLING, *_of(orders), *_of(sweeps), *_of(transfers)),
    "notifications": (*_of(notifications), *_of(followups), *_of(matternews)),
    "vault": _of(vault),
}

BY_TYPE: dict[str, type[Contract]] = {
    record_type(service, cls.fact, cls.version): cls for service, classes in PUBLISHED.items() for cls in classes
}

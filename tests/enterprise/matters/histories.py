"""What a history says of a matter, read event by event and not by the code under test."""

from services.enterprise.matters.facts import GateNoted, Kind, MatterEvent, MatterOffered, MatterSigned
from shared.contracts.codes import Flag, Gate
from shared.kernel import RuleId


def gates(events: list[MatterEvent]) -> dict[Gate, RuleId]:
    found: dict[Gate, RuleId] = {}
    for event in events:
        if isinstance(event, MatterOffered):
            found |= {known.gate: known.result for known in event.offer.gates}
        if isinstance(event, GateNoted):
            found[event.gate] = event.result
    return found


def kind_of(events: list[MatterEvent]) -> Kind | None:
    return next((event.kind for event in events if isinstance(event, MatterSigned)), None)


def flags_of(events: list[MatterEvent]) -> tuple[Flag, ...]:
    return next((event.offer.flags for event in events if isinstance(event, MatterOffered)), ())


def is_economic(events: list[MatterEvent]) -> bool:
    return kind_of(events) is Kind.CONTRACT_DISPUTE or Flag.CRIME_POSSIBLE in flags_of(events)


def is_about_works(events: list[MatterEvent]) -> bool:
    return kind_of(events) is Kind.OBSTRUCTION or Flag.PROJECT in flags_of(events)

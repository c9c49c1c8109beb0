"""One person of the vault: by what they were recognised, and that their data were erased (R-40)."""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from shared.kernel import Decider, PersonId, Rejection, RuleId, command, fact, state


class Identifier(StrEnum):
    """What a person can be recognised by; an e-mail address or a name alone never is."""

    ID_NUMBER = "id_number"
    PHONE = "phone"


# ── facts ────────────────────────────────────────────────────────────────
@fact("person_identified")
class PersonIdentified:
    person: PersonId
    by: Identifier | None
    """None: nothing verifiable was given, and the id lives for one request only."""
    occurred_at: datetime


@fact("person_erased")
class PersonErased:
    person: PersonId
    items: int
    occurred_at: datetime


PersonEvent = PersonIdentified | PersonErased


# ── wishes ───────────────────────────────────────────────────────────────
@command
class Identify:
    person: PersonId
    by: Identifier | None
    at: datetime


@command
class ErasePerson:
    person: PersonId
    items: int
    """How many items the same transaction destroys."""
    at: datetime


PersonCommand = Identify | ErasePerson


# ── states ───────────────────────────────────────────────────────────────
@state
class Unknown:
    pass


@state
class Known:
    pass


@state
class Erased:
    """Nothing is left. The same identifier brings the same id back, with new data only."""


PersonState = Unknown | Known | Erased


class PersonUnknown(Rejection):
    """Nobody of this id ever gave the desk anything."""

    rule = RuleId("R-40")


def evolve(state: PersonState, event: PersonEvent) -> PersonState:
    match event:
        case PersonIdentified():
            return Known()
        case PersonErased():
            return Erased()
        case _:
            assert_never(event)


def decide(command: PersonCommand, state: PersonState) -> tuple[PersonEvent, ...]:
    match command:
        case Identify():
            if isinstance(state, Known):
                return ()
            return (PersonIdentified(person=command.person, by=command.by, occurred_at=command.at),)
        case ErasePerson():
            return _erase(command, state)
        case _:
            assert_never(command)


def _erase(command: ErasePerson, state: PersonState) -> tuple[PersonEvent, ...]:
    # Staff own notes without ever having been identified here: their items alone make them known.
    if command.items == 0 and isinstance(state, Unknown):
        raise PersonUnknown
    if command.items == 0 and isinstance(state, Erased):
        return ()
    return (PersonErased(person=command.person, items=command.items, occurred_at=command.at),)


person_decider: Decider[PersonCommand, PersonState, PersonEvent] = Decider(Unknown(), decide, evolve)

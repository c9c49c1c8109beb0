"""How somebody stands to a firm, in the words of the access table."""

from collections.abc import Mapping

from services.enterprise.firms.decider import Firm, liaison_on
from services.enterprise.firms.rules.credit_code import CreditCodeMalformed, read_credit_code
from services.enterprise.firms.store import FirmHandler, firm_of_code
from shared.contracts.codes import Relation, Role
from shared.kernel import BUREAU_ZONE, Actor, Clock, NotFound
from shared.web import Relate
from shared.web.clerk import id_in

SEE_EVERY_STUB = frozenset({Role.BUREAU_LEADER, Role.AUDITOR, Role.OPERATOR})
"""Roles that read something of everything; a row of a list holds ids, codes and times only (L1)."""


def of_firm(firms: FirmHandler, clock: Clock) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        state, _ = await firms.state(id_in(path, "firm_id"))
        if not isinstance(state, Firm):
            raise NotFound("firm")
        return to_firm(actor, state, clock)

    return relate


def of_code(firms: FirmHandler, clock: Clock) -> Relate:
    """A department may know which firm a number is: its plan is about it (R-44, the minimum)."""

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        try:
            code = read_credit_code(path["credit_code"])
        except CreditCodeMalformed:
            raise NotFound("firm") from None
        state, _ = await firms.state(firm_of_code(code))
        if not isinstance(state, Firm):
            raise NotFound("firm")
        found = to_firm(actor, state, clock)
        return found | {Relation.TASK} if Role.DEPARTMENT_CLERK in actor.roles else found

    return relate


def to_firm(actor: Actor, firm: Firm, clock: Clock) -> frozenset[Relation]:
    found: set[Relation] = set()
    if actor.person is not None and actor.person in firm.members:
        # Whoever speaks for a firm is its member in whatever he does to it, and an officer of nothing there.
        return frozenset({Relation.OWN_FIRM})
    if actor.unit is not None and actor.unit == firm.unit:
        found.add(Relation.OWN_UNIT)
    if actor.person is not None and actor.person == liaison_on(firm, clock.now().astimezone(BUREAU_ZONE).date()):
        found.add(Relation.OWN)
    return frozenset(found)


async def of_own_unit(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """What an officer of the workstation begins is his unit's; so are its lists."""
    return frozenset({Relation.OWN_UNIT}) if actor.unit and Role.ENTERPRISE_OFFICER in actor.roles else frozenset()


async def of_lists(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """To the rows that the query leaves: his firms', his unit's, his own, his department's tasks."""
    return frozenset({Relation.OWN, Relation.OWN_UNIT, Relation.OWN_FIRM, Relation.TASK})


def sees_everything(actor: Actor) -> bool:
    return bool(SEE_EVERY_STUB & set(actor.roles))

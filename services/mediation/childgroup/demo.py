"""The group of a demo desk: invented people of the embedded issuer."""

from datetime import date
from typing import Final

from services.mediation.childgroup.decider import AdmitMember, Term
from services.mediation.childgroup.store import THE_GROUP, GroupHandler
from services.mediation.mediators.demo import DEMO_NAMESPACE
from shared.contracts.codes import Role
from shared.kernel import SYSTEM, Clock, Context, PersonId, derive_id

FIRST_DAY: Final = date(2025, 1, 1)
MEMBERS: Final = {
    "child_officer": Role.CHILD_OFFICER,
    "station_leader": Role.STATION_LEADER,
    "counsellor": Role.COUNSELLOR,
}


async def admit_demo_members(groups: GroupHandler, clock: Clock) -> None:
    """Whoever is known already stays as he is: a dismissal outlives a restart."""
    group, _ = await groups.state(THE_GROUP)
    for login, part in MEMBERS.items():
        person = PersonId(derive_id(DEMO_NAMESPACE, login))
        if person in group.members:
            continue
        wish = AdmitMember(person=person, term=Term(part, FIRST_DAY, None), by=None, by_role=None, at=clock.now())
        await groups.handle(THE_GROUP, wish, Context(actor=SYSTEM))

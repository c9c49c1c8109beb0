"""The rules that guard every act, by name: an argument of the decider, so that a test may take one away and be seen
to notice it."""

from collections.abc import Callable
from typing import Final

from services.mediation.cases.commands import OpenSession
from services.mediation.cases.refusals import StillUnderReview
from services.mediation.cases.rules.channels import require_gates
from services.mediation.cases.rules.consent import require_consents, require_guardian
from services.mediation.cases.rules.hosts import require_host
from services.mediation.cases.rules.police import require_police_session
from services.mediation.cases.state import Open
from services.mediation.cases.values import LeadGround, Limit
from services.mediation.channels.commands import HandOver, Official, PanelSeen
from services.mediation.channels.rules.economic import require_firm_consent
from services.mediation.channels.rules.leads import lead_ground
from services.mediation.channels.rules.limits import counted_on
from services.mediation.channels.rules.quorum import require_quorum
from services.mediation.channels.rules.remote import require_remote
from services.mediation.channels.rules.violence import require_peace
from shared.kernel import Rejection, RuleId, value


def require_open_gates(case: Open) -> None:
    """R-18, R-28, R-32, R-02: what the gates of the case say today."""
    require_gates(case.flags, case.gates)


@value
class Law:
    gates: Callable[[Open], None] = require_open_gates
    peace: Callable[[Open], None] = require_peace
    consents: Callable[[Open], None] = require_consents
    guardian: Callable[[Open], None] = require_guardian
    firm_consent: Callable[[Open], None] = require_firm_consent
    remote: Callable[[Open, OpenSession], None] = require_remote
    host: Callable[[Open, Official], None] = require_host
    police_session: Callable[[Open, OpenSession], None] = require_police_session
    quorum: Callable[[PanelSeen | None], None] = require_quorum
    lead: Callable[[HandOver, Open], tuple[LeadGround, RuleId]] = lead_ground
    time: Callable[[Open, tuple[Limit, ...]], tuple[Limit, ...]] = counted_on


IN_FORCE: Final = Law()


def require_free_to_agree(case: Open, law: Law = IN_FORCE) -> None:
    """R-18, R-28, R-32, R-02, R-10, R-06: what keeps people from the table keeps them from agreeing at it."""
    law.gates(case)
    law.peace(case)
    law.guardian(case)


def require_free_to_agree_quietly(case: Open) -> None:
    """What a party asks for itself: the refusal tells nothing of the other side."""
    try:
        require_free_to_agree(case)
    except Rejection:
        raise StillUnderReview from None

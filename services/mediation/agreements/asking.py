"""What a party may do next about a confirmation: tried on the present state, as every other step."""

from collections.abc import Mapping
from datetime import datetime

from services.mediation.agreements.commands import FileConfirmation, JoinConfirmation
from services.mediation.agreements.decider import agreement_decider
from services.mediation.agreements.facts import Scope
from services.mediation.agreements.state import Confirming, InEffect
from services.mediation.cases.facts import OwnWay
from shared.kernel import PersonId, Rejection

Tried = tuple[Rejection | None, bool]
"""Why not yet, and whether it is done already."""


def confirmation_steps(agreement: InEffect, party: PersonId | None, at: datetime) -> Mapping[str, Tried]:
    """Nothing where no court confirms; a tie between persons leaves only what is to be paid or done."""
    if party is None or agreement.confirmation.due is None or agreement.confirmation.at is not Confirming.NOT_ASKED:
        return {}
    scope = Scope.DUTIES if agreement.identity_relation else Scope.WHOLE
    return {
        "join_confirmation": _try(JoinConfirmation(party=party, scope=scope, how=OwnWay.SIGNED_IN, at=at), agreement),
        "file_confirmation": _try(FileConfirmation(scope=scope, acceptance_due=at, at=at), agreement),
    }


def _try(wish: JoinConfirmation | FileConfirmation, agreement: InEffect) -> Tried:
    try:
        return None, not agreement_decider.decide(wish, agreement)
    except Rejection as refusal:
        return refusal, False

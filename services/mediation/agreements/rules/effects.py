"""Which paper a channel may end in, what it is worth, and what follows when it is broken (R-04, R-10, R-58 to R-61)."""

from enum import StrEnum
from typing import Final

from shared.contracts.codes import Channel, Effect, Product

EFFECT_OF: Final = {
    Product.POLICE_AGREEMENT: Effect.ENDS_PENALTY,
    Product.ON_SPOT_RECORD: Effect.ENDS_PENALTY,
    Product.PM_AGREEMENT: Effect.BINDING_CONTRACT,
    Product.PM_ORAL_RECORD: Effect.BINDING_CONTRACT,
    Product.IM_AGREEMENT: Effect.BINDING_CONTRACT,
    Product.IM_SETTLEMENT: Effect.ORDINARY_CONTRACT,
    Product.PRE_SUIT_AGREEMENT: Effect.BINDING_CONTRACT,
    Product.COURT_PAPER: Effect.ENFORCEABLE,
}

WITHOUT_PAPER: Final = frozenset({Product.ON_SPOT_RECORD, Product.PM_ORAL_RECORD})
"""They stand on a record or a recording, so that must exist first."""

CONFIRMABLE: Final = frozenset({Effect.BINDING_CONTRACT})
"""What a court confirms on joint application (R-13); an ordinary contract is not confirmed (R-60)."""


def products_of(channel: Channel, body_listed: bool, suit_filed: bool) -> frozenset[Product]:
    """Papers are not interchangeable: a body off the list gives an ordinary contract, a filed suit ends before the
    court alone."""
    match channel:
        case _ if suit_filed and channel is not Channel.JM:
            return frozenset()
        case Channel.PSM:
            return frozenset({Product.POLICE_AGREEMENT, Product.ON_SPOT_RECORD})
        case Channel.PM:
            return frozenset({Product.PM_AGREEMENT, Product.PM_ORAL_RECORD})
        case Channel.IM:
            return frozenset({Product.IM_AGREEMENT if body_listed else Product.IM_SETTLEMENT})
        case Channel.JM:
            return frozenset({Product.COURT_PAPER if suit_filed else Product.PRE_SUIT_AGREEMENT})
        case _:
            return frozenset()


class NextRung(StrEnum):
    """What the desk owes the parties after a default."""

    PENALTY_PROCEDURE_AND_SUIT = "penalty_procedure_and_suit"
    SUIT_ON_AGREEMENT = "suit_on_agreement"
    SUIT_ON_CONTRACT = "suit_on_contract"
    ENFORCEMENT = "enforcement"


RUNG_AFTER: Final = {
    Effect.ENDS_PENALTY: NextRung.PENALTY_PROCEDURE_AND_SUIT,
    Effect.BINDING_CONTRACT: NextRung.SUIT_ON_AGREEMENT,
    Effect.ORDINARY_CONTRACT: NextRung.SUIT_ON_CONTRACT,
    Effect.ENFORCEABLE: NextRung.ENFORCEMENT,
}

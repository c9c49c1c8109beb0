"""Which paper a channel may end in, what it is worth, and what follows when it is broken (R-04, R-10, R-58, R-59)."""

from enum import StrEnum
from typing import Final

from shared.contracts.codes import Channel, Effect, Product

EFFECT_OF: Final = {
    Product.POLICE_AGREEMENT: Effect.ENDS_PENALTY,
    Product.ON_SPOT_RECORD: Effect.ENDS_PENALTY,
    Product.PM_AGREEMENT: Effect.BINDING_CONTRACT,
    Product.PM_ORAL_RECORD: Effect.BINDING_CONTRACT,
}

PRODUCTS_OF: Final = {
    Channel.PSM: frozenset({Product.POLICE_AGREEMENT, Product.ON_SPOT_RECORD}),
    Channel.PM: frozenset({Product.PM_AGREEMENT, Product.PM_ORAL_RECORD}),
}

WITHOUT_PAPER: Final = frozenset({Product.ON_SPOT_RECORD, Product.PM_ORAL_RECORD})
"""They stand on a record or a recording, so that must exist first."""


class NextRung(StrEnum):
    """What the desk owes the parties after a default."""

    PENALTY_PROCEDURE_AND_SUIT = "penalty_procedure_and_suit"
    SUIT_ON_AGREEMENT = "suit_on_agreement"


RUNG_AFTER: Final = {
    Effect.ENDS_PENALTY: NextRung.PENALTY_PROCEDURE_AND_SUIT,
    Effect.BINDING_CONTRACT: NextRung.SUIT_ON_AGREEMENT,
}

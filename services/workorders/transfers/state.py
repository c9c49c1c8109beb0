"""Where a transfer stands. "Answered and never sent" cannot be written."""

from services.workorders.transfers.facts import Late, Offer, TransferAnswered, TransferEnd, TransferSent
from shared.kernel import PersonId, UnitCode, state


@state
class Unoffered:
    pass


@state
class Waiting:
    """Nobody has sent it yet."""

    offer: Offer
    acted: bool = False
    overdue: frozenset[Late] = frozenset()


@state
class Out:
    offer: Offer
    owner: PersonId
    sent: TransferSent | None = None
    """None only between the facts of one act."""
    received: bool = False
    answered: TransferAnswered | None = None
    overdue: frozenset[Late] = frozenset()

    @property
    def body(self) -> UnitCode | None:
        return self.sent.to.code if self.sent else None


@state
class Ended:
    offer: Offer
    by: TransferEnd
    owner: PersonId | None
    body: UnitCode | None
    answered: TransferAnswered | None = None


TransferState = Unoffered | Waiting | Out | Ended

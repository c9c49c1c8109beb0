"""Why a partner agency does not get what it asked for."""

from shared.kernel import Rejection


class ContractMissing(Rejection):
    """R-41: without a contract in force an agency gets nothing."""

    rule = "R-41"


class PurposeNotShared(Rejection):
    """R-44: this kind of agency has no part in this purpose."""

    rule = "R-44"


class BeyondPurpose(Rejection):
    """R-37: asked for facts or places beyond what the purpose needs. `beyond`: how many."""

    rule = "R-37"


class EndpointMissing(Rejection):
    """A webhook has no address, or an address has no webhook."""


class SubscriptionIsOver(Rejection):
    """It was ended; a new one can be opened."""


class NothingToReplay(Rejection):
    """There is no delivery after this number. `made`: the last one."""


class DeliveriesGone(Rejection):
    """What was asked for is no longer kept. `oldest`: the first number that is."""


class WebhookMissing(Rejection):
    """There is no webhook to send to."""


class TopicsNotOffered(Rejection):
    """This bureau has no Kafka for partners."""

"""What the pages of partner agencies' developers are given."""

from datetime import datetime

from services.portal.pages.contexts.frame import Choice, Tone
from shared.kernel import value


@value
class PurposeLine:
    code: str
    name: str
    means: str
    ground: str
    rule: str
    facts: tuple[tuple[str, str], ...]
    """Type and fields of each fact."""
    document_url: str


@value
class SubscriptionLine:
    url: str
    agency: str
    purpose: str
    way: str
    standing: str
    tone: Tone
    made: int
    behind: int


@value
class DevelopersView:
    """developers/index.html"""

    agency: str
    """Empty for whoever does not act for an agency."""
    contract: str
    until: str
    in_force: bool
    purposes: tuple[PurposeLine, ...]
    subscriptions: tuple[SubscriptionLine, ...]
    choices: tuple[Choice, ...]
    url: str = ""
    """As it was typed."""


@value
class DeliveryLine:
    number: int
    fact: str
    made_at: datetime
    standing: str
    tone: Tone
    answer: str
    tries: int
    resend_url: str
    """Empty where there is nothing to send to."""


@value
class SubscriptionView:
    """developers/subscription.html"""

    url: str
    code: str
    purpose: str
    way: str
    standing: str
    tone: Tone
    failing_since: datetime | None
    next_try: datetime | None
    answer: str
    made: int
    sent: int
    on_topic: int
    oldest: int
    secret_version: int
    both_until: datetime | None
    feed_url: str
    stream_url: str
    has_webhook: bool
    has_topic: bool
    is_mine: bool
    """Whether the reader acts for the agency, and not for the bureau."""
    is_over: bool
    rests: bool
    """Paused or given up: it can be started again."""
    deliveries: tuple[DeliveryLine, ...]
    older_url: str
    after: str = ""


@value
class SecretView:
    """developers/secret.html"""

    title: str
    secret: str
    both_until: datetime | None
    back_url: str

"""How long a letter is tried: pauses grow, and after three days somebody has to call."""

from datetime import datetime, timedelta

from services.notifications.contacts.facts import Failure

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
"""The last one repeats."""
LONGEST = timedelta(days=3)
HOPELESS = frozenset({Failure.REFUSED, Failure.NO_ADDRESS})


def next_try(failure: Failure, tries: int, first: datetime, at: datetime) -> datetime | None:
    """When to try again after `tries` in vain, the first of them at `first`; None: not again."""
    if failure in HOPELESS:
        return None
    again = at + PAUSES[min(tries, len(PAUSES)) - 1]
    return again if again <= first + LONGEST else None

"""How long a partner's endpoint is tried: pauses grow to six hours, and after five days a person has to call."""

from datetime import datetime, timedelta

from services.notifications.subscriptions.facts import Failure

PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""The last one repeats. A proposal."""
LONGEST = timedelta(days=5)
MOST_PATIENCE = timedelta(hours=6)


def next_try(
    failure: Failure | None, tries: int, first: datetime, at: datetime, patience: int | None
) -> datetime | None:
    """When to try again after `tries` in vain, the first of them at `first`; None: not again."""
    if failure is Failure.GONE:
        return None
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    if patience is not None:
        pause = max(pause, min(timedelta(seconds=patience), MOST_PATIENCE))
    again = at + pause
    return again if again <= first + LONGEST else None

"""Why something did not happen, by type: a rule said no, a version was stale, a thing is absent, history is broken."""

import re
from typing import ClassVar

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Rejection(Exception):
    """A rule of the desk said no. `rule` cites the law (R-id) where one demands it.

    Keyword arguments become attributes: what the reader needs to know (who is missing, until when).
    Words in Chinese and English stand in the catalogue of `shared.web.problems` under `slug`.
    """

    rule: ClassVar[str | None] = None

    def __init__(self, **details: object) -> None:
        super().__init__(type(self).__name__)
        self.details = details

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.slug = _CAMEL.sub("-", cls.__name__).lower()

    slug: ClassVar[str] = "rejection"

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.slug}({told})"


class NotFound(Exception):
    """The thing does not exist (here, or not yet)."""


class ConcurrencyConflict(Exception):
    """Somebody else appended to the stream first."""


class Unavailable(Exception):
    """Something outside (a database, a service) is down. Whoever can wait, waits and tries again."""


class NotThereYet(Exception):
    """Another service's record has not arrived: two services' records have no order between them."""


class CorruptHistory(Exception):
    """A stream contradicts itself. The reader stops; nothing is skipped."""


class UnknownFact(CorruptHistory):
    """A stored name that no code of this version knows."""

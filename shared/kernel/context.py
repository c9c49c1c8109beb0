"""Who acts, and what caused it."""

from uuid import UUID

from shared.kernel.facts import value
from shared.kernel.ids import PersonId, RequestId, UnitCode


@value
class Actor:
    """`role` is a code of codes.yaml, or `system` for timers and reactions, `anonymous` before sign-in."""

    role: str
    person: PersonId | None = None
    unit: UnitCode | None = None
    roles: frozenset[str] = frozenset()
    """Every role the person holds; `role` is the one acted in."""
    about: RequestId | None = None
    """Set when a code and PIN, not a sign-in, opened the door: the one request they open."""


SYSTEM = Actor(role="system")


@value
class Context:
    actor: Actor
    trace: str | None = None
    """W3C traceparent of the span that acts."""
    causation: UUID | None = None
    """Id of the record or event that caused this."""

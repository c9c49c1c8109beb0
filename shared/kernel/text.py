"""A text that somebody typed, as events see it: where it lies, and the commitment that proves what it was."""

from uuid import UUID

from shared.kernel.facts import value
from shared.kernel.ids import Digest


@value
class TextRef:
    item: UUID
    """The vault's item."""
    commitment: Digest
    """HMAC-SHA-256(content salt, UTF-8 of the text); the salt lies in the vault and dies with the key."""

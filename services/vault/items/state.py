"""What is known of the items of one stream. The texts are not here."""

from collections.abc import Mapping
from uuid import UUID

from services.vault.items.facts import ItemKind
from services.vault.items.rules.openings import Opening
from shared.contracts.codes import DataLevel, Role
from shared.kernel import Digest, PersonId, RequestId, state


@state
class Held:
    """An item as it was sealed; `erased` items stay known, so that a reference never dangles."""

    kind: ItemKind
    level: DataLevel
    owner: PersonId | None
    commitment: Digest
    erased: bool = False


@state
class Empty:
    pass


@state
class Holding:
    request_id: RequestId | None
    held: Mapping[UUID, Held]
    opened: frozenset[tuple[UUID, Role]] = frozenset()
    """Items released to the host of the case, by his role."""
    withheld: frozenset[tuple[UUID, Role]] = frozenset()
    openings: tuple[Opening, ...] = ()


ItemState = Empty | Holding

"""Which texts of a request its host may be given, above the level of his role (R-10, R-15, R-36, R-38).

A mediator outside the police reads L2, and what the dispute is about was typed at L3. Once somebody is accountable for
the case, exactly these texts are opened to exactly this role; the level of the item and the ceiling of the role stay as
they are.
"""

from collections.abc import Mapping
from enum import StrEnum

from services.vault.items.rules.reads import Reader, Service
from shared.contracts.codes import DataLevel, Purpose, Role
from shared.kernel import Rejection, RuleId

RELEASING = Service.MEDIATION
PURPOSE = Purpose.MEDIATION
RECEIVERS = frozenset({Role.PEOPLES_MEDIATOR, Role.INDUSTRY_MEDIATOR, Role.COURT_MEDIATOR})
"""The other party keeps the neutral words: it never gets the requester's own."""

RELEASED_KINDS = frozenset({"title", "narrative"})
"""What was said to one side alone, evidence and contacts are no part of it."""

HIGHEST = DataLevel.L3


class Withheld(StrEnum):
    TOO_SENSITIVE = "too_sensitive"
    """A child's words, sexual content: by an approval of another person or not at all."""


WITHHELD_RULES: Mapping[Withheld, RuleId] = {Withheld.TOO_SENSITIVE: RuleId("R-36")}


class ReleaseNotYours(Rejection):
    """Only the service that runs the case opens its texts."""

    rule = RuleId("R-37")


class ReceiverNotEntitled(Rejection):
    """`role` is no host who needs the claim to do his work."""

    rule = RuleId("R-15")


def require_release(service: Service, role: Role) -> None:
    if service is not RELEASING:
        raise ReleaseNotYours(service=service)
    if role not in RECEIVERS:
        raise ReceiverNotEntitled(role=role)


def withheld(level: DataLevel) -> Withheld | None:
    return Withheld.TOO_SENSITIVE if level > HIGHEST else None


def is_opened_to(reader: Reader, purpose: Purpose, level: DataLevel, receivers: frozenset[Role]) -> bool:
    """The asking service has checked that the reader sits on the panel of this case."""
    return reader.role in receivers and reader.service is RELEASING and purpose is PURPOSE and withheld(level) is None

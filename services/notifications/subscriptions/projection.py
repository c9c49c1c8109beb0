"""What of a record leaves for one agency: by its purpose and filter alone, or nothing. R-37, R-44, R-34."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel

from services.notifications.subscriptions.facts import Grant
from services.notifications.subscriptions.purposes import Purpose
from services.notifications.subscriptions.rules.protection import Known, Sharing, sharing_of
from shared.kernel import ItemCode, UnitCode, derive_id, value

TYPE = "cn.lounge.partner.{fact}.v1"
TAKEN_BACK = "delivery_withdrawn"
TEST = "test"


@value
class Reach:
    """One subscription, as far as it decides what it is told."""

    subscription_id: UUID
    agency: UnitCode
    grant: Grant
    types: frozenset[ItemCode]
    places: frozenset[UnitCode]
    """The contract's, narrowed by the filter."""


@value
class Told:
    """What a delivery says, before it has a number."""

    fact: ItemCode
    subject: UUID
    data: Mapping[str, Any]


def project(
    fact: str,
    body: BaseModel,
    known: Known | None,
    ties: frozenset[UnitCode],
    reach: Reach,
    purpose: Purpose,
    named: frozenset[UnitCode] | None = None,
) -> Told | None:
    """`known`: of its request; None for facts that belong to no request. `ties`: the agencies it was given to.
    `named`: those that this very fact names; what is said to one agency is no other agency's business."""
    fields = purpose.facts.get(ItemCode(fact))
    if fields is None or (reach.types and fact not in reach.types):
        return None
    if "request_id" in type(body).model_fields:
        if known is None or sharing_of(known) is not Sharing.OPEN or known.category not in purpose.categories:
            return None
    elif known is not None:
        return None
    if purpose.scope == "own" and reach.agency not in (ties if named is None else named):
        return None
    if purpose.scope == "place" and (known is None or known.place not in reach.places):
        return None
    data = body.model_dump(mode="json", include=set(fields))
    subject = data.get("request_id") or data.get("firm_id")
    if subject is None:
        return None
    return Told(ItemCode(fact), UUID(subject), data)


def delivery_id(subscription_id: UUID, number: int) -> UUID:
    """The same for each try and each replay: agencies know by it, or by the number, what they have already."""
    return derive_id(subscription_id, "delivery", number)


def written(reach: Reach, number: int, told: Told, at: datetime, division: str) -> bytes:
    """A CloudEvent, byte for byte the same by every way."""
    return orjson.dumps(
        {
            **_envelope(reach.subscription_id, number, told.fact, at, division),
            "subject": str(told.subject),
            "purpose": f"{reach.grant.purpose}/{reach.grant.version}",
            "ground": reach.grant.ground,
            "data": dict(told.data),
        }
    )


def taken_back(subscription_id: UUID, number: int, at: datetime, division: str) -> bytes:
    """What is left of a delivery whose request no partner may know of any more: its number."""
    return orjson.dumps(_envelope(subscription_id, number, TAKEN_BACK, at, division))


def withdrawal(subscription_id: UUID, number: int, withdrawn: Sequence[int], at: datetime, division: str) -> bytes:
    """Says under which numbers an agency got what no partner may know of any more."""
    notice = _envelope(subscription_id, number, TAKEN_BACK, at, division)
    return orjson.dumps({**notice, "data": {"numbers": withdrawn}})


def trial(subscription_id: UUID, at: datetime, division: str, key: UUID) -> bytes:
    """A signed event that says nothing, outside the numbers."""
    event = _envelope(subscription_id, 0, TEST, at, division)
    return orjson.dumps({**event, "id": str(key)})


def _envelope(subscription_id: UUID, number: int, fact: str, at: datetime, division: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(delivery_id(subscription_id, number)),
        "source": f"//{division}/partners",
        "type": TYPE.format(fact=fact),
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "subscription": str(subscription_id),
        "sequence": str(number),
    }

"""Reads of a child's texts that another person approved (R-36), and those that danger opens without waiting.

An opening names one reader, exact items and an end. Who may ask and who may approve is decided by the service that runs
the file; the vault holds that nobody approves for himself and that counselling is never opened by danger alone.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from services.vault.items.rules.reads import Reader, Service
from shared.contracts.codes import DataLevel, Purpose, Role
from shared.kernel import PersonId, Rejection, RuleId, value

OPENING = Service.MEDIATION
PURPOSE = Purpose.CHILD_PROTECTION
LONGEST = timedelta(days=1)
HIGHEST_IN_DANGER = DataLevel.L3
"""What the child or its helper wrote when asking for help; counselling notes are L4 and wait for an approval."""


@value
class Opening:
    items: frozenset[UUID]
    reader: PersonId
    until: datetime


class OpeningNotYours(Rejection):
    """Only the service that runs the child lane opens its texts."""

    rule = RuleId("R-37")


class OwnApproval(Rejection):
    """The approval is another person's."""

    rule = RuleId("R-36")


class OpeningTooLong(Rejection):
    """`longest`: an approval is for the need of a day."""

    rule = RuleId("R-36")


class SealedEvenInDanger(Rejection):
    """`level`: without an approval danger opens the call for help, never counselling."""

    rule = RuleId("R-36")


def require_opening(by: Service, reader: PersonId, approver: PersonId | None, at: datetime, until: datetime) -> None:
    """R-36: another person, for a short time."""
    if by is not OPENING:
        raise OpeningNotYours(service=by)
    if approver == reader:
        raise OwnApproval
    if until > at + LONGEST:
        raise OpeningTooLong(longest=LONGEST)


def require_level(approver: PersonId | None, levels: Iterable[DataLevel]) -> None:
    """R-36: while danger lasts nobody waits for an approval, but only for what was typed to get help."""
    if approver is not None:
        return
    for level in levels:
        if level > HIGHEST_IN_DANGER:
            raise SealedEvenInDanger(level=level)


def is_opened(item: UUID, reader: Reader, purpose: Purpose, at: datetime, openings: Iterable[Opening]) -> bool:
    """Through the service of the lane, for its purpose, by the person named, in time."""
    if reader.person is None or reader.service is not OPENING or purpose is not PURPOSE:
        return False
    return any(item in each.items and each.reader == reader.person and at <= each.until for each in openings)


def is_own_session(reader: Reader, purpose: Purpose, author: PersonId | None) -> bool:
    """A counsellor's own seat: what he wrote himself he may read again."""
    through_the_lane = reader.service is OPENING and purpose is PURPOSE
    return through_the_lane and reader.role is Role.COUNSELLOR and author is not None and reader.person == author

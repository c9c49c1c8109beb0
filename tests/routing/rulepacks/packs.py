"""Who drafts, who publishes, and a row that a bureau might add."""

from datetime import date, datetime
from uuid import UUID

from services.routing.decisions.rules.pack import Change, Conditions, Row, RowReason
from services.routing.rulepacks.decider import (
    AddRow,
    DraftPack,
    MoveRow,
    PublishPack,
    Redecided,
    RemoveRow,
    ReplaceRow,
    UndoEdit,
    rule_pack_decider,
)
from services.routing.rulepacks.desk import known_laws
from services.routing.rulepacks.facts import PackId
from services.routing.rulepacks.shipped import shipped_packs
from shared.contracts.codes import Category, Channel, Flag
from shared.kernel import BUREAU_ZONE, PackVersion, PersonId
from tests.support.spec import Spec

PACK = PackId(UUID(int=1))
OTHER_PACK = PackId(UUID(int=2))
DRAFTER = PersonId(UUID(int=11))
COLLEAGUE = PersonId(UUID(int=12))
LEADER = PersonId(UUID(int=13))

MONDAY = datetime(2026, 3, 2, 9, tzinfo=BUREAU_ZONE)
TODAY = date(2026, 3, 2)
TOMORROW = date(2026, 3, 3)
IN_APRIL = date(2026, 4, 1)

SHIPPED = shipped_packs()
NOW_IN_FORCE = PackVersion("pack-2026-01")
DRAFT_NAME = PackVersion("pack-2026-03-02-0001")

decider = rule_pack_decider(SHIPPED, known_laws())
shelf = Spec(decider)

WAGES = Row(
    number=19,
    law=None,
    reason=RowReason.LOCAL_PRACTICE,
    when=(Conditions(categories=(Category.DIS,), channels=(Channel.PM,), flags_all=(Flag.WAGE,)),),
    then=Change(channel=Channel.IM),
)
"""Quarrels about wages go to the trade's own mediators."""


def draft(pack: PackId = PACK, version: PackVersion = DRAFT_NAME, based_on: PackVersion = NOW_IN_FORCE) -> DraftPack:
    return DraftPack(pack_id=pack, version=version, based_on=based_on, by=DRAFTER, at=MONDAY)


def adds(row: Row = WAGES, revision: int = 0, by: PersonId = DRAFTER) -> AddRow:
    return AddRow(pack_id=PACK, row=row, revision=revision, by=by, at=MONDAY)


def replaces(row: Row, revision: int = 0) -> ReplaceRow:
    return ReplaceRow(pack_id=PACK, row=row, revision=revision, by=DRAFTER, at=MONDAY)


def moves(number: int, to: int, revision: int = 0) -> MoveRow:
    return MoveRow(pack_id=PACK, number=number, to=to, revision=revision, by=DRAFTER, at=MONDAY)


def removes(number: int, revision: int = 0) -> RemoveRow:
    return RemoveRow(pack_id=PACK, number=number, revision=revision, by=DRAFTER, at=MONDAY)


def undoes(revision: int) -> UndoEdit:
    return UndoEdit(pack_id=PACK, revision=revision, by=DRAFTER, at=MONDAY)


def publishes(
    revision: int = 1, day: date = TOMORROW, by: PersonId = LEADER, at: datetime = MONDAY, disagreed: int = 0
) -> PublishPack:
    return PublishPack(
        pack_id=PACK, in_force_from=day, redecided=Redecided(revision, 8930, 412, disagreed), by=by, at=at
    )

"""The table of doors: who brings what, who asks, and that danger is heard at each of them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.intake.requests.commands import FileRequest, NoteAgreement, NoteFeedback
from services.intake.requests.decider import request_decider
from services.intake.requests.facts import (
    AlertReceived,
    BeneficiaryAgreed,
    CallReceived,
    ContactLeft,
    FeedbackNoted,
    GroupMessageSeen,
    NeedLearned,
    Reach,
    RequestEvent,
    RequestFiled,
    Source,
    SourceNoted,
    Wanted,
    Way,
)
from services.intake.requests.rules.doors import (
    DOORS,
    ClueIsVerifiedFirst,
    DoorFieldMissing,
    DoorNotYours,
    Needed,
    NobodyToAsk,
    wanted,
)
from shared.contracts.codes import Door, Operation, Relation, Role
from shared.contracts.danger import DangerKind
from shared.kernel import ItemCode
from shared.web.access import access_table
from tests.intake.requests.samples import LANDLORD, MONDAY, REQUEST, accepted, filing, text
from tests.support.spec import Spec

case = Spec(request_decider)

IN_DANGER = (DangerKind.FRAUD_NOW,)
REACH = Reach(UUID(int=41), (Way.EMAIL,))
GIVEN: dict[Needed, dict[str, Any]] = {
    Needed.SYSTEM: {"system": ItemCode("12345")},
    Needed.NUMBER: {"external": text(7)},
    Needed.GROUP: {"group": ItemCode("group-1")},
}


def source(door: Door, **changes: Any) -> Source:
    whole = Source(door=door, **{name: value for each in GIVEN.values() for name, value in each.items()})
    return replace(whole, **changes)


def at(door: Door, by: Role | None = None, **changes: Any) -> FileRequest:
    role = by or sorted(DOORS[door].roles)[0]
    whole = replace(
        filing(), door=door, by=role, source=source(door), place=text(2), requester=None, contact=None, other_party=None
    )
    return replace(whole, **changes)


def filed_at(door: Door, **changes: Any) -> tuple[RequestEvent, ...]:
    return request_decider.decide(at(door, **changes), request_decider.initial)


@pytest.mark.parametrize("door", DOORS)
def test_every_door_says_in_one_append_how_it_came(door: Door) -> None:
    filed, came, *_ = filed_at(door, danger=IN_DANGER if DOORS[door].danger_only else ())
    assert isinstance(filed, RequestFiled)
    assert filed.door is door
    names = {
        Door.OFFICER: NeedLearned,
        Door.ALERT: AlertReceived,
        Door.GROUP_CHAT: GroupMessageSeen,
        Door.HOTLINE: CallReceived,
    }
    assert type(came) is names.get(door, SourceNoted)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("needed", Needed)
def test_a_door_refuses_without_what_it_needs_and_danger_waits_for_none_of_it(door: Door, needed: Needed) -> None:
    lackings: dict[Needed, dict[str, Any]] = {
        Needed.SYSTEM: {"source": source(door, system=None)},
        Needed.NUMBER: {"source": source(door, external=None)},
        Needed.GROUP: {"source": source(door, group=None)},
        Needed.PLACE: {"place": None},
    }
    lacking = lackings[needed]
    if needed in DOORS[door].needs:
        with pytest.raises(DoorFieldMissing):
            filed_at(door, **lacking)
    elif not DOORS[door].danger_only:
        assert filed_at(door, **lacking)
    assert filed_at(door, danger=IN_DANGER, **lacking)


def test_a_door_is_for_its_own_people() -> None:
    for door, rule in DOORS.items():
        for role in Role:
            if role not in rule.roles:
                with pytest.raises(DoorNotYours):
                    filed_at(door, by=role)
    with pytest.raises(DoorNotYours):
        request_decider.decide(replace(at(Door.GRID), by=None), request_decider.initial)


def test_r_22_danger_at_a_strange_door_comes_in_by_the_bringers_own() -> None:
    filed, came, *_ = filed_at(Door.HOTLINE, by=Role.GRID_WORKER, danger=IN_DANGER)
    assert isinstance(filed, RequestFiled)
    assert filed.door is Door.GRID
    assert isinstance(came, SourceNoted)
    assert came.source.door is Door.GRID


def test_whoever_stands_at_a_door_may_register_by_the_access_table() -> None:
    table, own = access_table(), frozenset({Relation.OWN, Relation.OWN_UNIT, Relation.OWN_PLACE, Relation.LIVE})
    for rule in DOORS.values():
        for role in rule.roles:
            operation = Operation.SUBMIT_CLUE if role is Role.VOLUNTEER else Operation.REGISTER
            assert table.may(role, operation, own).allowed, role


def test_nobody_was_asked_where_somebody_else_saw_the_need() -> None:
    assert wanted(Door.OFFICER, for_another=False, agreed=False) is Wanted.NEVER
    assert wanted(Door.ALERT, for_another=True, agreed=False) is Wanted.NEVER
    assert wanted(Door.WINDOW, for_another=True, agreed=True) is Wanted.AGREED
    assert wanted(Door.WINDOW, for_another=False, agreed=False) is Wanted.HIMSELF


def test_what_a_volunteer_saw_is_verified_first_and_danger_is_not() -> None:
    with pytest.raises(ClueIsVerifiedFirst):
        filed_at(Door.VOLUNTEER)
    assert filed_at(Door.VOLUNTEER, danger=IN_DANGER)


class TestConsent:
    unasked = source(Door.OFFICER, beneficiary=LANDLORD, reach=REACH, wanted=Wanted.NEVER, filed_by=LANDLORD)

    def test_r_37_nobody_writes_to_who_never_asked(self) -> None:
        history = filed_at(Door.OFFICER, source=self.unasked)
        assert not any(isinstance(event, ContactLeft) for event in history)

    def test_r_37_after_his_yes_he_can_be_reached(self) -> None:
        case.given(*filed_at(Door.OFFICER, source=self.unasked)).when(NoteAgreement(at=MONDAY)).then(
            BeneficiaryAgreed(request_id=REQUEST, beneficiary=LANDLORD, occurred_at=MONDAY),
            ContactLeft(request_id=REQUEST, person=LANDLORD, contact=REACH.item, ways=REACH.ways, occurred_at=MONDAY),
        )

    def test_a_yes_is_noted_once(self) -> None:
        history = filed_at(Door.OFFICER, source=self.unasked)
        said = request_decider.decide(NoteAgreement(at=MONDAY), request_decider.fold(history))
        case.given(*history, *said).when(NoteAgreement(at=MONDAY)).then()

    def test_where_somebody_else_asks_for_him_news_go_on_to_that_one(self) -> None:
        history = filed_at(Door.HOTLINE, source=replace(self.unasked, door=Door.HOTLINE), requester=LANDLORD)
        said = request_decider.decide(NoteAgreement(at=MONDAY), request_decider.fold(history))
        assert [type(event) for event in said] == [BeneficiaryAgreed]

    def test_r_37_who_asked_himself_is_not_asked_whether_he_wants_it(self) -> None:
        case.given(*filed_at(Door.WINDOW)).when(NoteAgreement(at=MONDAY)).then_rejected(NobodyToAsk)
        case.given(*filed_at(Door.WINDOW)[:1]).when(NoteAgreement(at=MONDAY)).then_rejected(NobodyToAsk)


def test_thanks_open_nothing_and_change_no_state() -> None:
    history = filed_at(Door.WINDOW)
    thanks = FeedbackNoted(request_id=REQUEST, text=text(9), occurred_at=MONDAY)
    note = NoteFeedback(text=text(9), at=MONDAY)
    case.given(*history).when(note).then(thanks)
    case.given(*history, thanks).when(note).then()
    before, after = request_decider.fold(history), request_decider.fold((*history, thanks))
    assert type(before) is type(after)
    assert accepted in history

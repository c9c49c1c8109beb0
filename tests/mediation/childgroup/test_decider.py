"""Who belongs to the child lane's group, from when until when, and by whose word."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.mediation.childgroup.decider import (
    AdmitMember,
    DismissMember,
    KeeperIsBureauLeader,
    MemberAdmitted,
    MembershipEndsBeforeItBegins,
    NotInTheGroup,
    OwnMembership,
    PartNotOfTheGroup,
    Term,
    group_decider,
    part_on,
)
from shared.contracts.codes import Role
from shared.kernel import PersonId
from tests.support.spec import Spec

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HAN, LEADER, WANG = PersonId(UUID(int=1)), PersonId(UUID(int=2)), PersonId(UUID(int=3))
SPRING = Term(Role.CHILD_OFFICER, date(2026, 3, 1), date(2026, 5, 31))

group = Spec(group_decider)


def admit(
    person: PersonId = HAN,
    term: Term = SPRING,
    by: PersonId = LEADER,
    role: Role = Role.BUREAU_LEADER,
) -> AdmitMember:
    return AdmitMember(person=person, term=term, by=by, by_role=role, at=AT)


def dismiss(on: date, by: PersonId = LEADER, role: Role = Role.BUREAU_LEADER, person: PersonId = HAN) -> DismissMember:
    return DismissMember(person=person, on=on, by=by, by_role=role, at=AT)


def test_the_bureaus_leader_admits_a_member_and_his_word_stands_in_the_fact() -> None:
    admitted = MemberAdmitted(person=HAN, term=SPRING, admitted_by=LEADER, occurred_at=AT)
    group.when(admit()).then(admitted)
    group.given(admitted).when(admit()).then_nothing()


def test_r_36_nobody_but_the_bureaus_leader_admits_or_dismisses() -> None:
    for role in set(Role) - {Role.BUREAU_LEADER}:
        group.when(admit(role=role)).then_rejected(KeeperIsBureauLeader)
        group.after(admit()).when(dismiss(date(2026, 4, 1), role=role)).then_rejected(KeeperIsBureauLeader)


def test_r_36_nobody_lets_himself_in_or_out() -> None:
    group.when(admit(person=LEADER)).then_rejected(OwnMembership)
    group.after(admit()).when(dismiss(date(2026, 4, 1), by=HAN)).then_rejected(OwnMembership)


@pytest.mark.parametrize("part", sorted(set(Role) - {Role.CHILD_OFFICER, Role.STATION_LEADER, Role.COUNSELLOR}))
def test_r_36_the_group_has_no_other_parts(part: Role) -> None:
    group.when(admit(term=Term(part, date(2026, 3, 1), None))).then_rejected(PartNotOfTheGroup)


def test_a_membership_holds_on_its_days_and_on_no_other() -> None:
    state = group.after(admit()).state
    assert part_on(state, HAN, date(2026, 2, 28)) is None
    assert part_on(state, HAN, date(2026, 3, 1)) is Role.CHILD_OFFICER
    assert part_on(state, HAN, date(2026, 5, 31)) is Role.CHILD_OFFICER
    assert part_on(state, HAN, date(2026, 6, 1)) is None
    assert part_on(state, WANG, date(2026, 4, 1)) is None
    assert part_on(state, None, date(2026, 4, 1)) is None


def test_whoever_was_dismissed_sees_nothing_from_that_day_on() -> None:
    state = group.after(admit(), dismiss(date(2026, 4, 1))).state
    assert part_on(state, HAN, date(2026, 3, 31)) is Role.CHILD_OFFICER
    assert part_on(state, HAN, date(2026, 4, 1)) is None


def test_a_member_who_was_dismissed_can_be_admitted_again() -> None:
    again = group.after(admit(), dismiss(date(2026, 4, 1))).when(admit())
    assert part_on(again.state, HAN, date(2026, 4, 2)) is Role.CHILD_OFFICER


def test_dates_that_do_not_fit_and_strangers_are_refused() -> None:
    backwards = Term(Role.CHILD_OFFICER, date(2026, 3, 2), date(2026, 3, 1))
    group.when(admit(term=backwards)).then_rejected(MembershipEndsBeforeItBegins)
    group.when(dismiss(date(2026, 4, 1))).then_rejected(NotInTheGroup)
    group.after(admit(), dismiss(date(2026, 4, 1))).when(dismiss(date(2026, 4, 1))).then_nothing()

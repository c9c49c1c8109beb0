"""The child lane's group, whoever writes to it in whatever order: by the leader's word, for others, on its days."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from services.mediation.childgroup import decider
from services.mediation.childgroup.decider import (
    AdmitMember,
    DismissMember,
    Group,
    GroupCommand,
    GroupEvent,
    Member,
    MemberAdmitted,
    MemberDismissed,
    Term,
    group_decider,
)
from shared.contracts.codes import Role
from shared.kernel import CorruptHistory, Decider, PersonId
from tests.support.machines import QUICK, SEARCH, Acts, misses, quick

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CALENDAR = [date(2026, 3, 1) + timedelta(days=number) for number in range(9)]
NOBODY, CHIEF, DEPUTY, HAN, WANG, LI, CLERK = (PersonId(UUID(int=number)) for number in range(7))
OFFICES = {
    CHIEF: Role.BUREAU_LEADER,
    DEPUTY: Role.BUREAU_LEADER,
    HAN: Role.CHILD_OFFICER,
    WANG: Role.STATION_LEADER,
    LI: Role.COUNSELLOR,
    CLERK: Role.OPERATOR,
}
LEADERS = {CHIEF, DEPUTY}
LANE = {Role.CHILD_OFFICER, Role.STATION_LEADER, Role.COUNSELLOR}

PEOPLE = st.sampled_from([HAN, WANG, LI, CHIEF])
HANDS = st.sampled_from([CHIEF, CHIEF, CHIEF, DEPUTY, *OFFICES])
DAYS = st.sampled_from(CALENDAR)
TERMS = st.builds(Term, st.sampled_from(sorted(LANE)) | st.sampled_from(list(Role)), DAYS, st.none() | DAYS)


class AccessGroup(Acts):
    decider = group_decider

    @initialize(known=st.booleans())
    def the_desk_may_come_with_a_group(self, known: bool) -> None:
        if known:
            term = Term(Role.CHILD_OFFICER, CALENDAR[0], None)
            self.attempt(AdmitMember(person=HAN, term=term, by=None, by_role=None, at=AT))

    @rule(person=PEOPLE, term=TERMS, by=HANDS)
    def somebody_is_admitted(self, person: PersonId, term: Term, by: PersonId) -> None:
        self.attempt(AdmitMember(person=person, term=term, by=by, by_role=OFFICES[by], at=AT))

    @rule(person=PEOPLE, on=DAYS, by=HANDS)
    def somebody_is_dismissed(self, person: PersonId, on: date, by: PersonId) -> None:
        self.attempt(DismissMember(person=person, on=on, by=by, by_role=OFFICES[by], at=AT))

    def part_by_the_words_said(self, person: PersonId, day: date) -> Role | None:
        part: Role | None = None
        for event in self.past:
            match event:
                case MemberAdmitted(person=admitted, term=term) if admitted == person:
                    part = term.part if term.since <= day and (term.until is None or day <= term.until) else None
                case MemberDismissed(person=dismissed, on=on) if dismissed == person and on <= day:
                    part = None
                case _:
                    pass
        return part

    @invariant()
    def the_bureaus_leader_alone_gives_and_takes(self) -> None:
        given = {event.admitted_by for event in self.of(MemberAdmitted)}
        taken = {event.dismissed_by for event in self.of(MemberDismissed)}
        assert given - {None} <= LEADERS
        assert taken <= LEADERS

    @invariant()
    def nobody_gives_or_takes_for_himself(self) -> None:
        assert all(event.admitted_by != event.person for event in self.of(MemberAdmitted))
        assert all(event.dismissed_by != event.person for event in self.of(MemberDismissed))

    @invariant()
    def every_part_is_of_the_lane_and_its_days_follow_each_other(self) -> None:
        for event in self.of(MemberAdmitted):
            assert event.term.part in LANE
            assert event.term.until is None or event.term.since <= event.term.until

    @invariant()
    def who_goes_has_come(self) -> None:
        inside: set[PersonId] = set()
        for event in self.of(MemberAdmitted, MemberDismissed):
            assert isinstance(event, MemberAdmitted) or event.person in inside
            inside.add(event.person)

    @invariant()
    def on_each_day_everybody_has_the_part_of_the_last_admission_until_a_dismissal(self) -> None:
        for person in OFFICES:
            for day in CALENDAR:
                assert decider.part_on(self.state, person, day) == self.part_by_the_words_said(person, day), day


TestAccessGroup = quick(AccessGroup)
TestAccessGroup.settings = QUICK


require_keeper = decider._require_keeper


# ── rules taken away ─────────────────────────────────────────────────────
def without(decide: Callable[[Any, Group], tuple[GroupEvent, ...]]) -> type[AccessGroup]:
    class Broken(AccessGroup):
        decider = Decider(Group(), decide, group_decider.evolve)

    return Broken


def backwards(wish: GroupCommand, group: Group) -> tuple[GroupEvent, ...]:
    if isinstance(wish, DismissMember) or wish.term.until is None or wish.term.until >= wish.term.since:
        return group_decider.decide(wish, group)
    events = group_decider.decide(replace(wish, term=replace(wish.term, until=None)), group)
    return tuple(replace(event, term=wish.term) for event in events if isinstance(event, MemberAdmitted))


def again_and_again(wish: GroupCommand, group: Group) -> tuple[GroupEvent, ...]:
    return group_decider.decide(wish, Group() if isinstance(wish, AdmitMember) else group)


def back_by_a_later_dismissal(wish: GroupCommand, group: Group) -> tuple[GroupEvent, ...]:
    if isinstance(wish, AdmitMember) or wish.person not in group.members:
        return group_decider.decide(wish, group)
    member = group.members[wish.person]
    if member.dismissed_on == wish.on:
        return ()
    return group_decider.decide(wish, Group({**group.members, wish.person: Member(member.term)}))


@pytest.mark.parametrize("decide", [backwards, again_and_again, back_by_a_later_dismissal])
def test_a_rule_that_was_taken_away_is_missed(decide: Callable[[Any, Group], tuple[GroupEvent, ...]]) -> None:
    misses(without(decide))


def by_anybody(person: PersonId, by: PersonId, by_role: Role | None) -> None:
    require_keeper(person, by, Role.BUREAU_LEADER)


def in_the_own_cause(person: PersonId, by: PersonId, by_role: Role | None) -> None:
    require_keeper(NOBODY, by, by_role)


@pytest.mark.parametrize("keeper", [by_anybody, in_the_own_cause])
def test_a_keeper_who_was_not_asked_for_is_missed(keeper: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, require_keeper.__name__, keeper)
    misses(AccessGroup)


def test_a_part_of_another_lane_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "ADMISSIBLE", frozenset(Role))
    misses(AccessGroup)


def test_a_stranger_who_was_dismissed_breaks_the_history() -> None:
    def decide(wish: GroupCommand, group: Group) -> tuple[GroupEvent, ...]:
        known = Member(Term(Role.CHILD_OFFICER, CALENDAR[0], None))
        return group_decider.decide(wish, Group({wish.person: known, **group.members}))

    with pytest.raises(CorruptHistory):
        run_state_machine_as_test(without(decide), settings=SEARCH)


def always_since(group: Group) -> Group:
    return _retold(group, lambda member: replace(member, term=replace(member.term, since=CALENDAR[0])))


def for_ever(group: Group) -> Group:
    return _retold(group, lambda member: replace(member, term=replace(member.term, until=None)))


def in_spite_of_it(group: Group) -> Group:
    return _retold(group, lambda member: replace(member, dismissed_on=None))


def _retold(group: Group, retell: Callable[[Member], Member]) -> Group:
    return Group({person: retell(member) for person, member in group.members.items()})


@pytest.mark.parametrize("seen", [always_since, for_ever, in_spite_of_it])
def test_a_day_that_does_not_count_is_missed(seen: Callable[[Group], Group], monkeypatch: pytest.MonkeyPatch) -> None:
    part_on = decider.part_on
    monkeypatch.setattr(decider, part_on.__name__, lambda group, person, day: part_on(seen(group), person, day))
    misses(AccessGroup)

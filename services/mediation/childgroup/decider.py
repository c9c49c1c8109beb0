"""The access group of the child lane: who belongs, in which part, from when until when, and by whose word (R-36)."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import Final, assert_never

from shared.contracts.codes import Role
from shared.kernel import CorruptHistory, Decider, PersonId, Rejection, command, fact, state, value

ADMISSIBLE: Final = frozenset({Role.CHILD_OFFICER, Role.STATION_LEADER, Role.COUNSELLOR})
"""Who works the lane, who answers for it and approves reads, who counsels. Schools and guardians have seats instead."""


@value
class Term:
    """Both days count; without `until` it runs on."""

    part: Role
    since: date
    until: date | None


# ── facts ────────────────────────────────────────────────────────────────
@fact("member_admitted")
class MemberAdmitted:
    person: PersonId
    term: Term
    admitted_by: PersonId | None
    """None: the desk came with this group."""
    occurred_at: datetime


@fact("member_dismissed")
class MemberDismissed:
    """From `on` the person sees nothing of the lane any more."""

    person: PersonId
    on: date
    dismissed_by: PersonId
    occurred_at: datetime


GroupEvent = MemberAdmitted | MemberDismissed


# ── wishes ───────────────────────────────────────────────────────────────
@command
class AdmitMember:
    person: PersonId
    term: Term
    by: PersonId | None
    by_role: Role | None
    at: datetime


@command
class DismissMember:
    person: PersonId
    on: date
    by: PersonId
    by_role: Role
    at: datetime


GroupCommand = AdmitMember | DismissMember


# ── states ───────────────────────────────────────────────────────────────
@state
class Member:
    term: Term
    dismissed_on: date | None = None


@state
class Group:
    members: Mapping[PersonId, Member] = field(default_factory=dict)


class KeeperIsBureauLeader(Rejection):
    """The person responsible decides who belongs."""

    rule = "R-36"


class OwnMembership(Rejection):
    """Nobody lets himself in or keeps himself in."""

    rule = "R-36"


class PartNotOfTheGroup(Rejection):
    """`part` is no work of the lane: the least number of people, each for a need."""

    rule = "R-36"


class MembershipEndsBeforeItBegins(Rejection):
    """The last day lies before the first."""


class NotInTheGroup(Rejection):
    """Only a member can be dismissed."""


def part_on(group: Group, person: PersonId | None, day: date) -> Role | None:
    """The part that a person has in the group on `day`."""
    member = group.members.get(person) if person is not None else None
    if member is None or day < member.term.since:
        return None
    if member.term.until is not None and day > member.term.until:
        return None
    if member.dismissed_on is not None and day >= member.dismissed_on:
        return None
    return member.term.part


def evolve(state: Group, event: GroupEvent) -> Group:
    match event:
        case MemberAdmitted():
            return Group({**state.members, event.person: Member(event.term)})
        case MemberDismissed():
            member = state.members.get(event.person)
            if member is None:
                raise CorruptHistory("dismissed and never admitted")
            return Group({**state.members, event.person: replace(member, dismissed_on=event.on)})
        case _:
            assert_never(event)


def decide(command: GroupCommand, state: Group) -> tuple[GroupEvent, ...]:
    match command:
        case AdmitMember():
            return _admit(command, state)
        case DismissMember():
            return _dismiss(command, state)
        case _:
            assert_never(command)


def _require_keeper(person: PersonId, by: PersonId, by_role: Role | None) -> None:
    """R-36: by the person responsible, and never in the own cause."""
    if by_role is not Role.BUREAU_LEADER:
        raise KeeperIsBureauLeader
    if by == person:
        raise OwnMembership


def _admit(command: AdmitMember, group: Group) -> tuple[GroupEvent, ...]:
    """R-36: the least number of people; each in a part of the lane."""
    if command.by is not None:
        _require_keeper(command.person, command.by, command.by_role)
    if command.term.part not in ADMISSIBLE:
        raise PartNotOfTheGroup(part=command.term.part)
    if command.term.until is not None and command.term.until < command.term.since:
        raise MembershipEndsBeforeItBegins
    if group.members.get(command.person) == Member(command.term):
        return ()
    return (MemberAdmitted(person=command.person, term=command.term, admitted_by=command.by, occurred_at=command.at),)


def _dismiss(command: DismissMember, group: Group) -> tuple[GroupEvent, ...]:
    """R-36: taken by the one who gives."""
    _require_keeper(command.person, command.by, command.by_role)
    member = group.members.get(command.person)
    if member is None:
        raise NotInTheGroup
    # A later day would let in again, without an admission, who is out by then.
    if member.dismissed_on is not None and member.dismissed_on <= command.on:
        return ()
    return (MemberDismissed(person=command.person, on=command.on, dismissed_by=command.by, occurred_at=command.at),)


group_decider: Decider[GroupCommand, Group, GroupEvent] = Decider(Group(), decide, evolve)

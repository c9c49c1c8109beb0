"""Who may own, host and record (R-07, R-15, R-58, R-59, R-60, R-61)."""

from typing import Final

from services.mediation.cases.commands import Official, RecordViolation
from services.mediation.cases.facts import CaseEvent, ViolationRecorded
from services.mediation.cases.refusals import (
    AlreadySigned,
    AuxiliaryMayNotSign,
    FormerHandler,
    HostNotEntitled,
    HostNotOfficerOfUnit,
    HostNotRegistered,
    NotOffered,
    OfficerMayOnlyCoordinate,
    OnlyForViolations,
    RecorderNotOfficer,
)
from services.mediation.cases.rules.consent import require_outsider, require_party
from services.mediation.cases.state import Open
from services.mediation.cases.values import is_court
from services.mediation.channels.refusals import BodyNotKnown, MediatorNotInvited, OnlyTheCourtHosts
from services.mediation.channels.rules.interests import require_neutral
from services.mediation.channels.rules.officers import OFFICERS, is_officer
from services.mediation.channels.rules.trades import require_body
from shared.contracts.codes import Channel, Role

POLICE_HOSTS: Final = frozenset({Role.DUTY_OFFICER, Role.COMMUNITY_OFFICER, Role.STATION_LEADER, Role.TRAFFIC_OFFICER})
"""Investigators and the enterprise workstation do not mediate (R-28)."""


def is_auxiliary(official: Official) -> bool:
    return Role.AUXILIARY in official.roles and official.roles.isdisjoint(OFFICERS)


def require_owner_to_be(case: Open, official: Official) -> None:
    """The person it was offered to, a deputy, or anybody of the unit when no person was named."""
    if is_auxiliary(official):
        raise AuxiliaryMayNotSign
    if official.person in case.excluded:
        raise FormerHandler
    require_outsider(case, official.person)
    if case.signed_by is not None:
        raise AlreadySigned
    offered = {case.owner, case.deputy} - {None}
    if official.person not in offered and (case.owner is not None or official.unit != case.unit):
        raise NotOffered


def require_host(case: Open, official: Official) -> None:
    """Each channel has its own hosts, and none but the court's has any after filing (R-61); nobody with a part in the
    dispute hosts anywhere (R-15)."""
    unknown = not official.roles
    if is_auxiliary(official) or (unknown and case.channel is Channel.PSM):
        raise HostNotEntitled
    if official.person in case.excluded:
        raise FormerHandler
    require_outsider(case, official.person)
    if case.course.filed and case.channel is not Channel.JM:
        raise OnlyTheCourtHosts
    _HOST_OF[case.channel](case, official)
    require_neutral(case, official.person, official.conflicts)


def require_police_host(case: Open, official: Official) -> None:
    """R-58: an officer of the handling unit himself."""
    if official.roles.isdisjoint(POLICE_HOSTS) or official.unit != case.unit:
        raise HostNotOfficerOfUnit


def require_peoples_mediator(case: Open, official: Official) -> None:
    """R-59: on a committee's register that day; an officer coordinates."""
    if is_officer(official.roles):
        raise OfficerMayOnlyCoordinate
    if Role.PEOPLES_MEDIATOR not in official.roles or official.registered_with is None:
        raise HostNotRegistered


def require_industry_mediator(case: Open, official: Official) -> None:
    """R-60: a mediator of a body that is on the register that day and knows the trade."""
    if is_officer(official.roles):
        raise OfficerMayOnlyCoordinate
    if Role.INDUSTRY_MEDIATOR not in official.roles:
        raise BodyNotKnown
    require_body(case, official.body)


def require_court_host(case: Open, official: Official) -> None:
    """R-61, R-14: after filing the court alone; before, also a mediator whom a court has on its register."""
    if is_officer(official.roles):
        raise OfficerMayOnlyCoordinate
    court = is_court(official.body)
    if case.course.filed and not court:
        raise OnlyTheCourtHosts
    if Role.COURT_MEDIATOR not in official.roles or not (court or official.invited_by is not None):
        raise MediatorNotInvited


_HOST_OF: Final = {
    Channel.PSM: require_police_host,
    Channel.PM: require_peoples_mediator,
    Channel.IM: require_industry_mediator,
    Channel.JM: require_court_host,
}


def require_officer(official: Official) -> None:
    if official.roles.isdisjoint(OFFICERS):
        raise RecorderNotOfficer


def record_violation(command: RecordViolation, case: Open) -> tuple[CaseEvent, ...]:
    if case.channel is not Channel.PSM:
        raise OnlyForViolations
    require_officer(command.by)
    for suspect in command.suspects:
        require_party(case, suspect)
    if case.violation_recorded:
        return ()
    return (
        ViolationRecorded(
            case_id=case.case_id,
            request_id=case.request_id,
            reference=command.reference,
            recorded_by=command.by.person,
            suspects=command.suspects,
            occurred_at=command.at,
        ),
    )

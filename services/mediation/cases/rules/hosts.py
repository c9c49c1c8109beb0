"""Who may own, host and record (R-07, R-15, R-58, R-59)."""

from typing import Final

from services.mediation.cases.commands import NameHost, Official, RecordViolation
from services.mediation.cases.facts import CaseEvent, MediatorNamed, ViolationRecorded
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
    SessionStillOpen,
)
from services.mediation.cases.rules.channels import require_gates
from services.mediation.cases.rules.consent import require_outsider
from services.mediation.cases.state import Open
from shared.contracts.codes import Channel, Role

OFFICERS: Final = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.DISPATCHER,
        Role.TRIAGE_OFFICER,
        Role.COMMUNITY_OFFICER,
        Role.STATION_LEADER,
        Role.PERMIT_OFFICER,
        Role.TRAFFIC_OFFICER,
        Role.CASE_INVESTIGATOR,
        Role.ENTERPRISE_OFFICER,
        Role.CHILD_OFFICER,
    }
)

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
    """Police mediation is for the officer himself to take on: of somebody else it is not known that he is one."""
    unknown = not official.roles
    if is_auxiliary(official) or (unknown and case.channel is Channel.PSM):
        raise HostNotEntitled
    if official.person in case.excluded:
        raise FormerHandler
    require_outsider(case, official.person)
    match case.channel:
        case Channel.PSM:
            if official.roles.isdisjoint(POLICE_HOSTS) or official.unit != case.unit:
                raise HostNotOfficerOfUnit
        case _:
            if not official.roles.isdisjoint(OFFICERS):
                raise OfficerMayOnlyCoordinate
            if Role.PEOPLES_MEDIATOR not in official.roles or official.registered_with is None:
                raise HostNotRegistered


def require_officer(official: Official) -> None:
    if official.roles.isdisjoint(OFFICERS):
        raise RecorderNotOfficer


def record_violation(command: RecordViolation, case: Open) -> tuple[CaseEvent, ...]:
    if case.channel is not Channel.PSM:
        raise OnlyForViolations
    require_officer(command.by)
    if case.violation_recorded:
        return ()
    return (
        ViolationRecorded(
            case_id=case.case_id,
            request_id=case.request_id,
            reference=command.reference,
            recorded_by=command.by.person,
            occurred_at=command.at,
        ),
    )


def name_host(command: NameHost, case: Open) -> tuple[CaseEvent, ...]:
    require_host(case, command.host)
    require_gates(case.flags, case.gates)
    if case.host == command.host.person:
        return ()
    if case.session is not None:
        raise SessionStillOpen
    return (
        MediatorNamed(
            case_id=case.case_id,
            request_id=case.request_id,
            host=command.host.person,
            registered_with=command.host.registered_with,
            occurred_at=command.at,
        ),
    )

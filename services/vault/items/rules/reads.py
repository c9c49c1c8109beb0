"""Who may read what for which purpose. R-36, R-37: the least that is needed, and minors only after an approval.

The tables repeat the columns of codes.yaml (`purposes.max_level`) and access.csv (`read`) that matter here; a test
holds them together. The vault cannot know how the reader stands to the thing: the asking service has checked that, and
this is the second wall.
"""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from shared.contracts.codes import DataLevel, Purpose, Role
from shared.kernel import PersonId, RuleId, value


class Service(StrEnum):
    """Who asks the vault on behalf of itself or of a person."""

    INTAKE = "intake"
    ROUTING = "routing"
    MEDIATION = "mediation"
    ENTERPRISE = "enterprise"
    WORKORDERS = "workorders"
    NOTIFICATIONS = "notifications"


@value
class Reader:
    """A person in a role, through a service or directly; a service by itself has no role."""

    role: Role | None = None
    service: Service | None = None
    person: PersonId | None = None


class Denial(StrEnum):
    OTHER_CASE = "other_case"
    PURPOSE_NOT_YOURS = "purpose_not_yours"
    LEVEL_ABOVE_PURPOSE = "level_above_purpose"
    LEVEL_ABOVE_ROLE = "level_above_role"
    APPROVAL_MISSING = "approval_missing"


RULES: Mapping[Denial, RuleId] = {
    Denial.OTHER_CASE: RuleId("R-45"),
    Denial.PURPOSE_NOT_YOURS: RuleId("R-37"),
    Denial.LEVEL_ABOVE_PURPOSE: RuleId("R-37"),
    Denial.LEVEL_ABOVE_ROLE: RuleId("R-45"),
    Denial.APPROVAL_MISSING: RuleId("R-36"),
}

PURPOSE_CEILING: Mapping[Purpose, DataLevel] = {
    Purpose.TRIAGE: DataLevel.L3,
    Purpose.DUPLICATES: DataLevel.L2,
    Purpose.HANDLING: DataLevel.L3,
    Purpose.MEDIATION: DataLevel.L3,
    Purpose.DISPATCH: DataLevel.L3,
    Purpose.NOTIFY: DataLevel.L2,
    Purpose.FEEDBACK: DataLevel.L2,
    Purpose.PARTNER_TASK: DataLevel.L2,
    Purpose.CHILD_PROTECTION: DataLevel.L4,
    Purpose.REPORTER_PROTECTION: DataLevel.L4,
    Purpose.CASEWORK: DataLevel.L4,
    Purpose.SUPERVISION: DataLevel.L3,
    Purpose.LEGAL_REVIEW: DataLevel.L3,
    Purpose.DATA_RIGHTS: DataLevel.L4,
    Purpose.STATISTICS: DataLevel.L0,
    Purpose.TRAINING: DataLevel.L2,
    Purpose.BREAK_GLASS: DataLevel.L4,
}

ROLE_CEILING: Mapping[Role, DataLevel] = {
    Role.REQUESTER: DataLevel.L3,
    Role.OTHER_PARTY: DataLevel.L2,
    Role.AGENT: DataLevel.L3,
    Role.GUARDIAN: DataLevel.L3,
    Role.MINOR: DataLevel.L3,
    Role.FIRM_MEMBER: DataLevel.L3,
    Role.GRID_WORKER: DataLevel.L2,
    Role.VILLAGE_OFFICIAL: DataLevel.L2,
    Role.BOT: DataLevel.L2,
    Role.DUTY_OFFICER: DataLevel.L3,
    Role.WINDOW_CLERK: DataLevel.L3,
    Role.AUXILIARY: DataLevel.L2,
    Role.DISPATCHER: DataLevel.L2,
    Role.TRIAGE_OFFICER: DataLevel.L3,
    Role.COMMUNITY_OFFICER: DataLevel.L3,
    Role.STATION_LEADER: DataLevel.L3,
    Role.PERMIT_OFFICER: DataLevel.L3,
    Role.TRAFFIC_OFFICER: DataLevel.L3,
    Role.CASE_INVESTIGATOR: DataLevel.L4,
    Role.ENTERPRISE_OFFICER: DataLevel.L3,
    Role.PEOPLES_MEDIATOR: DataLevel.L2,
    Role.INDUSTRY_MEDIATOR: DataLevel.L2,
    Role.COURT_MEDIATOR: DataLevel.L2,
    Role.PROCURATOR: DataLevel.L2,
    Role.JUSTICE_OFFICER: DataLevel.L2,
    Role.LEGAL_AID_OFFICER: DataLevel.L2,
    Role.PANEL_LAWYER: DataLevel.L2,
    Role.CENTRE_OFFICER: DataLevel.L2,
    Role.DEPARTMENT_CLERK: DataLevel.L2,
    Role.PARTNER_CLERK: DataLevel.L2,
    Role.SCHOOL_STAFF: DataLevel.L2,
    Role.COUNSELLOR: DataLevel.L4,
    Role.HOTLINE_LIAISON: DataLevel.L1,
    Role.SUPERVISOR: DataLevel.L3,
    Role.BUREAU_LEADER: DataLevel.L3,
    Role.AUDITOR: DataLevel.L3,
    Role.OPERATOR: DataLevel.L1,
}
"""The highest level of a role's `allow` rows; own caucus notes and synthetic data are not kept here."""

WITH_APPROVAL_ONLY = frozenset({Role.CHILD_OFFICER, Role.REPORTER_PROTECTION_OFFICER, Role.DPO})
"""Roles whose only rows are `approve`: each of their reads needs another person."""

APPROVED_PURPOSES = frozenset({Purpose.CHILD_PROTECTION, Purpose.REPORTER_PROTECTION, Purpose.BREAK_GLASS})

PARTIES = frozenset(
    {Role.REQUESTER, Role.OTHER_PARTY, Role.AGENT, Role.GUARDIAN, Role.MINOR, Role.FIRM_MEMBER, Role.ANONYMOUS_REPORTER}
)
PARTY_PURPOSES = frozenset({Purpose.DATA_RIGHTS, Purpose.HANDLING, Purpose.MEDIATION, Purpose.NOTIFY, Purpose.FEEDBACK})

ROLE_PURPOSES: Mapping[Role, frozenset[Purpose]] = {
    Role.PROCURATOR: frozenset({Purpose.SUPERVISION, Purpose.MEDIATION}),
    Role.AUDITOR: frozenset({Purpose.LEGAL_REVIEW}),
    Role.DPO: frozenset({Purpose.DATA_RIGHTS}),
}

PURPOSE_ROLES: Mapping[Purpose, frozenset[Role]] = {
    Purpose.CASEWORK: frozenset({Role.CASE_INVESTIGATOR}),
    Purpose.SUPERVISION: frozenset({Role.SUPERVISOR, Role.PROCURATOR, Role.BUREAU_LEADER}),
    Purpose.LEGAL_REVIEW: frozenset({Role.AUDITOR}),
    Purpose.DATA_RIGHTS: PARTIES | {Role.DPO},
    Purpose.TRAINING: frozenset(),
}
"""Purposes that belong to few. Nobody reads for training in person."""

TRIAGE_BEYOND_TRIAGE = DataLevel.L2
"""A triage officer reads typed words for triage only."""

SERVICE_PURPOSES: Mapping[Service, frozenset[Purpose]] = {
    Service.INTAKE: PARTY_PURPOSES | {Purpose.TRIAGE, Purpose.DUPLICATES, Purpose.DISPATCH},
    Service.ROUTING: frozenset(
        {Purpose.TRIAGE, Purpose.DUPLICATES, Purpose.DISPATCH, Purpose.HANDLING, Purpose.TRAINING}
    ),
    Service.MEDIATION: PARTY_PURPOSES | {Purpose.CHILD_PROTECTION},
    Service.ENTERPRISE: PARTY_PURPOSES,
    Service.WORKORDERS: PARTY_PURPOSES
    | {Purpose.DISPATCH, Purpose.PARTNER_TASK, Purpose.SUPERVISION, Purpose.CASEWORK, Purpose.CHILD_PROTECTION},
    Service.NOTIFICATIONS: frozenset({Purpose.NOTIFY, Purpose.FEEDBACK, Purpose.DATA_RIGHTS}),
}

OUTSIDE_A_CASE = frozenset(
    {
        Purpose.PARTNER_TASK,
        Purpose.REPORTER_PROTECTION,
        Purpose.LEGAL_REVIEW,
        Purpose.STATISTICS,
        Purpose.TRAINING,
        Purpose.BREAK_GLASS,
    }
)


def is_outside_a_case(purpose: Purpose, reader: Reader) -> bool:
    """True for reads that can wait for the log; those who handle the case, and the parties, never wait."""
    return purpose in OUTSIDE_A_CASE or (purpose is Purpose.DATA_RIGHTS and reader.role not in PARTIES)


def denial_of(level: DataLevel, purpose: Purpose, reader: Reader) -> Denial | None:
    """Why `reader` may not have an item of `level` for `purpose`; None when nothing speaks against it."""
    if not _is_purpose_of(reader, purpose):
        return Denial.PURPOSE_NOT_YOURS
    if level > PURPOSE_CEILING[purpose]:
        return Denial.LEVEL_ABOVE_PURPOSE
    if _needs_approval(level, purpose, reader):
        return Denial.APPROVAL_MISSING
    if reader.role is not None and level > _ceiling(reader.role, purpose):
        return Denial.LEVEL_ABOVE_ROLE
    return None


def _is_purpose_of(reader: Reader, purpose: Purpose) -> bool:
    if reader.service is not None and purpose not in SERVICE_PURPOSES[reader.service]:
        return False
    if reader.role is None:
        return reader.service is not None
    if reader.role not in PURPOSE_ROLES.get(purpose, frozenset(Role)):
        return False
    return purpose in _purposes_of(reader.role)


def _purposes_of(role: Role) -> frozenset[Purpose]:
    if role in PARTIES:
        return PARTY_PURPOSES
    return ROLE_PURPOSES.get(role, frozenset(Purpose))


def _ceiling(role: Role, purpose: Purpose) -> DataLevel:
    if role is Role.TRIAGE_OFFICER and purpose is not Purpose.TRIAGE:
        return TRIAGE_BEYOND_TRIAGE
    return ROLE_CEILING.get(role, DataLevel.L0)


def _needs_approval(level: DataLevel, purpose: Purpose, reader: Reader) -> bool:
    if purpose in APPROVED_PURPOSES or reader.role in WITH_APPROVAL_ONLY:
        return True
    own_casework = reader.role is Role.CASE_INVESTIGATOR and purpose is Purpose.CASEWORK
    return level >= DataLevel.L4 and not own_casework


def by_denial(denied: Mapping[UUID, Denial]) -> Mapping[Denial, tuple[UUID, ...]]:
    """The items of each reason, both in the order of first appearance."""
    found: dict[Denial, tuple[UUID, ...]] = {}
    for item, reason in denied.items():
        found[reason] = (*found.get(reason, ()), item)
    return found

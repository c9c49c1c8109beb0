"""The handling protocol, spoken by every service that handles: offered, signed for, first act, return."""

from datetime import datetime

from services.mediation.cases.commands import OpenCase, ReturnCase, SignFor
from services.mediation.cases.facts import (
    CaseEvent,
    CaseNotOpened,
    CaseOpened,
    FirstResponded,
    HandlingOffered,
    HandlingReturned,
    HandlingSigned,
    HandlingStarted,
)
from services.mediation.cases.refusals import NobodySignedYet, ReasonNotForReturn
from services.mediation.cases.rules import channels, hosts
from services.mediation.cases.state import Open
from services.mediation.channels.facts import FirmConsentNoted
from services.mediation.channels.rules.limits import counted_on, end_by, leading_clock
from shared.contracts.codes import ReasonCode


def offer(command: OpenCase) -> tuple[CaseEvent, ...]:
    if rule := channels.forbidden_by(command.channel, command.category, command.suit):
        return (
            CaseNotOpened(
                case_id=command.case_id,
                request_id=command.request_id,
                attempt=command.attempt,
                reason=ReasonCode.WRONG_CATEGORY,
                rule=rule,
                occurred_at=command.at,
            ),
        )
    offered = (
        HandlingOffered(
            case_id=command.case_id,
            request_id=command.request_id,
            attempt=command.attempt,
            channel=command.channel,
            category=command.category,
            flags=command.flags,
            unit=command.unit,
            owner=command.owner,
            deputy=command.deputy,
            excluded=command.excluded,
            parties=command.parties,
            gates=command.gates,
            narrative=command.narrative,
            suit=command.suit,
            accepted_at=command.accepted_at,
            limits=command.limits,
            occurred_at=command.at,
        ),
    )
    if command.firm_consent is None:
        return offered
    return (
        *offered,
        FirmConsentNoted(
            case_id=command.case_id,
            request_id=command.request_id,
            party=command.parties[0],
            paper=None,
            recorded_by=None,
            matter=command.firm_consent,
            occurred_at=command.at,
        ),
    )


def require_signed(case: Open) -> Open:
    if case.signed_by is None:
        raise NobodySignedYet
    return case


def sign_for(command: SignFor, case: Open) -> tuple[CaseEvent, ...]:
    """Who signs late has less of the time that ran since the acceptance (R-03, R-08)."""
    if case.signed_by == command.by.person:
        return ()
    hosts.require_owner_to_be(case, command.by)
    limits = counted_on(case, command.limits)
    end = end_by(limits, leading_clock(case.channel, case.course.trade, case.course.suit))
    return (
        HandlingSigned(
            case_id=case.case_id,
            request_id=case.request_id,
            attempt=case.attempt,
            unit=case.unit,
            owner=command.by.person,
            occurred_at=command.at,
        ),
        CaseOpened(
            case_id=case.case_id,
            request_id=case.request_id,
            channel=case.channel,
            parties=case.parties,
            consent_due=command.consent_due,
            mediation_due=end.due if end else command.mediation_due,
            limits=limits,
            occurred_at=command.at,
        ),
    )


def first_act(case: Open, at: datetime, events: tuple[CaseEvent, ...]) -> tuple[CaseEvent, ...]:
    """The handler's first act towards the parties is the first response and the start of handling."""
    if case.started or not events:
        return events
    return (
        FirstResponded(case_id=case.case_id, request_id=case.request_id, occurred_at=at),
        HandlingStarted(case_id=case.case_id, request_id=case.request_id, occurred_at=at),
        *events,
    )


def return_case(command: ReturnCase, case: Open) -> tuple[CaseEvent, ...]:
    if command.reason not in channels.RETURN_REASONS:
        raise ReasonNotForReturn
    return (
        HandlingReturned(
            case_id=case.case_id,
            request_id=case.request_id,
            attempt=case.attempt,
            reason=command.reason,
            owner=case.signed_by or case.owner,
            note=command.note,
            occurred_at=command.at,
        ),
    )

"""The course of a case as its file tells it: who led and by what right, who hosted, who sat with them, what courts did.

R-15: no note of a panel, no talk apart, no suspicion. R-25: legal aid stands in the file of who applied, in no other.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.mediation.cases.casefile import UNTOLD
from services.mediation.cases.facts import (
    CaseEvent,
    HandlingOffered,
    MediatorNamed,
    NoticeGiven,
    PartyConsented,
    PartyRefused,
    SessionHeld,
    SessionId,
    SessionOpened,
    SessionResult,
)
from services.mediation.cases.rules.channels import NOTICE_BEFORE_HELP
from services.mediation.cases.values import BodyKind
from services.mediation.channels.facts import (
    AssistanceAsked,
    CaseResumed,
    CaseSuspended,
    ChannelHandedOver,
    HostingDeclined,
    HostRecused,
    PenaltyDecided,
    SuitNoted,
    TradeNamed,
)
from services.mediation.litigation.facts import (
    CaseJudged,
    LitigationBegun,
    LitigationEvent,
    ProcedureChanged,
    TrialExtended,
    TrialOverdue,
    TrialResumed,
    TrialSuspended,
)
from services.mediation.panels.bodies import PanelFile
from services.mediation.papers.inputs import Inputs
from services.mediation.referrals.decider import LawyerAssigned, LegalAidApplied, LegalAidDecided, ReferralEvent
from shared.contracts.codes import Channel, SessionKind
from shared.kernel import PersonId


def course_of(history: Sequence[CaseEvent], sides: Mapping[PersonId, str]) -> list[Inputs]:
    """Its way through the channels in the order in which it happened, as plain data."""
    results = {event.session_id: event.result for event in history if isinstance(event, SessionHeld)}
    channel: Channel | None = None
    steps: list[Inputs] = []
    for event in history:
        if isinstance(event, HandlingOffered | ChannelHandedOver):
            channel = event.channel
        told = _step(event, sides, results)
        if told is not None:
            steps.append({"at": _at(event.occurred_at), "channel": channel, **told})
    return steps


def _step(event: CaseEvent, sides: Mapping[PersonId, str], results: Mapping[SessionId, SessionResult]) -> Inputs | None:
    """None: nothing that a file tells."""
    match event:
        case HandlingOffered():
            return {"step": "led", "suit": event.suit}
        case ChannelHandedOver():
            reason = None if event.reason in UNTOLD else event.reason
            return {"step": "handed_over", "reason": reason, "ground": event.ground, "rule": event.rule}
        case NoticeGiven():
            before = event.rule == NOTICE_BEFORE_HELP
            return {"step": "told_before" if before else "told_at_the_end", "ways": list(event.ways)}
        case PartyConsented() | PartyRefused():
            consented = isinstance(event, PartyConsented)
            return {"step": "answered", "side": sides[event.party], "consented": consented, "how": event.how}
        case TradeNamed():
            return {"step": "trade_named", "trade": event.trade}
        case AssistanceAsked():
            return {"step": "assistance_asked", "helper": event.channel, "unit": event.unit}
        case SessionOpened() if event.kind is not SessionKind.CAUCUS:
            return {"step": "session", "kind": event.kind, "result": results.get(event.session_id)}
        case SuitNoted():
            return {"step": "suit_noted", "suit": event.stage}
        case CaseSuspended():
            return {"step": "suspended", "reason": event.reason}
        case CaseResumed():
            return {"step": "resumed"}
        case PenaltyDecided():
            return {"step": "penalty_decided"}
        case _:
            return _step_of_host(event)


def _step_of_host(event: CaseEvent) -> Inputs | None:
    match event:
        case MediatorNamed():
            body = event.body
            return {
                "step": "host_named",
                "host": str(event.host),
                "unit": body.code if body else event.registered_with,
                "of_the_court": body is not None and body.kind is BodyKind.COURT,
            }
        case HostRecused():
            return {"step": "host_recused", "host": str(event.host)}
        case HostingDeclined():
            return {"step": "host_declined", "host": str(event.host)}
        case _:
            return None


def panel_of(panel: PanelFile) -> Inputs:
    """Seats and decisions; what was noted beside a decision, and who is tied to whom, stay where they are."""
    return {
        "template": panel.template,
        "complete": panel.lacking == 0,
        "seats": [
            {"seat": each.seat, "person": str(each.person) if each.person else None, "taken": each.taken}
            for each in panel.seats
        ],
        "decisions": [
            {"decision": each.decision, "present": each.present, "at": _at(each.at)} for each in panel.decided
        ],
    }


def aid_of(history: Iterable[ReferralEvent]) -> list[Inputs]:
    steps: list[Inputs] = []
    for event in history:
        match event:
            case LegalAidApplied():
                steps.append({"standing": "applied", "at": _at(event.occurred_at)})
            case LegalAidDecided():
                standing = "granted" if event.granted else "refused"
                steps.append({"standing": standing, "at": _at(event.occurred_at)})
            case LawyerAssigned():
                steps.append({"standing": "assigned", "at": _at(event.occurred_at)})
            case _:
                pass
    return steps


def trial_of(history: Iterable[LitigationEvent]) -> list[Inputs]:
    """What the court did and until when it has time; its papers lie in the vault."""
    steps: list[Inputs] = []
    for event in history:
        match event:
            case LitigationBegun():
                filed = _court_step("filed", event.filed_at, event.limit.due)
                steps.append(filed | {"procedure": str(event.procedure)})
            case ProcedureChanged():
                steps.append(_court_step("procedure_changed", event.occurred_at, event.limit.due))
            case TrialExtended():
                steps.append(_court_step("extended", event.occurred_at, event.limit.due))
            case TrialSuspended():
                steps.append(_court_step("suspended", event.occurred_at))
            case TrialResumed():
                steps.append(_court_step("resumed", event.occurred_at, event.limit.due))
            case TrialOverdue():
                steps.append(_court_step("overdue", event.occurred_at))
            case CaseJudged():
                steps.append(_court_step("judged", event.occurred_at))
            case _:
                pass
    return steps


def _court_step(step: str, at: datetime, due: datetime | None = None) -> Inputs:
    return {"step": step, "at": _at(at), "due": _at(due) if due else None}


def _at(when: datetime) -> str:
    return when.isoformat()

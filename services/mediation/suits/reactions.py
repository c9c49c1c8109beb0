"""What happens to a docked suit goes back to its court, and the court's filing reaches the case."""

from services.mediation.agreements.facts import DutyDefaulted, DutyPerformed
from services.mediation.cases import deadlines
from services.mediation.cases.facts import CaseClosed, CaseOpened, OutcomeReported
from services.mediation.cases.state import Open
from services.mediation.cases.store import CaseHandler
from services.mediation.channels.commands import NoteSuit
from services.mediation.dockets.store import DocketHandler
from services.mediation.suits.decider import Docked, Report, ReportKind, SuitStageNoted
from services.mediation.suits.store import SuitHandler
from shared.contracts.codes import Channel, Outcome, ReasonCode
from shared.eventstore import Incoming, Transaction
from shared.messaging import Reaction

OF_OUTCOME = {
    Outcome.SETTLED: ReportKind.SETTLED,
    Outcome.FAILED: ReportKind.FAILED,
    Outcome.HANDED_OVER: ReportKind.HANDED_BACK,
}


def report_to_courts(suits: SuitHandler, cases: CaseHandler) -> Reaction:
    """Each result and each performance once; a request that no court sent has nobody to report to."""

    async def report(record: Incoming, tx: Transaction) -> None:
        suit, _ = await suits.within(tx).state(record.key)
        if not isinstance(suit, Docked):
            return
        wish = await _report(record.body, cases.within(tx))
        if wish is not None:
            await suits.within(tx).handle(suit.request_id, wish, record.context)

    causes = (CaseOpened, CaseClosed, DutyPerformed, DutyDefaulted)
    return Reaction(
        reader="mediation.report_to_courts",
        causes=tuple(("mediation", cause) for cause in causes),
        handle=report,
    )


async def _report(body: object, cases: CaseHandler) -> Report | None:
    match body:
        case CaseOpened():
            return _of_case(body, ReportKind.BEGUN, None, 0)
        case CaseClosed():
            history = [stored.event for stored in await cases.history(body.case_id)]
            outcome = next((event for event in history if isinstance(event, OutcomeReported)), None)
            kind = OF_OUTCOME.get(outcome.outcome, ReportKind.STOPPED) if outcome else ReportKind.STOPPED
            return _of_case(body, kind, body.reason, outcome.duties_watched if outcome else 0)
        case DutyPerformed():
            return _of_duty(body, ReportKind.PERFORMED)
        case DutyDefaulted():
            return _of_duty(body, ReportKind.DEFAULTED)
        case _:
            return None


def _of_case(body: CaseOpened | CaseClosed, kind: ReportKind, reason: ReasonCode | None, watched: int) -> Report:
    return Report(
        cause=body.case_id,
        kind=kind,
        case_id=body.case_id,
        reason=reason,
        duties_watched=watched,
        at=body.occurred_at,
    )


def _of_duty(body: DutyPerformed | DutyDefaulted, kind: ReportKind) -> Report:
    return Report(
        cause=body.duty_id,
        kind=kind,
        case_id=body.case_id,
        reason=None,
        duties_watched=body.still_watched,
        at=body.occurred_at,
    )


def follow_courts(cases: CaseHandler, dockets: DocketHandler) -> Reaction:
    """R-61: from filing on only the court hosts, so that the case has to know it at once."""

    async def follow(record: Incoming, tx: Transaction) -> None:
        if not isinstance(record.body, SuitStageNoted):
            return
        docket, _ = await dockets.within(tx).state(record.body.request_id)
        if docket.case_id is None:
            return
        case, _ = await cases.within(tx).state(docket.case_id)
        if not isinstance(case, Open):
            return
        at = record.body.occurred_at
        term = deadlines.term(Channel.JM, case.course.trade, record.body.stage, at)
        wish = NoteSuit(stage=record.body.stage, by=None, mediation_due=term.mediation_due, limits=term.limits, at=at)
        await cases.within(tx).handle(docket.case_id, wish, record.context)

    return Reaction(reader="mediation.follow_courts", causes=(("mediation", SuitStageNoted),), handle=follow)

from services.mediation.cases.facts import GateResult
from services.mediation.dockets.decider import AttemptBegun, BeginAttempt, GateKept, KeepGate, docket_decider
from shared.contracts.codes import Gate
from shared.kernel import RuleId
from tests.mediation.cases.samples import CASE, MONDAY, REQUEST
from tests.support.spec import Spec

docket = Spec(docket_decider)
NO_CRIME = KeepGate(request_id=REQUEST, gate=Gate.CRIME_OR_CIVIL, result=RuleId("NOT_A_CRIME"), at=MONDAY)


def begin(attempt: int) -> BeginAttempt:
    return BeginAttempt(request_id=REQUEST, attempt=attempt, case_id=CASE, at=MONDAY)


def test_a_gate_result_is_kept_for_the_case_to_come() -> None:
    docket.when(NO_CRIME).then(
        GateKept(request_id=REQUEST, gate=NO_CRIME.gate, result=NO_CRIME.result, occurred_at=MONDAY)
    )
    kept = docket.after(NO_CRIME)
    kept.when(NO_CRIME).then_nothing()
    assert kept.state.results == (GateResult(Gate.CRIME_OR_CIVIL, RuleId("NOT_A_CRIME")),)


def test_a_later_result_replaces_the_earlier_one() -> None:
    crime = KeepGate(request_id=REQUEST, gate=Gate.CRIME_OR_CIVIL, result=RuleId("CRIME"), at=MONDAY)
    assert docket.after(NO_CRIME, crime).state.gates == {Gate.CRIME_OR_CIVIL: RuleId("CRIME")}


def test_attempts_only_go_up() -> None:
    docket.when(begin(2)).then(AttemptBegun(request_id=REQUEST, attempt=2, case_id=CASE, occurred_at=MONDAY))
    docket.after(begin(2)).when(begin(2)).then_nothing()
    docket.after(begin(2)).when(begin(1)).then_nothing()

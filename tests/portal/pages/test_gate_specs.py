"""Gates in words: every result and ground that routing knows, who decides and until when."""

import pytest

from services.portal.pages.gate_specs import (
    COURSE,
    EXTENSIONS,
    GATE_RESULTS,
    GROUNDS,
    GROUNDS_OF,
    RESULTS,
    CrimeReview,
    GateFile,
    UndecidedGate,
    gate_acts,
    gate_line,
    gate_spec,
    other_gates,
)
from services.portal.pages.words import zh_names
from services.routing.decisions.rules.crime_review import Extension
from services.routing.decisions.rules.gates import RESULTS as KNOWN
from services.routing.decisions.rules.grounds import GROUNDS as KNOWN_GROUNDS
from services.routing.decisions.rules.grounds import Ground
from shared.contracts.codes import Gate
from tests.portal.pages.test_screening import NOW

CRIME = GateFile(
    gate="CRIME_OR_CIVIL", result="UNDECIDED", decided_by="rule", closes=True, may_decide=("case_investigator",),
    until=NOW,
)  # fmt: skip


def test_the_pages_know_every_result_ground_and_extension_of_routing() -> None:
    assert {gate: set(results) for gate, results in GATE_RESULTS.items()} == {
        str(gate): {str(each) for each in results} for gate, results in KNOWN.items()
    }
    assert set(RESULTS) >= {result for results in GATE_RESULTS.values() for result in results}
    assert set(GROUNDS) == set(Ground)
    assert set(EXTENSIONS) == set(Extension)
    assert {(gate, each[0]): frozenset(each[2]) for gate, each in GROUNDS_OF.items()} == {
        (str(gate), str(result)): frozenset(grounds) for (gate, result), grounds in KNOWN_GROUNDS.items()
    }


@pytest.mark.parametrize("gate", list(Gate))
def test_a_ground_travels_only_with_the_result_that_takes_it(gate: Gate) -> None:
    body = gate_spec(gate).body
    for result in GATE_RESULTS[gate]:
        takes = gate in GROUNDS_OF and GROUNDS_OF[gate][0] == result
        assert ("ground" in body({"result": result, "ground": "flight"})) is takes


def test_a_pending_gate_says_who_decides_and_until_when() -> None:
    line = gate_line(CRIME, NOW, "/desk/x", ())
    assert f"由{zh_names()['roles']['case_investigator']}决定" in line.because
    assert "今天 09:00 前" in line.because


def test_a_gate_of_others_is_shown_as_theirs() -> None:
    [officer] = gate_acts("/desk/x", (CRIME,), CrimeReview(next="heavy"), "ENT", ("triage_officer",))
    assert officer.why_not.startswith("由")
    labels = [
        act.label for act in gate_acts("/desk/x", (CRIME,), CrimeReview(next="heavy"), "ENT", ("case_investigator",))
    ]
    assert labels == ["决定民刑闸门", COURSE["extension"].label]


@pytest.mark.parametrize("gate", ["MEDIABLE", "MINOR_GATE"])
def test_r_02_r_06_r_13_a_gate_that_nothing_closed_yet_is_offered_to_whom_it_belongs(gate: str) -> None:
    open_gate = UndecidedGate(gate=gate, may_decide=("triage_officer",))
    [link] = other_gates("/desk/x", (open_gate,), ("triage_officer",))
    assert (link.url, link.label) == (f"/desk/x/gate-{gate}", f"决定{zh_names()['gates'][gate]}")
    assert not other_gates("/desk/x", (open_gate,), ("case_investigator",))


def test_r_06_a_gate_that_was_decided_can_be_decided_again_though_it_closes_no_channel() -> None:
    guardian = GateFile(
        gate="MINOR_GATE", result="GUARDIAN_NEEDED", decided_by="person", may_decide=("triage_officer",)
    )
    assert gate_line(guardian, NOW, "/desk/x", ("triage_officer",)).again_url == "/desk/x/gate-MINOR_GATE"
    assert gate_line(guardian, NOW, "/desk/x", ("duty_officer",)).again_url == ""
    assert gate_line(CRIME, NOW, "/desk/x", ("case_investigator",)).again_url == "", "its button stands at the foot"


@pytest.mark.parametrize(
    ("review", "role", "offered"),
    [
        (CrimeReview(asked="heavy"), "bureau_leader", "extension-answer"),
        (CrimeReview(letter_owed=True), "case_investigator", "letter"),
        (CrimeReview(letter_served=True), "triage_officer", "review"),
        (CrimeReview(letter_served=True, review_requested=True), "bureau_leader", "review-answer"),
        (CrimeReview(asked="heavy"), "case_investigator", None),
        (CrimeReview(letter_served=True, review_requested=True, overturned=False), "bureau_leader", None),
    ],
)
def test_r_27_each_step_of_a_review_is_offered_to_whom_it_belongs(
    review: CrimeReview, role: str, offered: str | None
) -> None:
    acts = gate_acts("/desk/x", (), review, "ENT", (role,))
    assert [act.url for act in acts] == ([f"/desk/x/{offered}"] if offered else [])


def test_r_24_whom_a_complaint_is_about_is_asked_of_complaints_only() -> None:
    assert [act.url for act in gate_acts("/desk/x", (), None, "CPL", ("triage_officer",))] == ["/desk/x/complained-of"]
    assert not gate_acts("/desk/x", (), None, "DIS", ("triage_officer",))

"""What the case room makes of a case: the one next step, the clocks, and plain words for every code of the law."""

from typing import Any
from uuid import UUID

import pytest

from services.mediation.agreements.rules.ladder import Rung
from services.mediation.cases.steps import ACCESS
from services.mediation.cases.values import Interest, LeadGround, SuitStage, Trade
from services.mediation.channels.rules.limits import LENGTHS
from services.mediation.panels.facts import PanelDecision
from services.mediation.panels.rules.templates import TEMPLATES
from services.mediation.suits.decider import ReportKind
from services.portal.pages.case_acts import case_acts
from services.portal.pages.case_clocks import RULES, clocks_of
from services.portal.pages.case_models import Case, Panel, PanelSeat
from services.portal.pages.case_room import next_step
from services.portal.pages.channel_words import CHANNELS, EFFECTS, GROUNDS, INTERESTS, LIMITS, RUNGS, SUITS, TRADES
from services.portal.pages.own_case import OwnCase, aid_act, changed_from, mediation_facts
from services.portal.pages.panels import DECIDED, seat_names, templates_of_codes
from services.portal.pages.suits import REPORTS
from shared.contracts.codes import Effect

ONE, OTHER = UUID(int=1), UUID(int=2)
AT, DUE = "2026-11-22T07:00:00Z", "2026-12-22T15:59:59Z"
BY_THEMSELVES = {"hand_over", "form_panel", "note_suit", "appoint_agent", "record_performance"}
"""Steps of the desk with a page of their own, or with a door of the court's or the vault's."""
OF_PARTIES = {
    "give_consent", "refuse_mediation", "sign_agreement", "confirm_duty", "apply_for_mediation", "choose_remote",
    "join_confirmation", "file_confirmation",
}  # fmt: skip


def case(**changes: Any) -> Case:
    given = {
        "case_id": UUID(int=3),
        "request_id": UUID(int=4),
        "channel": "PM",
        "category": "DIS",
        "state": "CONSENT_SOUGHT",
        "unit": "STATION-GL",
        "parties": [{"party": ONE, "side": "requester"}, {"party": OTHER, "side": "other_party"}],
        "opened_at": AT,
    }
    return Case.model_validate({**given, **changes})


def steps(**allowed: bool) -> list[dict[str, Any]]:
    return [{"operation": f"mediation.{name}", "allowed": may} for name, may in allowed.items()]


def test_every_code_of_the_law_has_its_words() -> None:
    assert set(CHANNELS) == {"PSM", "PM", "IM", "JM"}
    assert set(EFFECTS) == set(Effect)
    assert set(GROUNDS) == set(LeadGround)
    assert set(TRADES) == set(Trade)
    assert set(SUITS) == set(SuitStage)
    assert set(INTERESTS) == set(Interest)
    assert set(RUNGS) == set(Rung)
    assert set(DECIDED) == set(PanelDecision)
    assert set(REPORTS) == set(ReportKind)
    assert set(LENGTHS) <= set(LIMITS)
    assert set(LENGTHS) <= set(RULES)


def test_every_step_of_the_desk_has_its_form() -> None:
    known = set(case_acts("PM", (), ()))
    assert set(ACCESS) - OF_PARTIES - BY_THEMSELVES - known == set()


@pytest.mark.parametrize("template", TEMPLATES)
def test_seats_have_the_names_of_the_one_list(template: str) -> None:
    seats = [PanelSeat(seat=seat) for seat in TEMPLATES[template].seats]  # type: ignore[index]
    panel = Panel(template=template, quorum=1, lacking=0, lead=seats[0].seat, seats=tuple(seats))
    assert len(seat_names(panel)) == len(seats)
    assert all(seat_names(panel).values())


def test_the_contact_tree_is_not_offered_as_a_panel() -> None:
    assert {each.code for each in templates_of_codes()} == {str(code) for code in TEMPLATES}


def test_the_first_that_is_allowed_in_the_order_of_the_law_is_the_next_step() -> None:
    found = next_step(case(next=steps(open_session=True, give_notice=True, sign_for_case=False)))
    assert found is not None
    assert found.name == "give_notice"


def test_after_talks_that_cannot_go_on_the_end_is_the_next_step() -> None:
    given = steps(open_session=False, end_case=True)
    assert next_step(case(next=given)) is None
    found = next_step(case(state="NOT_AGREED", next=given))
    assert found is not None
    assert found.name == "end_case"


def test_limits_are_clocks_with_their_rule_and_one_that_stands_still_says_so() -> None:
    limits = [
        {"clock": "CL-029", "due": DUE, "still": True},
        {"clock": "CL-023", "due": AT},
    ]
    first, month, *rest = clocks_of(case(course={"limits": limits}))
    assert (first.name, first.rule, first.note) == ("第二次公安调解", "R-03", "")
    assert (month.rule, month.note) == ("R-12", "时间暂停，不计算")
    assert rest == []
    assert clocks_of(case(closed_at=AT, course={"limits": limits})) == ()


def test_the_thirty_days_of_the_confirmation_run_after_the_case_is_closed() -> None:
    paper = {
        "agreement_id": UUID(int=5),
        "state": "IN_EFFECT",
        "in_effect_at": AT,
        "confirmation": {"state": "not_asked", "due": DUE},
    }
    (clock,) = clocks_of(case(closed_at=AT, agreement=paper))
    assert (clock.name, clock.rule) == ("共同申请司法确认（三十日）", "R-13")


def own(**changes: Any) -> OwnCase:
    return OwnCase.model_validate({**case().model_dump(), "you": OTHER, **changes})


def test_a_party_reads_which_mediation_it_is_and_what_went_before() -> None:
    legs = [{"channel": "PSM", "since": AT}, {"channel": "PM", "since": AT}]
    found = own(course={"legs": legs, "worth": "BINDING_CONTRACT"})
    assert changed_from(found) == "公安调解"
    told = dict(mediation_facts(found))
    assert told["哪种调解"] == "人民调解"
    assert "合同的效力" in told["协议值什么"]
    ended = dict(mediation_facts(own(closed_at=AT, outcome="failed")))
    assert "协议值什么" not in ended


def test_legal_aid_is_offered_where_mediation_left_somebody_without_a_result() -> None:
    assert aid_act(own(), None, "/party/3") == ()
    assert [act.label for act in aid_act(own(outcome="failed"), None, "/party/3")] == ["申请法律援助"]
    broken = {"agreement_id": UUID(int=5), "state": "DEFAULTED", "duties": [{"duty_id": ONE, "state": "defaulted"}]}
    assert len(aid_act(own(agreement=broken), None, "/party/3")) == 1

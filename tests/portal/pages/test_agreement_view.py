"""What an agreement says of itself: instalments, what a default leads to, the way to the court."""

from typing import Any
from uuid import UUID

from services.portal.pages.agreement_view import Agreement, Case, agreement_view
from services.portal.pages.case_models import Advice, Way
from services.portal.pages.contexts import AgreementView

PAYEE, PAYER = UUID(int=1), UUID(int=2)
PAPER, CASE, REQUEST = UUID(int=3), UUID(int=4), UUID(int=5)
AT, DUE = "2026-11-22T07:00:00Z", "2026-12-22T15:59:59Z"


def duty(place: int, **changes: Any) -> dict[str, Any]:
    money = {"kind": "money", "by": PAYER, "to": PAYEE, "amount_fen": 200_000, "due": "2026-12-01"}
    return {"duty_id": UUID(int=10 + place), **money, "place": place, "times": 3, "every": "month", **changes}


def agreement(*duties: dict[str, Any], **changes: Any) -> Agreement:
    given = {
        "agreement_id": PAPER,
        "case_id": CASE,
        "request_id": REQUEST,
        "draft": 1,
        "state": "IN_EFFECT",
        "product": "PM_AGREEMENT",
        "effect": "BINDING_CONTRACT",
        "in_effect_at": AT,
        "duties": duties,
        "signatures": [{"party": PAYEE, "signed": True}, {"party": PAYER, "signed": True}],
    }
    return Agreement.model_validate({**given, **changes})


def case(you: UUID | None, **allowed: bool) -> Case:
    steps = [{"operation": f"mediation.{name}", "allowed": may} for name, may in allowed.items()]
    return Case.model_validate({"you": you, "parties": [{"party": PAYEE}, {"party": PAYER}], "next": steps})


def shown(
    paper: Agreement, seen: Case, about: UUID | None = CASE, ways: Advice | None = None, *, court: bool = False
) -> AgreementView:
    return agreement_view(paper, seen, "张桂兰", about, ways or Advice(), from_court=court)


def test_each_instalment_is_confirmed_by_who_receives_and_by_nobody_else() -> None:
    paper = agreement(duty(1, state="performed"), duty(2, state="due"), duty(3))
    view = shown(paper, case(PAYEE))
    assert [bool(term.confirm) for term in view.terms] == [False, True, True]
    assert [term.state for term in view.terms] == ["已做到", "到期了，等对方确认", ""]
    assert view.performance == "共 3 项，1 项做到了"
    assert view.terms[1].does == "付给甲方（反映人）（每月一期，第 2 期，共 3 期）"
    assert not any(term.confirm for term in shown(paper, case(PAYER)).terms)


def test_a_default_says_who_has_it_now_and_where_to_turn() -> None:
    ways = Advice(ways=(Way(way="suit", title="就协议向法院起诉", detail="要求履行。"),))
    view = shown(agreement(duty(1, state="defaulted", rung="village")), case(PAYEE), ways=ways)
    assert view.terms[0].state == "到期没有做到，现在由村（居）调解委员会督促"
    assert view.broken == (("就协议向法院起诉", "要求履行。"),)
    assert shown(agreement(duty(1)), case(PAYEE), ways=ways).broken == ()


def test_nothing_is_confirmed_before_everybody_signed() -> None:
    view = shown(agreement(duty(1), in_effect_at=None, state="DRAFTED"), case(PAYEE))
    assert not view.terms[0].confirm
    assert (view.performance, view.receipt_url) == ("", "")


def test_the_desk_writes_performance_down_where_the_law_lets_it() -> None:
    paper = agreement(duty(1))
    assert shown(paper, case(None, record_performance=True), None).terms[0].record_url
    assert not shown(paper, case(None), None).terms[0].record_url


def confirming(state: str = "not_asked", *joined: UUID) -> dict[str, Any]:
    return {"state": state, "due": DUE, "joined": {str(each): "whole" for each in joined}}


def test_both_sides_go_to_the_court_together() -> None:
    steps = {"join_confirmation": True, "file_confirmation": False}
    first = shown(agreement(confirmation=confirming()), case(PAYER, **steps)).court
    assert first is not None
    assert (first.wish, first.why_not) == ("join", "")
    waits = shown(agreement(confirmation=confirming("not_asked", PAYER)), case(PAYER, **steps)).court
    assert waits is not None
    assert (waits.wish, waits.why_not) == ("", "您已经愿意，等对方也愿意")
    both = agreement(confirmation=confirming("not_asked", PAYER, PAYEE))
    ready = shown(both, case(PAYER, join_confirmation=True, file_confirmation=True)).court
    assert ready is not None
    assert ready.wish == "file"
    assert shown(agreement(), case(PAYER, **steps)).court is None, "nothing that no court confirms"


def test_a_tie_between_persons_stays_outside_of_the_court() -> None:
    paper = agreement(confirmation=confirming(), identity_relation=True)
    court = shown(paper, case(PAYER, join_confirmation=True)).court
    assert court is not None
    assert court.scope == "duties"
    assert "身份关系法院不确认" in court.says


def test_the_court_decides_only_what_it_has_accepted() -> None:
    filed = shown(agreement(confirmation=confirming("filed")), Case(), None, court=True)
    assert [(act.label, bool(act.why_not)) for act in filed.acts] == [("受理申请", False), ("作出决定", True)]
    taken = shown(agreement(confirmation=confirming("accepted")), Case(), None, court=True)
    assert [act.label for act in taken.acts] == ["作出决定", "延长十日"]
    assert shown(agreement(confirmation=confirming("filed")), Case(), None).acts == ()
    assert filed.parties == ("甲方（反映人）", "乙方（另一方）")

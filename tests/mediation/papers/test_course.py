"""The course of a case in its file: every leg with its ground, and words for whatever happened on the way."""

from services.mediation.cases.commands import CaseCommand
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import CaseEvent
from services.mediation.cases.state import CaseState
from services.mediation.cases.values import LeadGround, SuitStage, Trade
from services.mediation.channels.rules.leads import MEDIATION
from services.mediation.litigation.facts import Procedure
from services.mediation.panels.facts import PanelDecision
from services.mediation.panels.rules.templates import TEMPLATES
from services.mediation.papers import course_rows, words
from services.mediation.papers.dossier import Gathered, dossier
from services.mediation.papers.inputs import Inputs
from services.mediation.referrals.decider import AidStanding
from shared.contracts.codes import Channel, ReasonCode
from tests.mediation.cases.samples import BOTH_CONSENT, MEDIATOR, NOTICE, names
from tests.mediation.channels.samples import (
    INDUSTRY,
    JUDGE,
    VIOLATION_CASE,
    court_says,
    hands_over,
    names_trade,
)
from tests.support.spec import Spec

CaseSpec = Spec[CaseCommand, CaseState, CaseEvent]
case: CaseSpec = Spec(case_decider)
FOUR = case.after(
    *VIOLATION_CASE,
    hands_over(Channel.PM, ReasonCode.COMPLEX),
    NOTICE,
    *BOTH_CONSENT,
    names(MEDIATOR),
    names_trade(),
    hands_over(Channel.IM),
    names(INDUSTRY),
    hands_over(Channel.JM, ReasonCode.LEGAL_PROCEDURE),
    court_says(SuitStage.SIMPLE),
    names(JUDGE),
)


def filed(walked: CaseSpec) -> Inputs:
    return dossier(Gathered(case=walked.past, paper=None, panel=None, aid=(), trial=(), told=(), claim=None))


def test_every_leg_stands_in_the_file_in_its_order_with_its_reason_and_ground() -> None:
    file = filed(FOUR)
    legs = [
        (step["channel"], step["reason"], step["ground"], step["rule"])
        for step in file["course"]
        if step["step"] == "handed_over"
    ]
    assert legs == [
        ("PM", "COMPLEX", "before_penalty", "R-05"),
        ("IM", "NOT_SETTLED", "trade_of_the_body", "R-60"),
        ("JM", "LEGAL_PROCEDURE", "referred_to_court", "R-61"),
    ]
    assert [row[1] for row in course_rows.course_rows(file)] == [
        "由公安调解主办",
        "转到人民调解（复杂）：处罚决定作出以前，可以先由人民调解（R-05）",
        "调解以前，把别的解决办法都告诉了当事人",
        "甲方同意人民调解",
        "乙方同意人民调解",
        "由人民调解员（单位代码 130581-pm1）主持",
        "行业：物业",
        "转到行业调解（调解不成）：属于这个行业，由行业调解组织来调（R-60）",
        "由行业调解组织的调解员（单位代码 INDUSTRY-1）主持",
        "转到司法调解（法定程序）：转到法院诉前调解（R-61）",
        "法院：已立案，简易程序",
        "由法院人员（单位代码 COURT-1）主持",
    ]


def test_whether_there_is_casework_is_not_told_by_a_leg() -> None:
    walked = case.after(*VIOLATION_CASE, hands_over(Channel.PM, ReasonCode.VIOLATION_FOUND))
    assert filed(walked)["course"][-1]["reason"] is None


def test_whatever_happens_on_the_way_has_words() -> None:
    assert set(course_rows.GROUNDS) == set(LeadGround)
    assert set(course_rows.TRADES) == set(Trade)
    assert set(course_rows.SUITS) == set(SuitStage)
    assert set(course_rows.PROCEDURES) == set(Procedure)
    assert set(course_rows.DECISIONS) == set(PanelDecision)
    assert set(course_rows.AID) == set(AidStanding)
    assert set(course_rows.HOSTS) == set(MEDIATION)
    assert {channel: words.listed("channels")[channel]["zh"] for channel in MEDIATION} == words.CHANNELS
    assert all(len(words.listed("panels")[name]["seats"]) == len(each.seats) for name, each in TEMPLATES.items())
    assert set(ReasonCode) == set(words.listed("reasons"))

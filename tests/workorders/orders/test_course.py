"""The course of an order: proof, tries, results, approvals, another playbook or owner, ladders, a day that counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.workorders.orders.decider import AlreadySigned, SignFor
from services.workorders.orders.rules.course_acts import (
    ChoosePlaybook,
    ChosenTooLate,
    DecideStage,
    NobodyToTakeOver,
    NoteDeadline,
    NoteTier,
    NotYourApproval,
    OfferOwnership,
    OneApprovalEach,
    OwnerNeverApproves,
    SignerNotOnPlaybook,
)
from services.workorders.orders.rules.course_facts import OrderFactTold, OwnerChanged, RungClimbed
from services.workorders.orders.rules.endings import (
    NobodyIsSentElsewhere,
    OutcomeNotInPlaybook,
    ReportOutcome,
    ReturnOrder,
)
from services.workorders.orders.rules.hands import Doer, NotTheOwner, RoleNeverSigns
from services.workorders.orders.rules.law import (
    AmountUnasked,
    CoercionBeforeFiling,
    GuardianUntold,
    ItemOutsideList,
    NotaryNeeded,
    NotWithoutConsent,
    PreconditionOutsideList,
    StepNotForThis,
    StepsMissing,
    StepTooEarly,
    TemporaryCardNotOffered,
    TripDemanded,
    Wrong,
    refusal,
)
from services.workorders.orders.rules.playbook import OrderFact, Playbook
from services.workorders.orders.rules.proof import (
    NOTHING,
    Age,
    AgeUnasked,
    Applicant,
    ConsentUnrecorded,
    ProofMissing,
    ProxyPapersMissing,
)
from services.workorders.orders.rules.steps import (
    AnswerOrder,
    DeadlinePassed,
    DetailMissing,
    ReportStep,
    ResultNotOfStep,
    TriesUsedUp,
    TryOutOfOrder,
)
from services.workorders.orders.timers import DEADLINE, course_timers
from shared.contracts.codes import Category, Ladder, Outcome, OutcomeDetail, Priority, ReasonCode, Role, UnitKind
from shared.eventstore import Timer
from shared.kernel import ItemCode, RuleId
from tests.workorders.orders.courses import (
    SHOWN,
    OrderSpec,
    answer_task,
    ask,
    begun,
    delivered,
    did,
    done_up_to,
    order_in,
    owner_of,
    part,
    sign_task,
)
from tests.workorders.samples import COLLEAGUE, LATER, NOTE, OFFICER, ORDER, REQUEST, STATION, STRANGER

MISSING = delivered("missing_person")
FRAUD = delivered("fraud_dissuasion")
CARD = delivered("urgent_id_card")
HOME = delivered("residence_permit_at_home")
PASSPORT = delivered("passport_photo")
BANK = delivered("one_stop_certificate")
CLUE = delivered("clue_verification")
SCHOOL = delivered("school_bullying")
HUKOU = delivered("no_hukou")
CASE = delivered("casework")
SWEEP = delivered("sweep_finding")

LEADER = Doer(COLLEAGUE.person, Role.STATION_LEADER, STATION)
CHIEF = Doer(STRANGER.person, Role.BUREAU_LEADER, STATION)


def ends(outcome: Outcome, detail: OutcomeDetail | None = None) -> ReportOutcome:
    return ReportOutcome(doer=OFFICER, outcome=outcome, detail=detail, at=LATER)


def vain(playbook: Playbook, step: str, attempt: int) -> ReportStep:
    return replace(did(playbook, step), attempt=attempt)


# ── proof ────────────────────────────────────────────────────────────────


def test_nobody_is_on_the_scene_without_a_place() -> None:
    way = begun(MISSING).after(did(MISSING, "dispatched"))
    way.when(did(MISSING, "on_scene", evidence=NOTHING)).then_rejected(ProofMissing, missing=("place",))
    assert way.when(did(MISSING, "on_scene")).events[-1] == OrderFactTold(
        order_id=ORDER,
        request_id=REQUEST,
        step=ItemCode("on_scene"),
        tells=OrderFact.ARRIVED_ON_SCENE,
        occurred_at=LATER,
    )


def test_nothing_is_delivered_without_a_receipt() -> None:
    issued = done_up_to(begun(CARD), CARD, "deliver")
    issued.when(did(CARD, "deliver", evidence=replace(SHOWN, receipt=None))).then_rejected(ProofMissing)


@pytest.mark.parametrize("age", [None, Age.UNKNOWN])
def test_r_06_nobody_is_assumed_to_be_of_age(age: Age | None) -> None:
    refused = begun(CARD).when(did(CARD, "collect", evidence=replace(SHOWN, age=age))).then_rejected(AgeUnasked)
    assert refused.rule == "R-06"


def test_r_37_a_visit_at_home_records_how_the_person_agreed() -> None:
    silent = replace(SHOWN, consent=None)
    refused = begun(HOME).when(did(HOME, "visit", evidence=silent)).then_rejected(ConsentUnrecorded)
    assert refused.rule == "R-37"


@pytest.mark.parametrize("applicant", [None, Applicant.ONE_PAPER])
def test_r_47_a_relative_shows_the_papers_of_both(applicant: Applicant | None) -> None:
    visited = done_up_to(begun(HOME), HOME, "collect")
    shown = replace(SHOWN, applicant=applicant)
    refused = visited.when(did(HOME, "collect", evidence=shown)).then_rejected(ProxyPapersMissing)
    assert refused.rule == "R-47"
    assert visited.when(did(HOME, "collect", evidence=replace(SHOWN, applicant=Applicant.BOTH_PAPERS))).events


# ── law ──────────────────────────────────────────────────────────────────


def test_r_47_nobody_who_cannot_come_is_told_to_come() -> None:
    trip = replace(did(HOME, "ask_papers"), items=(ItemCode("come_in_person"),))
    begun(HOME).when(trip).then_rejected(TripDemanded, items=("come_in_person",))
    assert begun(HOME).when(replace(trip, items=(ItemCode("own_id"), ItemCode("proxy_id")))).events


def test_r_49_registration_has_no_preconditions_beyond_the_list() -> None:
    demand = replace(did(HUKOU, "ask_papers"), items=(ItemCode("marriage_record"),))
    begun(HUKOU).when(demand).then_rejected(PreconditionOutsideList, items=("marriage_record",))


def test_r_46_no_urgent_card_is_done_before_the_temporary_one_was_offered() -> None:
    # Everything but the offer.
    order = begun(CARD)
    for step, result in (("first_response", None), ("ask_hukou", "here"), ("collect", None)):
        order = order.after(did(CARD, step, result))
    order = order.after(replace(did(CARD, "ask_day"), deadline=LATER + timedelta(days=7)))
    for step in ("apply", "issue", "deliver"):
        order = order.after(did(CARD, step))
    refused = order.when(ends(Outcome.DONE)).then_rejected(TemporaryCardNotOffered)
    assert refused.rule == "R-46"


def test_r_31_the_amount_is_asked_before_anybody_is_spared_the_notary() -> None:
    begun(BANK).when(did(BANK, "no_notary")).then_rejected(AmountUnasked)
    above = begun(BANK).after(did(BANK, "ask_amount", "above"))
    refused = above.when(did(BANK, "no_notary")).then_rejected(NotaryNeeded)
    assert refused.rule == "R-31"


def test_r_27_nothing_is_frozen_before_the_case_is_filed() -> None:
    begun(CASE).when(did(CASE, "freezing")).then_rejected(CoercionBeforeFiling)
    refused = begun(CASE).after(did(CASE, "crime_report", "fast_lane"), did(CASE, "filing", "refused"))
    refused.when(did(CASE, "freezing")).then_rejected(CoercionBeforeFiling)
    filed = begun(CASE).after(did(CASE, "crime_report", "fast_lane"), did(CASE, "filing", "filed"))
    assert filed.when(did(CASE, "freezing")).events


def test_r_33_the_guardian_is_told_or_suspected() -> None:
    seen = begun(SCHOOL).after(did(SCHOOL, "see_child", "safe"), did(SCHOOL, "report"))
    refused = seen.when(ends(Outcome.HANDED_OVER)).then_rejected(GuardianUntold)
    assert refused.rule == "R-33"
    assert seen.after(did(SCHOOL, "guardian", "suspected")).when(ends(Outcome.HANDED_OVER)).events


def test_r_37_no_other_office_is_told_without_consent() -> None:
    office = ask(CARD, "tell_office", part(UnitKind.DEPARTMENT, lead=True))
    begun(CARD).when(office).then_rejected(NotWithoutConsent)
    begun(CARD).after(did(CARD, "office_wish", "declined")).when(office).then_rejected(NotWithoutConsent)
    agreed = begun(CARD).after(did(CARD, "office_wish", "agreed"))
    agreed.when(office).then_rejected(NotWithoutConsent)
    assert agreed.after(did(CARD, "office_consent")).when(office).events


def test_a_law_that_no_words_are_kept_for_is_refused_in_general_words() -> None:
    assert isinstance(refusal(Wrong.OUTSIDE, RuleId("R-99"), items=()), ItemOutsideList)
    assert isinstance(refusal(Wrong.EARLY, None, missing=()), StepTooEarly)


# ── tries and results ────────────────────────────────────────────────────


def test_each_call_is_a_fact_and_a_message_is_no_contact() -> None:
    alert = begun(FRAUD, priority=Priority.P0, category=Category.FRD).after(did(FRAUD, "dispatched"))
    alert.when(did(FRAUD, "sms")).then_rejected(StepTooEarly, missing=("call",))
    tried = alert.after(vain(FRAUD, "call", 1), vain(FRAUD, "call", 2))
    assert order_in(tried).tries == {"call": 2}
    sent = tried.after(did(FRAUD, "sms"))
    sent.when(ends(Outcome.DONE)).then_rejected(StepsMissing)
    sent.when(did(FRAUD, "person_reached", "persuaded")).then_rejected(StepTooEarly, missing=("call", "door"))
    met = sent.after(did(FRAUD, "door"), did(FRAUD, "person_reached", "persuaded"))
    assert met.when(did(FRAUD, "transfer", "stopped")).events


def test_a_picture_is_taken_again_until_the_tries_are_used_up_and_a_studio_may_help_after_the_first() -> None:
    came = begun(PASSPORT).after(did(PASSPORT, "first_response"))
    came.when(did(PASSPORT, "by_studio")).then_rejected(StepTooEarly, missing=("collect_photo",))
    came.when(vain(PASSPORT, "collect_photo", 2)).then_rejected(TryOutOfOrder, next=1)
    order = came
    for attempt in range(1, 6):
        order = order.after(vain(PASSPORT, "collect_photo", attempt))
        order.when(vain(PASSPORT, "collect_photo", attempt)).then_nothing()
        assert order.when(did(PASSPORT, "by_studio")).events
    order.when(vain(PASSPORT, "collect_photo", 6)).then_rejected(TriesUsedUp, tries=5)
    assert order.when(did(PASSPORT, "collect_photo")).events, "a picture that is good at last is taken"


def test_a_verdict_is_told_as_it_was_found() -> None:
    checked = begun(CLUE).after(did(CLUE, "check"), did(CLUE, "verdict", "invalid"))
    checked.when(ends(Outcome.DONE, OutcomeDetail.CLUE_VALID)).then_rejected(OutcomeNotInPlaybook)
    checked.when(did(CLUE, "crime_told")).then_rejected(StepNotForThis)


def test_a_step_with_results_is_reported_with_one_of_them_and_others_with_none() -> None:
    begun(CLUE).when(did(CLUE, "check", "valid")).then_rejected(ResultNotOfStep)
    checked = begun(CLUE).after(did(CLUE, "check"))
    checked.when(did(CLUE, "verdict")).then_rejected(ResultNotOfStep)
    checked.when(did(CLUE, "verdict", "perhaps")).then_rejected(ResultNotOfStep)


def test_a_sum_of_money_and_a_day_are_told_where_they_are_asked() -> None:
    begun(CASE).when(did(CASE, "claimed")).then_rejected(DetailMissing, missing=("amount",))
    begun(CARD).when(did(CARD, "ask_day")).then_rejected(DetailMissing, missing=("deadline",))
    begun(CARD).when(replace(did(CARD, "ask_day"), deadline=LATER)).then_rejected(DeadlinePassed)


def test_the_day_that_counts_is_remembered_the_day_before() -> None:
    exam = LATER + timedelta(days=7)
    spec = begun(CARD).after(replace(did(CARD, "ask_day"), deadline=exam))
    assert Timer(DEADLINE, exam - timedelta(days=1)) in course_timers(spec.past[-1], spec.state)
    near = spec.after(NoteDeadline(at=LATER))
    near.when(NoteDeadline(at=LATER)).then_nothing()
    begun(CARD).when(NoteDeadline(at=LATER)).then_nothing()


# ── approvals ────────────────────────────────────────────────────────────


def decide(step: str, doer: Doer, granted: bool = True) -> DecideStage:
    return DecideStage(doer=doer, step=ItemCode(step), granted=granted, note=None, at=LATER)


def at_the_station() -> OrderSpec:
    return done_up_to(begun(HUKOU), HUKOU, "station")


def test_station_county_and_city_one_after_the_other() -> None:
    order = at_the_station()
    order.when(decide("county", CHIEF)).then_rejected(StepTooEarly, missing=("station",))
    order = order.after(decide("station", LEADER), decide("county", CHIEF))
    order.when(decide("county", CHIEF)).then_nothing()
    order.when(did(HUKOU, "registered")).then_rejected(StepTooEarly, missing=("city",))
    city = part(UnitKind.OTHER_POLICE, lead=True, number=2)
    order = order.after(ask(HUKOU, "city", city))
    signer = Doer(STRANGER.person, Role.DEPARTMENT_CLERK, city.unit)
    order = order.after(sign_task(city, signer), answer_task(city, doer=signer))
    assert order.when(did(HUKOU, "registered")).events


def test_who_did_the_work_does_not_approve_it() -> None:
    owner = replace(owner_of(HUKOU), role=Role.STATION_LEADER)
    at_the_station().when(decide("station", owner)).then_rejected(OwnerNeverApproves)
    at_the_station().when(decide("station", COLLEAGUE)).then_rejected(NotYourApproval)


def test_who_granted_one_stage_grants_no_other() -> None:
    both = replace(CHIEF, person=LEADER.person)
    order = at_the_station().after(decide("station", LEADER))
    order.when(decide("county", both)).then_rejected(OneApprovalEach)
    assert order.when(decide("county", both, granted=False)).events, "a no needs no other pair of eyes"
    again = order.after(decide("county", CHIEF, granted=False), did(HUKOU, "investigate"))
    assert again.when(decide("station", LEADER)).events, "what was sent back was not granted"


def test_a_no_sends_the_order_back_to_the_inquiry() -> None:
    approved = at_the_station().after(decide("station", LEADER))
    sent_back = approved.after(decide("county", CHIEF, granted=False))
    assert {"investigate", "station"}.isdisjoint(order_in(sent_back).done)
    assert "contact" in order_in(sent_back).done
    sent_back.when(decide("county", CHIEF)).then_rejected(StepTooEarly)
    assert sent_back.after(did(HUKOU, "investigate")).when(decide("station", LEADER)).events


# ── another playbook, another owner ──────────────────────────────────────


def choose(code: str, doer: Doer) -> ChoosePlaybook:
    return ChoosePlaybook(doer=doer, playbook=delivered(code), at=LATER)


def test_the_owner_takes_another_playbook_as_long_as_nothing_is_done() -> None:
    window = replace(owner_of(CARD), role=Role.PERMIT_OFFICER)
    changed = begun(CARD).after(choose("passport_photo", window))
    assert order_in(changed).offer.playbook == PASSPORT
    changed.when(choose("passport_photo", window)).then_nothing()
    began = changed.after(did(PASSPORT, "first_response"))
    began.when(choose("urgent_id_card", window)).then_rejected(ChosenTooLate)
    begun(CARD).when(choose("passport_photo", COLLEAGUE)).then_rejected(NotTheOwner)
    officer = replace(window, role=Role.COMMUNITY_OFFICER)
    begun(CARD).when(choose("passport_photo", officer)).then_rejected(SignerNotOnPlaybook)


def test_an_order_goes_to_a_colleague_when_the_colleague_has_signed() -> None:
    handed = begun(MISSING).after(OfferOwnership(doer=OFFICER, to=STRANGER.person, note=None, at=LATER))
    taking = Doer(STRANGER.person, Role.COMMUNITY_OFFICER, STATION)
    assert order_in(handed).owner == OFFICER.person, "until then the owner stays accountable"
    handed.when(SignFor(doer=COLLEAGUE, at=LATER)).then_rejected(AlreadySigned)
    handed.when(SignFor(doer=replace(taking, role=Role.DISPATCHER), at=LATER)).then_rejected(RoleNeverSigns)
    handed.when(SignFor(doer=taking, at=LATER)).then(
        OwnerChanged(
            order_id=ORDER,
            request_id=REQUEST,
            unit=STATION,
            owner=STRANGER.person,
            former=OFFICER.person,
            occurred_at=LATER,
        )
    )
    taken = handed.after(SignFor(doer=taking, at=LATER))
    taken.when(did(MISSING, "dispatched")).then_rejected(NotTheOwner)
    assert taken.when(did(MISSING, "dispatched", doer=taking)).events
    begun(MISSING).when(OfferOwnership(doer=OFFICER, to=OFFICER.person, note=None, at=LATER)).then_rejected(
        NobodyToTakeOver
    )


def test_a_lost_person_and_a_candidate_are_sent_to_no_other_place() -> None:
    elsewhere = ReturnOrder(doer=OFFICER, reason=ReasonCode.WRONG_GRID, note=None, at=LATER)
    begun(MISSING).when(elsewhere).then_rejected(NobodyIsSentElsewhere)
    begun(CARD).when(elsewhere).then_rejected(NobodyIsSentElsewhere)
    begun(CARD).when(ends(Outcome.HANDED_OVER)).then_rejected(OutcomeNotInPlaybook)
    assert begun(CLUE).when(elsewhere).events


# ── ladders ──────────────────────────────────────────────────────────────


def tier(minutes: int) -> NoteTier:
    return NoteTier(step=ItemCode("on_scene"), minutes=minutes, due=LATER + timedelta(minutes=minutes), at=LATER)


def test_the_arrival_ladder_climbs_at_one_three_and_five_minutes() -> None:
    way = begun(MISSING, priority=Priority.P0).after(did(MISSING, "dispatched"))
    armed = course_timers(way.past[-2], way.state)
    assert {timer.name for timer in armed if isinstance(timer, Timer)} >= {
        f"tier_due:on_scene:{minutes}" for minutes in (1, 3, 5)
    }
    told = []
    for minutes in (1, 3, 5):
        (event,) = way.when(tier(minutes)).events
        assert isinstance(event, RungClimbed)
        assert (event.ladder, event.rung) == (Ladder.SPEED, minutes)
        told.append(event.told)
    assert told[0] == (Role.DISPATCHER,)
    assert told[2] == (Role.DISPATCHER, Role.STATION_LEADER, Role.BUREAU_LEADER)
    way.after(tier(1)).when(tier(1)).then_nothing()
    way.after(did(MISSING, "on_scene")).when(tier(5)).then_nothing()
    way.when(tier(2)).then_nothing()


def test_every_time_that_was_running_is_taken_back_with_the_end() -> None:
    home = done_up_to(begun(MISSING), MISSING, "answer").after(AnswerOrder(doer=OFFICER, answer=NOTE, at=LATER))
    ended = home.after(ends(Outcome.DONE, OutcomeDetail.PERSON_FOUND))
    over = course_timers(ended.past[-1], ended.state)
    assert {change.name for change in over} >= {"sign_due", "deadline", "step_due:answer", "tier_due:on_scene:5"}


def test_a_finding_that_others_mend_needs_them_and_one_mended_at_once_does_not() -> None:
    here = begun(SWEEP).after(did(SWEEP, "finding", "here"))
    assert here.when(did(SWEEP, "checked")).events
    others = begun(SWEEP).after(did(SWEEP, "finding", "others"))
    others.when(did(SWEEP, "checked")).then_rejected(StepTooEarly, missing=("responsible",))

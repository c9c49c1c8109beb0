from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import yaml

import shared.contracts
from services.mediation.agreements.commands import (
    BeginWatch,
    ClimbLadder,
    ConfirmDuty,
    NoteDutyDue,
    NoteDutyToday,
    RecordPerformance,
    WarnOfDuty,
)
from services.mediation.agreements.decider import agreement_decider
from services.mediation.agreements.facts import (
    DefaultClimbed,
    DutyDefaulted,
    DutyFellDue,
    DutyId,
    DutyPerformed,
    DutyWarned,
    PenaltyProcedureDue,
    WatchBegun,
)
from services.mediation.agreements.refusals import NoSuchDuty, NotInEffect, OnlyReceiverConfirms, RecorderIsParty
from services.mediation.agreements.rules.effects import NextRung
from services.mediation.agreements.rules.ladder import RUNGS, STAY, Rung, first_rung
from services.mediation.agreements.state import stage
from shared.contracts.codes import Channel, Effect, Ladder, Product, State
from shared.kernel import PersonId
from tests.mediation.agreements.samples import (
    AGREEMENT,
    BOTH_SIGN,
    PAYMENT,
    PAYMENT_LAPSES,
    WALL,
    WALL_LAPSES,
    both_sign,
    draft,
    seen,
)
from tests.mediation.cases.samples import CASE, COWSHED_OWNER, MEDIATOR_ID, MONDAY, REQUEST, WORKSHOP_OWNER, text
from tests.support.spec import Spec

CODES = Path(shared.contracts.__file__).parent / "domain" / "codes.yaml"
agreement = Spec(agreement_decider)
running = agreement.after(draft(), *BOTH_SIGN)


def confirms(duty: DutyId, party: PersonId) -> ConfirmDuty:
    return ConfirmDuty(duty_id=duty, party=party, at=MONDAY)


PAID = confirms(PAYMENT.duty_id, COWSHED_OWNER)
WALL_MOVED = RecordPerformance(duty_id=WALL.duty_id, proof=text(25), by=MEDIATOR_ID, at=MONDAY)
PAYMENT_DUE = NoteDutyDue(duty_id=PAYMENT.duty_id, at=PAYMENT_LAPSES)


def test_who_receives_confirms_and_the_rest_stays_watched() -> None:
    running.when(PAID).then(
        DutyPerformed(
            agreement_id=AGREEMENT,
            case_id=CASE,
            request_id=REQUEST,
            duty_id=PAYMENT.duty_id,
            confirmed_by=COWSHED_OWNER,
            proof=None,
            still_watched=1,
            occurred_at=MONDAY,
        )
    )
    running.after(PAID).when(PAID).then_nothing()
    assert stage(running.after(PAID).state) is State.IN_EFFECT


def test_the_desk_confirms_on_proof_and_the_last_duty_makes_it_performed() -> None:
    running.after(PAID).when(WALL_MOVED).then(
        DutyPerformed(
            agreement_id=AGREEMENT,
            case_id=CASE,
            request_id=REQUEST,
            duty_id=WALL.duty_id,
            confirmed_by=MEDIATOR_ID,
            proof=text(25),
            still_watched=0,
            occurred_at=MONDAY,
        )
    )
    assert stage(running.after(PAID, WALL_MOVED).state) is State.PERFORMED


def test_r_15_who_owes_does_not_confirm_and_no_party_records() -> None:
    running.when(confirms(PAYMENT.duty_id, WORKSHOP_OWNER)).then_rejected(OnlyReceiverConfirms)
    by_debtor = RecordPerformance(duty_id=PAYMENT.duty_id, proof=text(25), by=WORKSHOP_OWNER, at=MONDAY)
    running.when(by_debtor).then_rejected(RecorderIsParty)


def test_nothing_is_performed_before_all_signed() -> None:
    half = agreement.after(draft(), BOTH_SIGN[0])
    half.when(PAID).then_rejected(NotInEffect)
    half.when(WALL_MOVED).then_rejected(NotInEffect)
    half.when(PAYMENT_DUE).then_nothing()


def test_an_unknown_duty_is_not_performed() -> None:
    running.when(confirms(DutyId(UUID(int=0x99)), COWSHED_OWNER)).then_rejected(NoSuchDuty)


def test_the_watch_begins_once_with_what_is_still_open() -> None:
    begin = BeginWatch(at=MONDAY)
    running.after(PAID).when(begin).then(
        WatchBegun(agreement_id=AGREEMENT, case_id=CASE, request_id=REQUEST, watched=1, occurred_at=MONDAY)
    )
    running.after(begin).when(begin).then_nothing()
    agreement.after(draft()).when(begin).then_rejected(NotInEffect)


def test_three_days_before_it_is_warned_of_once() -> None:
    warn = WarnOfDuty(duty_id=PAYMENT.duty_id, at=PAYMENT_LAPSES - timedelta(days=3))
    running.when(warn).then(
        DutyWarned(
            agreement_id=AGREEMENT,
            case_id=CASE,
            request_id=REQUEST,
            duty_id=PAYMENT.duty_id,
            due=PAYMENT_LAPSES,
            occurred_at=warn.at,
        )
    )
    running.after(warn).when(warn).then_nothing()
    running.after(PAID).when(warn).then_nothing()


def test_a_missed_duty_is_defaulted_once_and_the_next_rung_is_named() -> None:
    defaulted, climbed = running.when(PAYMENT_DUE).events
    assert defaulted == DutyDefaulted(
        agreement_id=AGREEMENT,
        case_id=CASE,
        request_id=REQUEST,
        duty_id=PAYMENT.duty_id,
        due=PAYMENT_LAPSES,
        next_rung=NextRung.SUIT_ON_AGREEMENT,
        still_watched=1,
        occurred_at=PAYMENT_LAPSES,
    )
    assert climbed == DefaultClimbed(
        agreement_id=AGREEMENT,
        case_id=CASE,
        request_id=REQUEST,
        duty_id=PAYMENT.duty_id,
        ladder=Ladder.PLACE,
        rung=Rung.VILLAGE,
        next_at=PAYMENT_LAPSES + STAY,
        occurred_at=PAYMENT_LAPSES,
    )
    running.after(PAYMENT_DUE).when(PAYMENT_DUE).then_nothing()
    assert stage(running.after(PAYMENT_DUE).state) is State.DEFAULTED


police = agreement.after(draft(Product.POLICE_AGREEMENT, Channel.PSM), *both_sign(seen(Channel.PSM)))


def test_r_04_a_broken_police_agreement_leads_back_to_the_penalty_procedure() -> None:
    defaulted, climbed, penalty = police.when(PAYMENT_DUE).events
    assert isinstance(defaulted, DutyDefaulted)
    assert defaulted.next_rung is NextRung.PENALTY_PROCEDURE_AND_SUIT
    assert isinstance(climbed, DefaultClimbed)
    assert climbed.rung is Rung.STATION
    assert penalty == PenaltyProcedureDue(
        agreement_id=AGREEMENT,
        case_id=CASE,
        request_id=REQUEST,
        duty_id=PAYMENT.duty_id,
        due=PAYMENT_LAPSES + timedelta(days=30),
        occurred_at=PAYMENT_LAPSES,
    )


def test_r_04_the_penalty_question_is_opened_once_however_much_is_missed() -> None:
    wall_missed = NoteDutyDue(duty_id=WALL.duty_id, at=WALL_LAPSES)
    second = police.after(PAYMENT_DUE).when(wall_missed).events
    assert [type(event) for event in second] == [DutyDefaulted, DefaultClimbed]


def test_what_settles_no_penalty_opens_none() -> None:
    assert not [event for event in running.when(PAYMENT_DUE).events if isinstance(event, PenaltyProcedureDue)]


def test_the_missed_duty_climbs_one_rung_at_a_time_up_to_the_court() -> None:
    climb = ClimbLadder(duty_id=PAYMENT.duty_id, at=PAYMENT_LAPSES)
    desk, rungs = running.after(PAYMENT_DUE), list[Rung]()
    while events := desk.when(climb).events:
        (climbed,) = events
        assert isinstance(climbed, DefaultClimbed)
        assert (climbed.next_at is None) == (climbed.rung is Rung.COURT)
        rungs.append(climbed.rung)
        desk = desk.after(climb)
    assert rungs == [Rung.STATION, Rung.TOWNSHIP_CENTRE, Rung.LOUNGE, Rung.COURT]


def test_who_performs_late_climbs_no_further() -> None:
    climb = ClimbLadder(duty_id=PAYMENT.duty_id, at=PAYMENT_LAPSES)
    running.after(PAYMENT_DUE, PAID).when(climb).then_nothing()
    running.when(climb).then_nothing()


@pytest.mark.parametrize(
    ("channel", "effect", "rung"),
    [
        (Channel.PM, Effect.BINDING_CONTRACT, Rung.VILLAGE),
        (Channel.PSM, Effect.ENDS_PENALTY, Rung.STATION),
        (Channel.IM, Effect.ORDINARY_CONTRACT, Rung.LOUNGE),
        (Channel.JM, Effect.BINDING_CONTRACT, Rung.COURT),
        (Channel.JM, Effect.ENFORCEABLE, Rung.ENFORCEMENT),
        (Channel.PM, Effect.ENFORCEABLE, Rung.ENFORCEMENT),
    ],
)
def test_who_settled_it_is_asked_first_and_what_is_enforceable_goes_to_enforcement(
    channel: Channel, effect: Effect, rung: Rung
) -> None:
    assert first_rung(channel, effect) is rung


def test_the_ladder_is_the_one_of_the_domain() -> None:
    """Seven rungs with names in Chinese; ours are theirs, in the same order."""
    (place,) = (each for each in yaml.safe_load(CODES.read_text("utf-8"))["ladders"] if each["code"] == Ladder.PLACE)
    zh = {
        Rung.GRID: "网格员",
        Rung.VILLAGE: "村",
        Rung.STATION: "派出所",
        Rung.TOWNSHIP_CENTRE: "乡镇综治中心",
        Rung.LOUNGE: "警务汇客厅",
        Rung.COURT: "法院",
        Rung.ENFORCEMENT: "执行",
    }
    assert len(RUNGS) == len(place["rungs"])
    assert all(zh[rung] in name for rung, name in zip(RUNGS, place["rungs"], strict=True))


def test_on_its_day_a_duty_is_due_once() -> None:
    today = NoteDutyToday(duty_id=PAYMENT.duty_id, at=PAYMENT_LAPSES - timedelta(hours=20))
    (due,) = running.when(today).events
    assert isinstance(due, DutyFellDue)
    assert due.due == PAYMENT_LAPSES
    running.after(today).when(today).then_nothing()
    running.after(PAID).when(today).then_nothing()


def test_a_duty_performed_in_time_does_not_default() -> None:
    running.after(PAID).when(PAYMENT_DUE).then_nothing()
    running.when(NoteDutyDue(duty_id=WALL.duty_id, at=PAYMENT_LAPSES)).then_nothing()
    assert WALL_LAPSES > PAYMENT_LAPSES


def test_late_is_better_than_never() -> None:
    late = running.after(PAYMENT_DUE, WALL_MOVED)
    assert stage(late.state) is State.DEFAULTED
    assert stage(late.after(PAID).state) is State.PERFORMED

"""Where a party can turn, in words that it understands."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.mediation.agreements.agreementfile import AgreementFile, ConfirmationFile, DutyFile
from services.mediation.cases.casefile import CaseFile
from services.mediation.cases.facts import OtherWay
from services.mediation.referrals.advice import AFTER_DEFAULT, advice, in_words, ways
from shared.contracts.codes import Effect, Outcome
from shared.kernel import PersonId

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ONE, OTHER = PersonId(UUID(int=1)), PersonId(UUID(int=2))


def case(outcome: Outcome | None = None, other_ways: tuple[str, ...] = ()) -> CaseFile:
    return CaseFile(
        case_id=UUID(int=3),
        request_id=UUID(int=4),
        attempt=1,
        channel="PM",
        category="DIS",
        flags=[],
        state="CLOSED",
        unit="STATION-GL",
        owner=None,
        deputy=None,
        parties=[],
        gates={},
        narrative=UUID(int=5),
        outcome=outcome,
        other_ways=list(other_ways),
        opened_at=AT,
        version=1,
    )


def paper(effect: Effect, duty: str = "open", confirming: str | None = None) -> AgreementFile:
    return AgreementFile(
        agreement_id=UUID(int=6),
        case_id=UUID(int=3),
        request_id=UUID(int=4),
        draft=1,
        state="IN_EFFECT",
        product="PM_AGREEMENT",
        effect=effect,
        terms_item=UUID(int=7),
        signatures=[],
        duties=[
            DutyFile(
                duty_id=UUID(int=8),
                kind="apology",
                by=ONE,
                to=OTHER,
                amount_fen=None,
                what_item=None,
                due=date(2026, 3, 9),
                lapses_at=None,
                state=duty,
            )
        ],
        confirmation=ConfirmationFile(state=confirming) if confirming else None,
        drafted_at=AT,
        in_effect_at=AT,
        version=1,
    )


def test_while_nothing_went_wrong_there_is_nothing_to_advise() -> None:
    assert advice(case(), None) == ()
    assert advice(case(Outcome.SETTLED), paper(Effect.ENDS_PENALTY)) == ()


def test_r_10_after_a_failure_the_ways_that_were_told() -> None:
    assert advice(case(Outcome.FAILED, ("suit", "arbitration")), None) == ("suit", "arbitration")
    assert advice(case(Outcome.FAILED), None) == ("suit", "legal_aid")


@pytest.mark.parametrize(
    ("effect", "first"),
    [
        (Effect.ENDS_PENALTY, "penalty_procedure"),
        (Effect.BINDING_CONTRACT, "suit_on_agreement"),
        (Effect.ORDINARY_CONTRACT, "suit_on_contract"),
        (Effect.ENFORCEABLE, "enforcement"),
    ],
)
def test_a_broken_agreement_is_followed_by_what_it_is_worth(effect: Effect, first: str) -> None:
    assert advice(case(Outcome.SETTLED), paper(effect, "defaulted"))[0] == first


def test_the_court_is_offered_while_both_can_still_ask_it() -> None:
    assert advice(case(Outcome.SETTLED), paper(Effect.BINDING_CONTRACT, confirming="not_asked")) == ("confirmation",)
    assert advice(case(Outcome.SETTLED), paper(Effect.BINDING_CONTRACT, confirming="lapsed")) == ()


def test_every_way_has_words_in_both_languages_and_the_law_behind_it() -> None:
    named = {str(way) for way in OtherWay} | {way for each in AFTER_DEFAULT.values() for way in each} | {"confirmation"}
    assert named == set(ways())
    for language in ("zh", "en"):
        for told in in_words(sorted(named), language):
            assert told.title
            assert told.detail
            assert told.rule.startswith("R-")

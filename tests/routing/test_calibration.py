"""When a person should look, from what a model said about messages that it had not seen."""

from services.routing.calibration import Judged, flag_threshold, marks, scarce_labels, temperature
from services.routing.decisions.judgement import NEVER
from services.routing.examples import Example
from shared.contracts.codes import Flag


def judged(
    *,
    right: bool = True,
    sure: float = 0.9,
    police: str = "transfer",
    own: float = 0.0,
    p1: float = 0.0,
    urgent: bool = False,
) -> Judged:
    answers: dict[str, tuple[str, ...]] = {
        "category": ("COM" if right else "DIS",),
        "priority": ("P1" if urgent else "P2",),
        "police": (police,),
        "channel": ("XFER",),
    }
    shares = {
        "category": {"COM": sure, "DIS": 1 - sure},
        "priority": {"P1": p1, "P2": 1 - p1},
        "police": {"transfer": 1 - own, "own": own},
        "channel": {"XFER": 1.0},
    }
    return Judged(Example("", "", answers, frozenset(), frozenset(), seed=False), shares, {Flag.MASS: p1})


PLAIN = [judged() for _ in range(20)]


def test_below_the_confidence_at_which_the_model_was_right_often_enough_a_person_looks() -> None:
    found = marks([*PLAIN, *(judged(right=False, sure=0.6) for _ in range(10))], {})
    assert found.doubts(judged(sure=0.6))
    assert not found.doubts(judged(sure=0.9))


def test_no_police_business_that_the_model_would_send_away_leaves_without_a_person() -> None:
    lost = judged(police="own", own=0.2)
    found = marks([*PLAIN, lost], {})
    assert found.own_from <= 200
    assert found.doubts(lost)
    assert not found.doubts(judged())


def test_what_cannot_wait_is_found_by_rank_where_the_first_choice_misses_it() -> None:
    missed = [judged(urgent=True, p1=0.3) for _ in range(10)]
    found = marks([*PLAIN, *missed], {})
    assert found.urgent_from == 300
    assert all(map(found.doubts, missed))
    assert not found.doubts(judged(p1=0.1))


def test_without_anything_lost_or_missed_nobody_is_disturbed() -> None:
    found = marks(PLAIN, {})
    assert (found.urgent_from, found.own_from) == (NEVER, NEVER)
    assert not found.doubts(judged())


def test_a_label_with_too_few_messages_goes_to_a_person() -> None:
    few = [item.example for item in (*(judged() for _ in range(60)), judged(right=False))]
    scarce = scarce_labels(few)
    assert scarce == {"category": ("DIS",)}
    assert marks(PLAIN, scarce).doubts(judged(sure=0.05))


def test_a_model_that_is_too_sure_of_itself_is_cooled() -> None:
    assert temperature([judged(right=place % 2 == 0, sure=0.95) for place in range(20)], "category") > 2


def test_a_flag_is_raised_where_precision_and_recall_balance() -> None:
    raised = [
        Judged(
            Example("", "", {}, frozenset({Flag.MASS} if total > 0.4 else ()), frozenset(), seed=False),
            {},
            {Flag.MASS: total},
        )
        for total in (0.1, 0.3, 0.5, 0.7)
    ]
    assert flag_threshold(raised, Flag.MASS) == 0.5

"""When two requests are proposed as one matter, and as what."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.routing.same.rules.likely import MOST, Candidate, Report, SameAs, Sign, likely, relation_of
from shared.contracts.codes import Category
from shared.kernel import GridCode, PersonId, RequestId
from tests.routing.decisions.desk import MONDAY, NEIGHBOUR, VILLAGER

STRANGER = PersonId(UUID(int=99))
EAST, WEST = GridCode("G-EAST"), GridCode("G-WEST")


def report(number: int, requester: PersonId | None, other: PersonId | None = None, **changes: object) -> Report:
    base = Report(
        request_id=RequestId(UUID(int=number)),
        requester=requester,
        other_party=other,
        grid=None,
        category=Category.DIS,
        filed_at=MONDAY,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


OWN = report(1, VILLAGER, NEIGHBOUR)


def test_the_same_person_with_the_same_words_came_again() -> None:
    assert relation_of(OWN, Candidate(report(2, VILLAGER), likeness=120)) is SameAs.REPEAT
    assert relation_of(OWN, Candidate(report(2, VILLAGER), likeness=40, place=50)) is None


def test_the_other_side_is_heard_in_whatever_words_it_uses() -> None:
    """Q13 and Q14: opposite stories of one strip of land."""
    theirs = Candidate(report(2, NEIGHBOUR, VILLAGER))
    [found] = likely(OWN, [theirs])
    assert found.relation is SameAs.OTHER_VOICE
    assert Sign.OPPOSITE_SIDES in found.signs


def test_an_old_quarrel_of_the_two_needs_words_or_places_in_common() -> None:
    long_ago = report(2, NEIGHBOUR, VILLAGER, filed_at=MONDAY - timedelta(days=200))
    assert relation_of(OWN, Candidate(long_ago)) is None
    assert relation_of(OWN, Candidate(long_ago, place=400)) is SameAs.OTHER_VOICE


def test_somebody_else_supports_it_when_words_and_places_are_alike() -> None:
    assert relation_of(OWN, Candidate(report(2, STRANGER), likeness=150, place=120)) is SameAs.SUPPORTER
    assert relation_of(OWN, Candidate(report(2, STRANGER), likeness=150, place=60)) is None
    assert relation_of(OWN, Candidate(report(2, STRANGER), likeness=60, place=400)) is None


def test_a_text_copied_for_another_place_is_no_supporter() -> None:
    assert relation_of(OWN, Candidate(report(2, STRANGER), likeness=800)) is None
    here = report(1, VILLAGER, grid=EAST)
    assert relation_of(here, Candidate(report(2, STRANGER, grid=WEST), likeness=500, place=400)) is None
    assert relation_of(here, Candidate(report(2, STRANGER, grid=EAST), likeness=120, place=90)) is SameAs.SUPPORTER


def test_r_24_a_complaint_about_the_police_is_nobodys_other_voice() -> None:
    complaint = report(2, NEIGHBOUR, VILLAGER, category=Category.CPL)
    assert relation_of(OWN, Candidate(complaint, 900, 900)) is None


def test_thanks_and_questions_are_no_matter() -> None:
    for kind in (Category.FBK, Category.INQ, Category.MIN):
        assert relation_of(OWN, Candidate(report(2, VILLAGER, category=kind), 900, 900)) is None


def test_anonymous_people_are_nobodys_repeat() -> None:
    assert relation_of(report(1, None), Candidate(report(2, None), likeness=200)) is None
    assert relation_of(report(1, None), Candidate(report(2, None), likeness=300)) is SameAs.SUPPORTER


def test_few_are_proposed_and_the_known_people_first() -> None:
    crowd = [Candidate(report(number, STRANGER), 500, 500) for number in range(10, 20)]
    found = likely(OWN, [*crowd, Candidate(report(2, VILLAGER), likeness=110)])
    assert len(found) == MOST
    assert found[0].relation is SameAs.REPEAT


def test_a_quarrel_of_the_same_two_comes_before_one_with_somebody_else() -> None:
    elsewhere = [Candidate(report(number, NEIGHBOUR, STRANGER), 500, 500) for number in range(10, 20)]
    with_somebody_else = [Candidate(report(number, STRANGER, VILLAGER), 500, 500) for number in range(20, 30)]
    again = [Candidate(report(number, VILLAGER, STRANGER), 900, 900) for number in range(30, 40)]
    theirs = Candidate(report(2, NEIGHBOUR, VILLAGER))
    assert likely(OWN, [*elsewhere, *with_somebody_else, *again, theirs])[0].other == theirs.report.request_id

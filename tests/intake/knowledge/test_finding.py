"""Found in people's own words, or not known: a guess about a term or a fee costs somebody a day."""

from pathlib import Path

import pytest

from services.intake.adapters.catalogue import load_shelf
from services.intake.adapters.knowledge import load_knowledge
from services.intake.knowledge.finding import Knowledge

QUESTIONS = Path(__file__).with_name("questions.txt")
UNKNOWN = "-"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(load_shelf())


def questions(half: str) -> list[tuple[str, frozenset[str]]]:
    lines = [line.split("|") for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(asked, frozenset(right.split())) for part, asked, right in lines if part == half]


def answered(knowledge: Knowledge, question: str) -> str:
    found = knowledge.find(question)
    return found[0].entry.code if found and found[0].sure else UNKNOWN


def test_every_question_that_words_were_added_for_is_answered_rightly(knowledge: Knowledge) -> None:
    asked = questions("t")
    assert [question for question, right in asked if answered(knowledge, question) not in right] == []
    assert len(asked) >= 60


def test_questions_that_nothing_was_made_for_are_nearly_all_answered_rightly(knowledge: Knowledge) -> None:
    """The honest figure: 84 of 90."""
    asked = questions("f")
    right = sum(answered(knowledge, question) in codes for question, codes in asked)
    assert len(asked) >= 60
    assert right >= 0.93 * len(asked), f"{right} of {len(asked)}"


def test_what_is_no_business_of_the_desk_is_not_known(knowledge: Knowledge) -> None:
    nothing = [question for half in "tf" for question, right in questions(half) if UNKNOWN in right]
    assert len(nothing) >= 15
    assert [question for question in nothing if answered(knowledge, question) != UNKNOWN] == []


@pytest.mark.parametrize("question", ["", "。", "护", "？？！", "   "])
def test_less_than_two_characters_ask_nothing(knowledge: Knowledge, question: str) -> None:
    assert knowledge.find(question) == ()


@pytest.mark.parametrize(
    ("spelt", "meant"), [("居主证丢了", "rp-lost"), ("身分证过期", "id-expired"), ("户照加急", "pp-urgent")]
)
def test_a_wrong_character_does_not_hide_the_matter(knowledge: Knowledge, spelt: str, meant: str) -> None:
    assert answered(knowledge, spelt) == meant


def test_the_matter_is_found_in_a_long_story(knowledge: Knowledge) -> None:
    story = "你好同志，是这么个事，我上个月从外地过来打工，昨天晚上吃饭的时候包让人拿走了，里面有我的身份证，身份证丢了"
    assert answered(knowledge, story) in {"id-lost", "id-card"}

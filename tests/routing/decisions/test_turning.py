"""What would have changed the judgement, on a model small enough to be read."""

from services.routing.decisions.features import Part
from services.routing.decisions.judgement import CATEGORY, POLICE, Head, Model, score
from services.routing.decisions.lanes import packed
from services.routing.decisions.turning import BLANK, margins, turns, without
from services.routing.decisions.weights import Weights
from services.routing.decisions.word_groups import GROUPS

NOTHING = (0, 0, 0, 0)
ROWS = {"漏水": (400, -400, 0, 0), "赔偿": (150, -150, 0, 0), "公交": (-300, 300, 0, 0), "报警": (0, 0, 300, -300)}
SMALL = Weights(
    ngrams={gram: packed(row) for gram, row in ROWS.items()},
    rarity=dict.fromkeys(ROWS, 100),
    groups=dict.fromkeys(GROUPS, packed(NOTHING)),
)
MODEL = Model(
    heads=(
        Head(CATEGORY, ("DIS", "COM"), (0, 20), 0.01, (700, 700), frozenset({"COM"})),
        Head(POLICE, ("own", "transfer"), (0, 50), 0.01, (600, 600), frozenset()),
    ),
    flag_heads=(),
    weights={Part.TITLE: SMALL, Part.TEXT: SMALL},
    urgent_from=1001,
    own_from=1001,
    second=(),
    baseline=None,
)


def test_the_word_without_which_it_would_be_something_else_is_named() -> None:
    [turn] = [turn for turn in turns(MODEL, "", "我家漏水了") if turn.field == CATEGORY]
    assert turn.instead == "COM"
    assert turn.confidence > 500
    assert ["我家漏水了"[word.start : word.end] for word in turn.words] == ["漏水"]


def test_every_place_that_is_needed_is_named_and_none_that_is_not() -> None:
    title, text = "漏水", "楼上漏水，要求赔偿"
    [turn] = [turn for turn in turns(MODEL, title, text) if turn.field == CATEGORY]
    for dropped in turn.words:
        kept = [word for word in turn.words if word is not dropped]
        again = score(MODEL, without(title, Part.TITLE, kept), without(text, Part.TEXT, kept))
        assert again.choices[CATEGORY].label == "DIS"
    assert {word.field for word in turn.words} == {Part.TITLE, Part.TEXT}


def test_what_no_word_carried_no_word_can_turn() -> None:
    assert turns(MODEL, "", "你好") == ()


def test_how_far_it_is_from_the_next_answer_and_from_a_person_is_told_for_each_field() -> None:
    category, police = margins(MODEL, "", "我家漏水了")
    assert (category.answer, category.second, category.needed, category.scarce) == ("DIS", "COM", 700, False)
    assert category.confidence + category.second_confidence == 1000
    assert (police.answer, police.needed) == ("transfer", 600)
    assert margins(MODEL, "", "公交")[0].scarce


def test_a_word_taken_out_leaves_the_others_where_they_were() -> None:
    [turn] = [turn for turn in turns(MODEL, "", "我家漏水了，报警") if turn.field == CATEGORY]
    assert without("我家漏水了，报警", Part.TEXT, turn.words) == f"我家{BLANK}{BLANK}了，报警"

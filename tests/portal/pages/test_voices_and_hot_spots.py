"""What the pages about one matter and about hot places say, from what the desk told them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.portal.pages.hot_spots import Rows, Spot, list_view, spot_view
from services.portal.pages.same_pane import Likelies, ScoreFile, likely_line, score_words
from services.portal.pages.voices import Voice, Voices, view_of

AT = datetime(2026, 6, 1, 1, tzinfo=UTC)
MINE, HIS, SPOT = UUID(int=1), UUID(int=2), UUID(int=3)
WORDS, HIS_WORDS = UUID(int=11), UUID(int=12)


def voice(request: UUID, item: UUID, hours: int, **changed: object) -> Voice:
    plain = {"request_id": request, "code": f"NG-{request.int}", "state": "ACCEPTED", "narrative_item": item}
    return Voice.model_validate({**plain, "filed_at": AT + timedelta(hours=hours), **changed})


FIRST, SECOND = voice(MINE, WORDS, 0), voice(HIS, HIS_WORDS, 5)
TYPED = {MINE: {WORDS: "墙挪了一尺"}, HIS: {HIS_WORDS: "总得先打个招呼"}}
PROPOSED: dict[str, Any] = {
    "request_id": HIS,
    "other": MINE,
    "shown": HIS,
    "relation": "other_voice",
    "likeness": 123,
    "place": 90,
    "signs": ["opposite_sides", "same_grid"],
    "state": "open",
    "category": "DIS",
    "filed_at": AT,
}
LIKELY = Likelies.model_validate({"proposals": [PROPOSED]})


def part(name: str, **changed: object) -> dict[str, object]:
    return {"part": name, "count": 1, "points": 4, "each": 4, "most": 4, **changed}


def test_the_later_one_is_asked_to_go_on_with_the_earlier() -> None:
    for mine in (MINE, HIS):
        other = HIS if mine is MINE else MINE
        own = Voices(lead=mine, voices=(FIRST if mine is MINE else SECOND,))
        view = view_of(mine, other, own, (FIRST, SECOND), TYPED, LIKELY, ScoreFile())
        assert view.link_url == f"/desk/voices/{HIS}/link"
        assert view.lead == str(MINE)
        assert [choice.value for choice in view.relations if choice.chosen] == ["other_voice"]
        assert view.decline_url
        assert [(card.role, card.text) for card in view.voices] == [
            ("先反映的", "墙挪了一尺"),
            ("后反映的", "总得先打个招呼"),
        ]
        assert (view.likely == ()) is (mine is MINE), "what is asked about is not offered again"


def test_linked_voices_stand_beside_each_other_and_can_be_parted() -> None:
    joined = voice(HIS, HIS_WORDS, 5, relation="other_voice", number=1, state="DUPLICATE_LINKED")
    view = view_of(
        HIS, None, Voices(lead=MINE, voices=(FIRST, joined)), (FIRST, joined), TYPED, Likelies(), ScoreFile()
    )
    assert view.question == ""
    assert view.part_url == f"/desk/voices/{HIS}/part"
    assert [card.role for card in view.voices] == ["先反映的", "同一纠纷的另一方（第 1 位）"]
    assert view.voices[1].state == "重复关联"


def test_why_it_is_likely_is_said_in_words() -> None:
    line = likely_line(LIKELY.proposals[0], MINE)
    assert (line.relation, line.signs, line.alike) == ("同一纠纷的另一方", "双方互为对方、同一网格", "文字相近 12%")
    assert line.url == f"/desk/voices/{MINE}?with={HIS}"


def test_a_score_without_signs_is_not_shown() -> None:
    assert score_words(ScoreFile()) == ""
    told = ScoreFile.model_validate({"points": 9, "band": "high", "high_from": 8, "parts": [part("violence")]})
    assert score_words(told) == "高（9 分，8 分起为高）"


@pytest.mark.parametrize(
    ("changed", "note", "acts"),
    [
        ({}, "", ["对其中一项提出异议"]),
        ({"contested": True}, "有异议，等人决定", ["对其中一项提出异议", "决定一项异议"]),
        ({"struck": True, "points": 0}, "异议成立，不计分", []),
    ],
)
def test_every_part_can_be_objected_to_until_it_is_struck(
    changed: dict[str, object], note: str, acts: list[str]
) -> None:
    score = ScoreFile.model_validate({"points": 4, "band": "watch", "parts": [part("violence", **changed)]})
    view = view_of(MINE, None, Voices(lead=MINE, voices=(FIRST,)), (FIRST,), TYPED, Likelies(), score)
    assert [line.note for line in view.parts] == [note]
    assert [act.label for act in view.acts] == acts


def row(**changed: object) -> dict[str, object]:
    plain = {"spot_id": SPOT, "grid": "GL-02", "category": "URB", "requests": 5, "people": 4, "usual": 500}
    return {**plain, "opened_at": AT, **changed}


def test_a_hot_spot_nobody_has_seen_is_the_alarm() -> None:
    rows = Rows.model_validate({"spots": [row()], "unseen": 1, "next_cursor": "c"})
    view = list_view(rows, {"hot": "true", "category": "", "place": "南关"}, "", {"GL-02": "城南网格"})
    assert [(line.state, line.tone, line.usual) for line in view.lines] == [("正热，还没有人看", "late", "0.5")]
    assert view.lines[0].place == "城南网格（GL-02）"
    assert view.filters[0].count == 1
    assert "place=%E5%8D%97%E5%85%B3" in view.older_url
    assert "hot=true" in view.older_url


def test_the_weeks_of_a_hot_spot_end_with_the_present_one() -> None:
    view = spot_view(Spot.model_validate({**row(), "weeks": [0, 1, 5], "items": []}), AT, {}, {})
    assert [(week.requests, len(week.bar)) for week in view.weeks] == [(0, 0), (1, 4), (5, 20)]
    assert view.weeks[-1].label == "5月25日起一周"
    assert view.hidden == 5
    assert view.note_url
    closed = spot_view(Spot.model_validate({**row(closed_at=AT), "weeks": [], "items": []}), AT, {}, {})
    assert (closed.note_url, closed.line.state) == ("", "已平息")

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import danger_terms, danger_words
from shared.contracts.danger import DangerKind, caught_by_words, danger_signs, folded

LABELS = Path(__file__).parents[3] / "services/routing/labels"
TARGET_QUIET = 0.95
LONG_HEARD = 0.9


def sentences(name: str, half: str, *, danger: bool) -> list[tuple[str | None, str]]:
    rows = [json.loads(line) for line in (LABELS / name).read_text(encoding="utf-8").splitlines()]
    return [
        (row["danger"], row["text"]) for row in rows if row["half"] == half and (row["danger"] is not None) == danger
    ]


TRAINED = sentences("written/danger.jsonl", "train", danger=True)
PRACTICE = sentences("danger_practice.jsonl", "train", danger=True)

COMPLAINT = "小区门口的路修了半年还没有修好，下雨天全是水坑，老人出门很不方便，反映了很多次都没有回音。" * 6
"""Long enough that terms which count only in an alarm are strict."""


def kinds(text: str) -> set[DangerKind]:
    return {sign.kind for sign in danger_signs(text)}


def heard(texts: list[tuple[str | None, str]]) -> list[str]:
    return [text for _, text in texts if danger_signs(text)]


def test_every_danger_that_the_net_learned_from_is_heard() -> None:
    assert [text for _, text in TRAINED if not danger_signs(text)] == []
    assert len(TRAINED) >= 30


def test_harmless_sentences_that_the_net_learned_from_stay_quiet() -> None:
    harmless = sentences("written/danger.jsonl", "train", danger=False)
    assert len(heard(harmless)) <= (1 - TARGET_QUIET) * len(harmless)


def test_practice_is_heard_and_kept_quiet() -> None:
    assert len(heard(PRACTICE)) >= 0.99 * len(PRACTICE)
    harmless = sentences("danger_practice.jsonl", "train", danger=False)
    assert len(heard(harmless)) <= (1 - TARGET_QUIET) * len(harmless)


def test_what_the_net_has_never_seen_is_heard_less_surely() -> None:
    """The honest figure: 30 of 39 dangers are heard, 35 of 40 harmless sentences stay quiet."""
    danger = sentences("written/danger.jsonl", "final", danger=True)
    harmless = sentences("written/danger.jsonl", "final", danger=False)
    told = len(heard(danger)), len(danger), len(harmless) - len(heard(harmless)), len(harmless)
    assert told[0] >= 30, told
    assert told[2] >= 35, told


def test_danger_in_the_middle_of_a_long_complaint_is_heard() -> None:
    """Said between complaints it has to be plainer: a window of a long text must be louder to count."""
    plain = [text for _, text in TRAINED if danger_signs(f"{COMPLAINT}{text}。{COMPLAINT}")]
    assert len(plain) >= LONG_HEARD * len(TRAINED)
    said = (
        "再不给我说法我今天就从楼顶跳下去",
        "他拿刀堵在我家门口",
        "三单元着火了，快来人",
        "我妈正在给骗子转账，拦不住",
    )
    assert all(danger_signs(f"{COMPLAINT}{sentence}。{COMPLAINT}") for sentence in said)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (DangerKind.SUICIDE, "我不想活了"),
        (DangerKind.MISSING, "老人走失，穿灰色棉袄"),
        (DangerKind.VIOLENCE_NOW, "我老公正在打我，救命"),
        (DangerKind.TRAPPED, "我被困在电梯里了"),
        (DangerKind.FIRE, "三单元着火了"),
        (DangerKind.CHILD_HARM, "我女儿被老师摸了下身"),
        (DangerKind.FRAUD_NOW, "我妈正在给骗子转账，拦不住"),
        (DangerKind.MEDICAL, "路边有个人倒地没有呼吸了"),
    ],
)
def test_each_danger_has_its_name(kind: DangerKind, sentence: str) -> None:
    assert kind in kinds(sentence)


def test_thanks_end_a_story_but_not_a_call_for_help() -> None:
    assert danger_signs("我爹走丢了，快帮着找找，谢谢你们")
    assert not danger_signs("我爹走丢那回，多亏你们找回来，谢谢你们")


def test_the_ear_speaks_for_what_no_list_holds() -> None:
    unlisted = [text for _, text in (*TRAINED, *PRACTICE) if not list(caught_by_words(folded(text)))]
    assert len(unlisted) >= 300
    assert len([text for text in unlisted if danger_signs(text)]) >= 0.99 * len(unlisted)


def test_a_sign_points_at_its_words_through_blanks_and_widths() -> None:
    text = "反映：我不　想\n活 了！"
    (sign,) = danger_signs(text)
    assert text[sign.start : sign.end] == "不　想\n活"


def test_full_width_and_traditional_writing_are_read() -> None:
    assert kinds("他要跳樓，快來") == {DangerKind.SUICIDE}
    assert DangerKind.TRAPPED in kinds("我被困在電梯裡")


@pytest.mark.parametrize(
    ("spoken", "denied"),
    [("他要自杀", "他没有自杀"), ("老人走失", "防止老人走失"), ("三单元着火了", "前年三单元着火了")],
)
def test_denial_prevention_and_the_past_silence_the_word(spoken: str, denied: str) -> None:
    assert danger_signs(spoken)
    assert not danger_signs(denied)


def test_what_people_say_of_themselves_is_heard_though_they_tell_of_the_past() -> None:
    assert kinds("去年离婚以后我就不想活了") == {DangerKind.SUICIDE}


def test_a_missing_voice_is_not_a_denial() -> None:
    assert kinds("没有办法，只想自杀") == {DangerKind.SUICIDE}


def test_a_word_of_now_outweighs_a_date() -> None:
    assert kinds("他3月5日就来闹过，现在又拿刀堵在门口") >= {DangerKind.VIOLENCE_NOW}


def test_every_kind_of_danger_has_terms() -> None:
    assert {term.kind for term in danger_terms.TERMS} == {kind.value for kind in DangerKind}


def test_no_term_is_silenced_by_an_idiom_that_it_cannot_outgrow() -> None:
    assert not set(danger_words.IDIOMS) & {word for term in danger_terms.TERMS for word in term.words}


@given(st.text(alphabet="我他老人孩子不想活了跳楼着火没有，。！ \n　ａb", max_size=120))
def test_signs_always_lie_in_the_text_in_order(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    signs = danger_signs(text)
    assert [(sign.start, sign.end) for sign in signs] == sorted((sign.start, sign.end) for sign in signs)
    for sign in signs:
        assert 0 <= sign.start < sign.end <= len(composed)
        assert composed[sign.start : sign.end].strip()

from services.portal.pages.contexts import Segment
from services.portal.pages.request_pane import Word, segments

TEXT = "他昨天推了我一把。"


def _word(start: int, end: int, sign: str | None = None, field: str = "text") -> Word:
    return Word(field=field, start=start, end=end, sign=sign)


def test_the_words_that_carried_the_judgement_are_marked_in_place() -> None:
    parts = segments(TEXT, [_word(3, 7)])
    assert parts == (Segment("他昨天"), Segment("推了我一", "判断依据"), Segment("把。"))


def test_danger_says_what_it_is() -> None:
    assert Segment("推了", "危险：正在发生的伤害", True) in segments(TEXT, [_word(3, 5, "violence_now")])


def test_marks_never_change_the_text() -> None:
    words = [_word(0, 1), _word(0, 4), _word(3, 7), _word(8, 9), _word(8, 99), _word(0, 2, field="title")]
    assert "".join(part.text for part in segments(TEXT, words)) == TEXT


def test_a_text_that_may_not_be_read_has_no_parts() -> None:
    assert segments("", [_word(3, 7)]) == ()

"""A sketch says how much two texts have in common, and nothing else."""

from services.vault.adapters.sketches import MOST_GRAMS, MOST_NAMES, Sketcher, likeness, same_places

SKETCHER = Sketcher(b"k" * 32)

LAMP = "青石路与柳河街路口的路灯坏了半个月，晚上接孩子放学看不见路，麻烦派人修一下。"
LAMP_AGAIN = "又来反映青石路柳河街路口的路灯，还是没有修，孩子放学走夜路很危险。"
LAMP_ELSEWHERE = "白杨路与东关街路口的路灯坏了半个月，晚上接孩子放学看不见路，麻烦派人修一下。"
DOG = "楼上邻居养的大狗不牵绳，昨天在电梯里扑了老人。"


def test_a_text_is_like_itself() -> None:
    assert likeness(SKETCHER.of(LAMP), SKETCHER.of(LAMP)) == 1000
    assert same_places(SKETCHER.of(LAMP), SKETCHER.of(LAMP)) > 250


def test_the_same_trouble_in_other_words_is_nearer_than_another_trouble() -> None:
    lamp = SKETCHER.of(LAMP)
    again, dog = SKETCHER.of(LAMP_AGAIN), SKETCHER.of(DOG)
    assert likeness(lamp, again) > 4 * likeness(lamp, dog)
    assert same_places(lamp, again) > 100


def test_a_text_copied_for_another_place_is_alike_in_words_and_not_in_places() -> None:
    lamp, elsewhere = SKETCHER.of(LAMP), SKETCHER.of(LAMP_ELSEWHERE)
    assert likeness(lamp, elsewhere) > 500
    assert same_places(lamp, elsewhere) == 0


def test_full_width_and_half_width_are_one() -> None:
    assert SKETCHER.of("Ａ栋１２楼，电梯坏了") == SKETCHER.of("A栋12楼 电梯坏了")


def test_nobody_recognises_a_word_without_the_key() -> None:
    assert not SKETCHER.of(LAMP).names & Sketcher(b"l" * 32).of(LAMP).names


def test_a_long_text_has_a_short_sketch() -> None:
    long = SKETCHER.of("".join(chr(0x4E00 + number * 7 % 5000) + "村" for number in range(4000)))
    assert len(long.grams) <= MOST_GRAMS
    assert len(long.names) <= MOST_NAMES


def test_nothing_is_like_nothing() -> None:
    assert likeness(SKETCHER.of(""), SKETCHER.of(LAMP)) == 0
    assert same_places(SKETCHER.of("！？"), SKETCHER.of(LAMP)) == 0

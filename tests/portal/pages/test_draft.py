import pytest

from services.portal.pages.draft import MAX_TEXT, STEPS, Draft

FULL = Draft(
    text="第一行\n第二行",
    place="鼓楼东街",
    sides=("person", "minor"),
    others="楼上 502",
    contact="139-0000 0002",
    phone="138 0000 1234",
    email="lin@example.cn",
    name="林某",
    id_number="11010519491231002X",
)


@pytest.mark.parametrize("step", STEPS)
def test_every_screen_carries_what_the_others_asked(step: str) -> None:
    kept = {each.name for each in FULL.kept(step)}
    shown = {"what": {"text"}, "where": {"place"}, "who": {"sides", "others", "contact"}}.get(step, set())
    shown |= {"phone", "email", "name", "id_number"} if step == "reach" else set()
    everything = {"text", "place", "sides", "others", "contact", "phone", "email", "name", "id_number", "at"}
    assert kept == everything - shown


def test_only_the_story_is_asked_for() -> None:
    assert [step for step in STEPS if Draft(text="有事").wrong(step)] == []
    assert Draft().first_wrong() == "what"


def test_a_story_that_is_too_long_is_counted() -> None:
    (error,) = Draft(text="字" * (MAX_TEXT + 3)).wrong("what")
    assert str(MAX_TEXT + 3) in error.message


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("phone", "1380000123", "10 位"),
        ("phone", "打我电话", "只写数字"),
        ("email", "lin@", "name@example.cn"),
        ("id_number", "110105194912310021", "最后一位对不上"),
        ("id_number", "1101051949", "18 位"),
        ("name", "名" * 201, "201"),
    ],
)
def test_a_wrong_contact_is_told_how_to_mend_it(field: str, given: str, words: str) -> None:
    (error,) = Draft(text="有事", **{field: given}).wrong("reach")  # type: ignore[arg-type]
    assert error.field == field
    assert words in error.message


@pytest.mark.parametrize("phone", ["13800001234", "+86 138 0000 1234", "0319-4560110", ""])
def test_numbers_as_people_write_them_are_taken(phone: str) -> None:
    assert Draft(text="有事", phone=phone).wrong("reach") == ()


def test_only_what_was_written_is_sent() -> None:
    assert Draft(text="有事").body() == {"kind": "other", "narrative": "有事"}


def test_numbers_are_sent_without_blanks_and_a_dispute_is_called_one() -> None:
    body = FULL.body()
    assert body["kind"] == "dispute"
    assert body["contact"]["phone"] == "13800001234"
    assert body["other_party"] == {"name": "楼上 502", "phone": "13900000002"}


def test_quick_leave_is_offered_where_somebody_may_look_over_the_shoulder() -> None:
    assert Draft(text="他拿着刀在门外砸门，我们很害怕").hides
    assert Draft(text="学校的事", sides=("minor",)).hides
    assert not Draft(text="身份证丢了").hides

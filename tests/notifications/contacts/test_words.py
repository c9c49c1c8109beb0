"""Every message says in plain words who, what and until when."""

import pytest

from services.notifications.contacts.facts import NOTHING_MORE, About, Particulars, Rung
from services.notifications.contacts.wording import Language, moment
from services.notifications.contacts.words import render
from shared.contracts.codes import Channel, Effect, Outcome, OutcomeDetail, ReasonCode
from shared.kernel import ClockId, ItemCode
from tests.notifications.contacts.samples import DAY, MONDAY

EVERYTHING = Particulars(
    channel=Channel.PM,
    reason=ReasonCode.NOT_POLICE,
    outcome=Outcome.SETTLED,
    detail=OutcomeDetail.RECONCILED,
    effect=Effect.BINDING_CONTRACT,
    items=(ItemCode("lease"),),
    clock=ClockId("CL-029"),
    rung=Rung.VILLAGE,
    duties=2,
    starts_at=MONDAY,
    missed=MONDAY,
    due=MONDAY + DAY,
    rating_due=MONDAY + 7 * DAY,
)


@pytest.mark.parametrize("about", About)
@pytest.mark.parametrize("particulars", [NOTHING_MORE, EVERYTHING])
def test_every_message_has_chinese_and_english_words(about: About, particulars: Particulars) -> None:
    chinese = render(about, particulars, Language.ZH)
    english = render(about, particulars, Language.EN)
    assert chinese.title
    assert chinese.text.endswith("。")
    assert english.text.endswith((".", "12356."))
    for words in (*chinese, *english):
        assert "None" not in words
        assert "{" not in words
        assert "  " not in words
        assert words == words.strip()
    assert english.text.isascii()


def test_the_time_is_said_in_the_bureaus_hours() -> None:
    assert moment(MONDAY, Language.ZH) == "3月2日（周一）09:00"
    assert moment(MONDAY, Language.EN) == "09:00 on Mon 2 Mar"


def test_who_handles_it_and_until_when() -> None:
    words = render(About.ROUTED, EVERYTHING, Language.ZH)
    assert words.text == "您的诉求已交由人民调解办理。3月3日（周二）09:00 前给您答复。"


def test_a_missed_promise_is_said_with_the_new_one() -> None:
    words = render(About.PROMISE_MISSED, EVERYTHING, Language.ZH)
    assert "3月2日（周一）09:00 前办到，没有做到" in words.text
    assert "新的期限是 3月3日（周二）09:00" in words.text


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.REFUSED])
def test_who_gets_no_result_is_told_the_other_ways(outcome: Outcome) -> None:
    words = render(About.OUTCOME, Particulars(outcome=outcome), Language.ZH)
    assert "向法院起诉" in words.text
    assert "12348" in words.text


def test_the_verdict_is_asked_with_its_end() -> None:
    words = render(About.OUTCOME, EVERYTHING, Language.ZH)
    assert "请在 3月9日（周一）09:00 前告诉我们您是否满意" in words.text


def test_danger_names_the_numbers_first() -> None:
    words = render(About.DANGER, NOTHING_MORE, Language.ZH)
    assert "110" in words.title
    assert all(number in words.text for number in ("120", "119", "12356"))


def test_a_broken_agreement_says_what_follows_by_what_it_is_worth() -> None:
    told = {effect: render(About.DUTY_DEFAULTED, Particulars(effect=effect), Language.ZH).text for effect in Effect}
    assert "处罚程序" in told[Effect.ENDS_PENALTY]
    assert "向法院起诉" in told[Effect.BINDING_CONTRACT]
    assert "强制执行" in told[Effect.ENFORCEABLE]
    assert len(set(told.values())) == len(Effect)

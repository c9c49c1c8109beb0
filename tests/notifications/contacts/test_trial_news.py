"""Who sued is reminded of the court's time, and so is the other side (R-19)."""

import pytest

from services.notifications.contacts.facts import About, Particulars
from services.notifications.contacts.wording import Language
from services.notifications.contacts.words import render
from shared.contracts.mediation import TrialLimitV1
from shared.kernel import ClockId
from tests.notifications.contacts.calls import abouts, messages
from tests.notifications.contacts.test_news import CASE, DUE, happened, in_hand
from tests.support.house import Desk


@pytest.mark.parametrize("about", [About.TRIAL_WARNED, About.TRIAL_OVERDUE])
def test_the_words_name_the_court_and_the_day(about: About) -> None:
    for language in Language:
        words = render(about, Particulars(due=DUE), language)
        assert "court" in words.title or "法院" in words.title
        assert "7" in words.text.replace("12348", "")


async def test_r_19_both_sides_read_of_the_courts_time(desk: Desk) -> None:
    request_id = await in_hand(desk)
    for passed in (False, True):
        await happened(desk, request_id, TrialLimitV1, clock=ClockId("CL-050"), due=DUE, passed=passed)
    for login in ("citizen_lin", "party_zhao"):
        assert {"trial_warned", "trial_overdue"} <= set(abouts(await messages(desk, request_id, login))), CASE

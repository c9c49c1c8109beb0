"""The list of who may see the child lane: a membership in the words of its days, and what the page says without one."""

from datetime import date, datetime
from uuid import UUID

import pytest

from services.mediation.childgroup.decider import ADMISSIBLE
from services.portal.pages.acts import offered
from services.portal.pages.child_group import ADMIT, PARTS, Member, line, standing
from services.portal.pages.contexts import ChildGroupView, Page
from services.portal.pages.rendering import templates
from shared.kernel import BUREAU_ZONE

HAN = UUID(int=7)
TODAY = date(2026, 11, 22)
PAGE = Page(
    bureau="县公安局",
    now=datetime(2026, 11, 22, 15, 4, tzinfo=BUREAU_ZONE),
    path="/children/group",
    csrf="c",
    form_key="k",
    surface="desk",
)


def member(**changes: object) -> Member:
    given = {"person": HAN, "part": "child_officer", "since": "2025-01-01", "today": True}
    return Member.model_validate({**given, **changes})


def test_the_page_offers_every_part_that_the_desk_admits() -> None:
    assert set(PARTS) == ADMISSIBLE


@pytest.mark.parametrize(
    ("known", "says", "leaves"),
    [
        (member(), "今天在名单上", True),
        (member(dismissed_on="2026-12-01"), "2026年12月1日起移出", True),
        (member(dismissed_on="2026-11-01", today=False), "已移出", False),
        (member(since="2026-12-01", today=False), "还没到日子", True),
        (member(until="2026-11-21", today=False), "已到期", False),
    ],
    ids=["in", "leaving", "out", "coming", "over"],
)
def test_who_is_in_or_coming_can_be_taken_out_and_who_is_out_cannot(known: Member, says: str, leaves: bool) -> None:
    assert standing(known, TODAY)[0] == says
    assert (line(known, {HAN: "韩警官"}, TODAY, keeps=True).act is not None) is leaves
    assert line(known, {}, TODAY, keeps=False).act is None


def test_an_empty_list_says_that_nobody_sees_the_lane_and_offers_to_begin() -> None:
    empty = ChildGroupView(members=(), give=offered(ADMIT, "/children/group/new"), urgent=())
    html = templates().get_template("children/group.html").render(page=PAGE, view=empty)
    assert "名单上还没有人" in html
    assert 'href="/children/group/new"' in html, "asked before anything is sent"
    assert "还没有这样打开过" in html


def test_without_accounts_the_page_says_why_nobody_can_be_added() -> None:
    give = offered(ADMIT, "/children/group/new", why_not="现在读不到账号，过一会儿再来")
    html = (
        templates()
        .get_template("children/group.html")
        .render(page=PAGE, view=ChildGroupView(members=(), give=give, urgent=None))
    )
    assert "还不能加人：现在读不到账号" in html
    assert "遇到危险先打开的" not in html

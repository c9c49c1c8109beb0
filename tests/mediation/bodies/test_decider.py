"""The register of bodies: first and last days, lists of a day, striking off (R-60)."""

from datetime import date

import pytest

from services.mediation.bodies.decider import (
    BodyListed,
    BodyNotRegistered,
    BodyRegistered,
    BodyStruckOff,
    ListBody,
    RegisterBody,
    Span,
    SpanEndsBeforeItBegins,
    StrikeOffBody,
    TradesMissing,
    body_decider,
    standing_on,
)
from services.mediation.cases.values import Body, BodyKind, Trade
from shared.kernel import UnitCode
from tests.mediation.cases.samples import MONDAY
from tests.support.spec import Spec

register = Spec(body_decider)
CODE = UnitCode("INDUSTRY-1")
YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
SPRING = Span(date(2026, 3, 1), date(2026, 5, 31))
ENTER = RegisterBody(code=CODE, kind=BodyKind.INDUSTRY, trades=(Trade.PROPERTY,), span=YEAR, at=MONDAY)
LIST = ListBody(code=CODE, span=SPRING, at=MONDAY)
STRIKE = StrikeOffBody(code=CODE, on=date(2026, 4, 1), at=MONDAY)


def body(listed: bool) -> Body:
    return Body(CODE, BodyKind.INDUSTRY, (Trade.PROPERTY,), listed)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 2, 28), body(listed=False)),
        (date(2026, 3, 1), body(listed=True)),
        (date(2026, 5, 31), body(listed=True)),
        (date(2026, 6, 1), body(listed=False)),
        (date(2027, 1, 1), None),
    ],
)
def test_r_60_a_body_is_listed_on_the_days_of_its_list(day: date, expected: Body | None) -> None:
    assert standing_on(register.after(ENTER, LIST).state, CODE, day) == expected


def test_striking_off_counts_from_its_day_and_ends_every_list() -> None:
    struck = register.after(ENTER, LIST, STRIKE)
    assert isinstance(struck.past[-1], BodyStruckOff)
    assert standing_on(struck.state, CODE, date(2026, 4, 1)) is None
    struck.when(STRIKE).then_nothing()
    struck.when(LIST).then_rejected(BodyNotRegistered)


def test_registering_and_listing_twice_changes_nothing() -> None:
    entered = register.after(ENTER)
    assert isinstance(entered.past[0], BodyRegistered)
    entered.when(ENTER).then_nothing()
    assert isinstance(entered.when(LIST).events[0], BodyListed)
    entered.after(LIST).when(LIST).then_nothing()


def test_r_60_only_a_registered_body_with_a_trade_and_a_real_span_counts() -> None:
    assert register.when(LIST).then_rejected(BodyNotRegistered).rule == "R-60"
    assert register.when(STRIKE).then_rejected(BodyNotRegistered).rule == "R-60"
    bare = RegisterBody(code=CODE, kind=BodyKind.INDUSTRY, trades=(), span=YEAR, at=MONDAY)
    assert register.when(bare).then_rejected(TradesMissing).rule == "R-60"
    backwards = Span(date(2026, 2, 1), date(2026, 1, 1))
    wish = RegisterBody(code=CODE, kind=BodyKind.COURT, trades=(), span=backwards, at=MONDAY)
    register.when(wish).then_rejected(SpanEndsBeforeItBegins)

"""Random legal and illegal acts of all roles on one case; and each rule, taken away, is missed."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from services.mediation.cases.commands import Official
from services.mediation.cases.rules.hosts import require_host
from services.mediation.cases.rules.law import IN_FORCE, Law
from services.mediation.cases.state import Open
from services.mediation.cases.values import LeadGround
from shared.contracts.codes import Channel
from shared.kernel import RuleId
from tests.mediation.channels.machine import FourChannels

TestFourChannels = FourChannels.TestCase
TestFourChannels.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)

SEARCH = settings(
    max_examples=10_000,  # it stops at the first find, within some hundreds
    stateful_step_count=40,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def deaf_to_the_court(case: Open, official: Official) -> None:
    """Outside of the court's own channel nobody hears of the filing."""
    at_court = case.channel is Channel.JM
    require_host(case if at_court else replace(case, course=replace(case.course, suit=None)), official)


BROKEN = {
    "consents": replace(IN_FORCE, consents=lambda case: None),
    "gates": replace(IN_FORCE, gates=lambda case: None),
    "peace": replace(IN_FORCE, peace=lambda case: None),
    "host": replace(IN_FORCE, host=lambda case, official: None),
    "host after filing": replace(IN_FORCE, host=deaf_to_the_court),
    "police_session": replace(IN_FORCE, police_session=lambda case, wish: None),
    "firm_consent": replace(IN_FORCE, firm_consent=lambda case: None),
    "remote": replace(IN_FORCE, remote=lambda case, wish: None),
    "quorum": replace(IN_FORCE, quorum=lambda panel: None),
    "time": replace(IN_FORCE, time=lambda case, fresh: fresh),
    "lead": replace(IN_FORCE, lead=lambda wish, case: (LeadGround.BOTH_VOLUNTARY, RuleId("R-09"))),
}


@pytest.mark.parametrize("law", BROKEN.values(), ids=BROKEN.keys())
def test_a_rule_that_was_taken_away_is_missed(law: Law) -> None:
    broken = type("Broken", (FourChannels,), {"law": law})
    with pytest.raises(AssertionError):
        run_state_machine_as_test(broken, settings=SEARCH)

"""What a court sent to mediation goes to court mediation, whatever a model makes of the words (R-14)."""

from dataclasses import replace

from services.routing.decisions.facts import DecidedBy, RequestClassified, RequestGated, RequestRouted
from services.routing.decisions.rules.owners import Assignment
from shared.contracts.codes import Category, Channel, Door, Flag, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import PersonId, UnitCode, derive_id
from tests.routing.decisions.desk import REQUEST, ROSTER, desk, filed, judged, kinds, matter, the

COURT = Assignment(UnitCode("COURT-1"), (PersonId(derive_id(REQUEST, "court_mediator")),))
WITH_A_COURT = replace(ROSTER, by_channel={**ROSTER.by_channel, Channel.JM: COURT})
DOCKED = desk.after(replace(filed(), door=Door.COURT))


def test_r_14_a_docked_suit_goes_to_court_mediation_even_if_the_model_is_unsure() -> None:
    decided = DOCKED.when(judged(Category.SVC, Channel.WIN, unsure=True, roster=WITH_A_COURT))
    classified = the(RequestClassified, decided)
    assert (classified.decided_by, classified.rule) == (DecidedBy.RULE, "R-14")
    assert (classified.ruling.category, classified.ruling.police) == (Category.DIS, Police.TRANSFER)
    routed = the(RequestRouted, decided)
    assert (routed.ruling.channel, routed.unit) == (Channel.JM, COURT.unit)


def test_r_28_what_a_court_took_for_a_civil_suit_waits_for_no_investigator() -> None:
    decided = DOCKED.when(judged(Category.DIS, Channel.PM, Flag.CRIME_POSSIBLE, roster=WITH_A_COURT))
    assert RequestGated not in kinds(decided)
    assert the(RequestRouted, decided).ruling.channel is Channel.JM


def test_r_22_danger_in_a_docked_suit_still_comes_first() -> None:
    danger = (DangerKind.VIOLENCE_NOW,)
    after = DOCKED.after(judged(danger=danger, roster=WITH_A_COURT))
    ruling = matter(after).ruling
    assert ruling is not None
    assert (ruling.channel, ruling.priority) == (Channel.DSP, Priority.P0)


def test_the_words_of_other_doors_are_judged_as_before() -> None:
    decided = desk.after(filed()).when(judged(roster=WITH_A_COURT))
    assert RequestRouted in kinds(decided)
    assert the(RequestRouted, decided).ruling.channel is Channel.PM

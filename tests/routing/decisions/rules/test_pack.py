"""Every row of the pack: once where it acts, once where it leaves things alone."""

import csv
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.routing.decisions.facts import DecidedBy, ScreeningReason
from services.routing.decisions.rules.gates import LAW, RESULTS, GateResult
from services.routing.decisions.rules.pack import Closes, Danger, Pack, apply, closed_by, pack_for
from services.routing.decisions.rules.ruling import Ruling, at_least, ruling
from services.routing.rulepacks.shipped import shipped_packs
from shared.contracts import routing as published
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import PackVersion
from tests.routing.decisions.rules.by_hand import apply_by_hand, met_by_hand

BEFORE_2026, PACK = shipped_packs()
ORDINARY = ruling(Category.DIS, (), Priority.P2, Police.LEAD, Channel.PM)
NO_DANGER: Danger = frozenset()

rulings = st.builds(
    ruling,
    st.sampled_from(Category),
    st.frozensets(st.sampled_from(Flag), max_size=4),
    st.sampled_from(Priority),
    st.sampled_from(Police),
    st.sampled_from(Channel),
)
dangers = st.frozensets(st.sampled_from(DangerKind), max_size=3)


def found(category: Category, channel: Channel, *flags: Flag, priority: Priority = Priority.P2) -> Ruling:
    return ruling(category, flags, priority, Police.LEAD, channel)


ACTS = {
    1: (ORDINARY, {DangerKind.SUICIDE}, (Category.EMG, Channel.DSP, Priority.P0)),
    2: (ORDINARY, {DangerKind.CHILD_HARM}, (Category.MIN, Channel.CHILD, Priority.P0)),
    3: (ORDINARY, {DangerKind.CHILD_HARM, DangerKind.FIRE}, (Category.EMG, Channel.DSP, Priority.P0)),
    4: (ORDINARY, {DangerKind.FRAUD_NOW}, (Category.FRD, Channel.DSP, Priority.P0)),
    5: (found(Category.FRD, Channel.CASE), set(), (Category.FRD, Channel.DSP, Priority.P0)),
    6: (
        found(Category.DIS, Channel.PM, Flag.MINOR, Flag.VIOLENCE_SIGN),
        set(),
        (Category.MIN, Channel.CHILD, Priority.P1),
    ),
    7: (found(Category.MIN, Channel.DSP), set(), (Category.MIN, Channel.CHILD, Priority.P1)),
    8: (found(Category.CPL, Channel.PM), set(), (Category.CPL, Channel.SUP, Priority.P2)),
    9: (found(Category.DIS, Channel.PM, Flag.DV), set(), (Category.DIS, Channel.DSP, Priority.P1)),
    10: (found(Category.CRM, Channel.EPS), set(), (Category.CRM, Channel.CASE, Priority.P2)),
    11: (found(Category.DIS, Channel.PSM), set(), (Category.DIS, Channel.PM, Priority.P2)),
    12: (found(Category.ENT, Channel.EPS), set(), (Category.ENT, Channel.EPS, Priority.P2)),
    13: (found(Category.ENT, Channel.PM, Flag.PROJECT), set(), (Category.ENT, Channel.EPS, Priority.P2)),
    14: (found(Category.DIS, Channel.JM, Flag.MINOR), set(), (Category.DIS, Channel.JM, Priority.P2)),
    15: (found(Category.FBK, Channel.SUP), set(), (Category.FBK, Channel.BOT, Priority.P3)),
    16: (found(Category.INQ, Channel.WIN), set(), (Category.INQ, Channel.BOT, Priority.P2)),
}

CLOSES = {
    3: Closes(Gate.MINOR_GATE, GateResult.CHILD_LANE),
    7: Closes(Gate.MINOR_GATE, GateResult.CHILD_LANE),
    8: Closes(Gate.SELF_COMPLAINT, GateResult.REDIRECTED),
    9: Closes(Gate.DV_GATE, GateResult.BLOCKED),
    12: Closes(Gate.CRIME_OR_CIVIL, GateResult.UNDECIDED),
    13: Closes(Gate.LEGALITY, GateResult.UNDECIDED),
    14: Closes(Gate.MINOR_GATE, GateResult.GUARDIAN_NEEDED),
}

LEAVES_ALONE = {
    1: (ORDINARY, {DangerKind.FRAUD_NOW}),
    2: (ORDINARY, {DangerKind.CHILD_HARM, DangerKind.SUICIDE}),
    3: (ORDINARY, {DangerKind.SUICIDE}),
    4: (ORDINARY, {DangerKind.FRAUD_NOW, DangerKind.SUICIDE}),
    5: (found(Category.CRM, Channel.CASE), set()),
    6: (found(Category.DIS, Channel.PM, Flag.MINOR), set()),
    7: (found(Category.DIS, Channel.PM, Flag.MINOR), set()),
    8: (ORDINARY, set()),
    9: (found(Category.EMG, Channel.DSP, Flag.DV), set()),
    10: (found(Category.CRM, Channel.CASE), set()),
    11: (found(Category.PSO, Channel.PSM), set()),
    12: (found(Category.ENT, Channel.WIN), set()),
    13: (found(Category.DIS, Channel.PM, Flag.PROJECT), set()),
    14: (found(Category.SVC, Channel.WIN, Flag.MINOR), set()),
    15: (found(Category.CPL, Channel.SUP), set()),
    16: (found(Category.SVC, Channel.WIN), set()),
}


def row_id(number: int) -> str:
    return f"pack-2026-01/{number}"


def test_every_row_has_its_two_cases() -> None:
    """Those that ask for an act have them in `test_acts.py`."""
    assert [row.number for row in PACK.rows] == list(range(1, len(PACK.rows) + 1))
    rows = [row for row in PACK.rows if not row.when[0].acts_any]
    assert set(ACTS) == set(LEAVES_ALONE) == {row.number for row in rows}
    assert set(CLOSES) == {row.number for row in rows if row.closes}


@pytest.mark.parametrize("number", ACTS)
def test_the_row_acts(number: int) -> None:
    before, danger, expected = ACTS[number]
    applied = apply(PACK, before, frozenset(danger))
    assert row_id(number) in applied.rows
    assert (applied.ruling.category, applied.ruling.channel, applied.ruling.priority) == expected
    if number in CLOSES:
        assert CLOSES[number] in applied.closes


@pytest.mark.parametrize("number", LEAVES_ALONE)
def test_the_row_leaves_alone_what_is_not_its_business(number: int) -> None:
    before, danger = LEAVES_ALONE[number]
    assert row_id(number) not in apply(PACK, before, frozenset(danger)).rows


@pytest.mark.parametrize("number", ACTS)
def test_without_the_row_the_outcome_would_be_another(number: int) -> None:
    before, danger, _ = ACTS[number]
    without = replace(PACK, rows=tuple(row for row in PACK.rows if row.number != number))
    assert apply(PACK, before, frozenset(danger)) != apply(without, before, frozenset(danger))


def test_a_question_about_violence_at_home_is_not_left_to_the_assistant() -> None:
    assert apply(PACK, found(Category.INQ, Channel.BOT, Flag.DV), NO_DANGER).ruling.channel is Channel.DSP


def test_thanks_for_help_against_violence_open_no_case() -> None:
    assert apply(PACK, found(Category.FBK, Channel.BOT, Flag.DV), NO_DANGER).closes == ()


def test_an_ordinary_dispute_is_left_as_the_model_found_it() -> None:
    applied = apply(PACK, ORDINARY, NO_DANGER)
    assert (applied.ruling, applied.rows, applied.changed_by) == (ORDINARY, (), None)


@given(rulings, dangers)
def test_danger_only_raises(before: Ruling, danger: Danger) -> None:
    calm, alarmed = apply(PACK, before, NO_DANGER).ruling, apply(PACK, before, danger).ruling
    assert at_least(calm.priority, alarmed.priority) is alarmed.priority
    assert not danger or alarmed.priority is Priority.P0


@given(rulings, dangers)
def test_no_judgement_brings_violence_complaints_or_crime_to_a_mediator(before: Ruling, danger: Danger) -> None:
    after = apply(PACK, before, danger).ruling
    mediated = after.channel in {Channel.PSM, Channel.PM, Channel.IM, Channel.JM}
    assert not (mediated and (Flag.DV in after.flags or after.category in {Category.CPL, Category.CRM, Category.MIN}))
    assert after.category is not Category.CPL or after.channel is Channel.SUP


@given(rulings, dangers)
def test_a_pack_applied_to_its_own_result_changes_nothing_more(before: Ruling, danger: Danger) -> None:
    once = apply(PACK, before, danger)
    assert apply(PACK, once.ruling, danger).ruling == once.ruling


def test_the_pack_of_the_day_of_filing_is_used() -> None:
    later = Pack(PackVersion("pack-2026-07"), date(2026, 7, 1), ())
    packs = (BEFORE_2026, PACK, later)
    assert pack_for(date(2026, 6, 30), packs) is PACK
    assert pack_for(date(2026, 7, 1), packs) is later
    assert pack_for(date(2025, 12, 31), packs) is BEFORE_2026
    assert pack_for(date(2011, 1, 1), packs) is BEFORE_2026


def test_of_two_packs_from_the_same_day_the_one_published_later_counts() -> None:
    again = Pack(PackVersion("pack-again"), PACK.in_force_from, ())
    assert pack_for(PACK.in_force_from, (BEFORE_2026, PACK, again)) is again


@settings(max_examples=200)
@given(rulings, dangers)
def test_the_table_decides_as_the_rows_written_by_hand(before: Ruling, danger: Danger) -> None:
    assume(not _project_with_violence(before))
    assert apply(PACK, before, danger) == apply_by_hand(before, danger)
    assert closed_by(PACK, before) == met_by_hand(before)


@given(rulings, dangers)
def test_r_18_violence_at_an_obstructed_project_brings_officers_first(before: Ruling, danger: Danger) -> None:
    """The one place where the table says other than the rows by hand, which sent it on to the enterprise station."""
    project = ruling(Category.ENT, (*before.flags, Flag.PROJECT, Flag.DV), before.priority, before.police, Channel.EPS)
    assert apply(PACK, project, danger).ruling.channel in {Channel.DSP, Channel.CHILD}


def _project_with_violence(found: Ruling) -> bool:
    return found.category is Category.ENT and found.has(Flag.PROJECT) and found.has(Flag.DV)


@settings(max_examples=100)
@given(rulings, dangers)
def test_before_2026_the_same_without_the_acts_that_are_new(before: Ruling, danger: Danger) -> None:
    assert apply(BEFORE_2026, before, danger).ruling == apply(PACK, before, danger).ruling


def test_laws_that_rows_and_gates_cite_stand_in_the_rules() -> None:
    with files("shared.contracts").joinpath("domain/rules.csv").open(encoding="utf-8") as lines:
        known = {row["id"] for row in csv.DictReader(lines)} | {PACK.row_id(row) for row in PACK.rows}
    assert {row.law for row in PACK.rows if row.law} <= known
    assert set(LAW.values()) <= known


def test_gates_and_results_are_those_of_the_code_list() -> None:
    codes = yaml.safe_load(files("shared.contracts").joinpath("domain/codes.yaml").read_text(encoding="utf-8"))
    assert {entry["code"]: set(entry["results"]) for entry in codes["gates"]} == {
        gate: set(results) for gate, results in RESULTS.items()
    }


def test_words_shared_with_the_published_language_are_the_same() -> None:
    assert {str(each) for each in DecidedBy} == {str(each) for each in published.DecidedBy}
    assert {str(each) for each in ScreeningReason} == {str(each) for each in published.ScreeningReason}

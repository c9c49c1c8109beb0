"""A panel: its seats and quorum come from codes.yaml, its holders from the right office, its decisions from enough."""

from dataclasses import replace
from importlib.resources import files

import pytest
import yaml

from services.mediation.cases.commands import Official
from services.mediation.cases.values import Conflict, Interest
from services.mediation.channels.refusals import HasAnInterest
from services.mediation.panels.commands import CaseSeen, Decide, Dissolve, FormPanel, LeaveSeat, OfferSeat, TakeSeat
from services.mediation.panels.decider import Standing, panel_decider
from services.mediation.panels.facts import (
    PanelDecided,
    PanelDecision,
    PanelDissolved,
    PanelFormed,
    PanelId,
    Seat,
    SeatLeft,
    SeatOffered,
    SeatTaken,
    SessionDecisionId,
)
from services.mediation.panels.refusals import (
    AbsentSeatsCannotDecide,
    ContactTreeIsNoPanel,
    NeutralityNotDeclared,
    NoPanelYet,
    NoSuchSeat,
    NotInSeat,
    OnlyMembersDecide,
    PanelStandsAlready,
    SeatForOthers,
    SeatHolderIsParty,
    SeatIsTaken,
    SeatNotOffered,
    SitsAlready,
)
from services.mediation.panels.rules.templates import MAY_SIT, TEMPLATES
from shared.contracts.codes import Panel, Role
from shared.kernel import PersonId, UnitCode
from tests.mediation.cases.samples import CASE, COWSHED_OWNER, MONDAY, REQUEST, WORKSHOP_OWNER, person, text
from tests.support.spec import Spec

panel = Spec(panel_decider)
PANEL = PanelId(person(500))
NAMES = {
    Seat.STATION: "派出所",
    Seat.JUSTICE_OFFICE: "司法所",
    Seat.LAW_FIRM: "律师事务所",
    Seat.TOWNSHIP: "乡镇",
    Seat.VILLAGE: "村",
    Seat.POLICE: "公安",
    Seat.COURT: "法院",
    Seat.PROCURATORATE: "检察院",
    Seat.JUSTICE_BUREAU: "司法局",
    Seat.CHOSEN_BY_BOTH: "双方共选调解员",
    Seat.CENTRE: "综治中心",
    Seat.PLATFORM: "平台",
    Seat.GRID_OFFICER: "网格民警",
    Seat.DEPARTMENT: "部门",
    Seat.ENTERPRISE_STATION: "护企工作站",
    Seat.GUARDIAN: "监护人",
    Seat.OFFICER: "民警",
    Seat.SCHOOL: "学校",
    Seat.COURT_MEDIATOR: "法院调解员",
}

SEEN = CaseSeen(frozenset({WORKSHOP_OWNER, COWSHED_OWNER}), frozenset(), frozenset())
OFFICER = Official(person(60), frozenset({Role.COMMUNITY_OFFICER}), UnitCode("STATION-GL"))
JUSTICE = Official(person(61), frozenset({Role.JUSTICE_OFFICER}), UnitCode("JUSTICE-GL"))
LAWYER = Official(person(62), frozenset({Role.PANEL_LAWYER}), UnitCode("LAW-FIRM-1"))
HOLDERS = {Seat.STATION: OFFICER, Seat.JUSTICE_OFFICE: JUSTICE, Seat.LAW_FIRM: LAWYER}


def forms(template: Panel = Panel.THREE_OFFICES) -> FormPanel:
    return FormPanel(panel_id=PANEL, case_id=CASE, request_id=REQUEST, template=template, at=MONDAY)


def offers(seat: Seat, to: PersonId, case: CaseSeen = SEEN) -> OfferSeat:
    return OfferSeat(seat=seat, person=to, case=case, at=MONDAY)


def takes(seat: Seat, by: Official | None = None, case: CaseSeen = SEEN, neutral: bool = True) -> TakeSeat:
    return TakeSeat(seat=seat, by=by or HOLDERS[seat], neutral=neutral, case=case, at=MONDAY)


def seated(*seats: Seat) -> tuple[FormPanel | OfferSeat | TakeSeat, ...]:
    return (forms(), *(act for seat in seats for act in (offers(seat, HOLDERS[seat].person), takes(seat))))


def leaves(seat: Seat, interest: Interest | None = None, case: CaseSeen = SEEN) -> LeaveSeat:
    return LeaveSeat(seat=seat, person=HOLDERS[seat].person, interest=interest, case=case, at=MONDAY)


def decides(*present: Seat, by: PersonId = OFFICER.person, case: CaseSeen = SEEN) -> Decide:
    return Decide(
        decision_id=SessionDecisionId(person(600)),
        decision=PanelDecision.PROPOSAL,
        present=present,
        note=text(90),
        by=by,
        case=case,
        at=MONDAY,
    )


def test_templates_are_those_of_the_one_list() -> None:
    raw = files("shared.contracts").joinpath("domain/codes.yaml").read_text(encoding="utf-8")
    listed = {Panel(entry["code"]): entry for entry in yaml.safe_load(raw)["panels"]}
    assert set(listed) - set(TEMPLATES) == {Panel.FIVE_HEADS}
    for code, template in TEMPLATES.items():
        assert [NAMES[seat] for seat in template.seats] == [name.removeprefix("联动") for name in listed[code]["seats"]]
        assert template.quorum == listed[code]["quorum"]
        assert template.lead is template.seats[0]
    assert set(MAY_SIT) == set(Seat)


def test_a_panel_is_complete_at_its_quorum() -> None:
    (formed,) = panel.when(forms()).events
    assert isinstance(formed, PanelFormed)
    assert (formed.quorum, formed.lead) == (3, Seat.STATION)
    two = panel.after(*seated(Seat.STATION, Seat.JUSTICE_OFFICE), offers(Seat.LAW_FIRM, LAWYER.person))
    assert isinstance(two.state, Standing)
    assert two.state.lacking(SEEN) == 1
    (taken,) = two.when(takes(Seat.LAW_FIRM)).events
    assert isinstance(taken, SeatTaken)
    assert taken.lacking == 0


def test_the_five_heads_are_a_contact_tree_and_mediate_nothing() -> None:
    panel.when(forms(Panel.FIVE_HEADS)).then_rejected(ContactTreeIsNoPanel)


def test_one_panel_at_a_time() -> None:
    standing = panel.after(forms())
    standing.when(forms()).then_nothing()
    standing.when(forms(Panel.VILLAGE_3)).then_rejected(PanelStandsAlready)
    dissolved = standing.after(Dissolve(at=MONDAY))
    assert isinstance(dissolved.past[-1], PanelDissolved)
    dissolved.when(Dissolve(at=MONDAY)).then_nothing()
    assert isinstance(dissolved.when(forms(Panel.VILLAGE_3)).events[0], PanelFormed)
    panel.when(decides()).then_rejected(NoPanelYet)


def test_a_seat_is_offered_first_and_taken_by_the_person_himself_from_the_right_office() -> None:
    standing = panel.after(forms())
    standing.when(offers(Seat.VILLAGE, OFFICER.person)).then_rejected(NoSuchSeat)
    standing.when(takes(Seat.STATION)).then_rejected(SeatNotOffered)
    offered = standing.after(offers(Seat.STATION, LAWYER.person))
    assert isinstance(offered.past[-1], SeatOffered)
    offered.when(offers(Seat.STATION, LAWYER.person)).then_nothing()
    offered.when(takes(Seat.STATION, LAWYER)).then_rejected(SeatForOthers)
    taken = panel.after(*seated(Seat.STATION))
    taken.when(takes(Seat.STATION)).then_nothing()
    taken.when(offers(Seat.STATION, person(63))).then_rejected(SeatIsTaken)
    taken.when(offers(Seat.JUSTICE_OFFICE, OFFICER.person)).then_rejected(SitsAlready)


def test_r_15_parties_agents_and_the_interested_have_no_seat() -> None:
    standing = panel.after(forms())
    assert standing.when(offers(Seat.LAW_FIRM, WORKSHOP_OWNER)).then_rejected(SeatHolderIsParty).rule == "R-15"
    mandated = replace(SEEN, agents=frozenset({LAWYER.person}))
    refused = standing.when(offers(Seat.LAW_FIRM, LAWYER.person, mandated)).then_rejected(HasAnInterest)
    assert (refused.rule, refused.details["interest"]) == ("R-15", Interest.MANDATE)
    kin = replace(SEEN, interested=frozenset({LAWYER.person}))
    assert standing.when(offers(Seat.LAW_FIRM, LAWYER.person, kin)).then_rejected(HasAnInterest).rule == "R-15"
    offered = standing.after(offers(Seat.LAW_FIRM, LAWYER.person))
    assert offered.when(takes(Seat.LAW_FIRM, case=mandated)).then_rejected(HasAnInterest).rule == "R-15"


def test_r_15_who_takes_a_seat_declares_that_nothing_binds_him() -> None:
    offered = panel.after(forms(), offers(Seat.LAW_FIRM, LAWYER.person))
    assert offered.when(takes(Seat.LAW_FIRM, neutral=False)).then_rejected(NeutralityNotDeclared).rule == "R-15"


@pytest.mark.parametrize("interest", [Interest.PARTY_BEFORE, Interest.AGENT_BEFORE])
def test_r_15_a_conflict_found_in_past_cases_bars_the_seat(interest: Interest) -> None:
    known = replace(LAWYER, conflicts=(Conflict(interest, CASE),))
    offered = panel.after(forms(), offers(Seat.LAW_FIRM, LAWYER.person))
    refused = offered.when(takes(Seat.LAW_FIRM, known)).then_rejected(HasAnInterest, interest=interest)
    assert refused.rule == "R-15"


def test_r_15_a_recusal_frees_the_seat_and_breaks_the_quorum() -> None:
    full = panel.after(*seated(*HOLDERS))
    leave = leaves(Seat.LAW_FIRM, Interest.RELATIVE)
    (left,) = full.when(leave).events
    assert isinstance(left, SeatLeft)
    assert (left.rule, left.lacking) == ("R-15", 1)
    full.after(leave).when(leave).then_nothing()
    stranger = replace(leave, person=person(99))
    full.when(stranger).then_rejected(NotInSeat)


PARTS = {
    "party": replace(SEEN, parties=SEEN.parties | {LAWYER.person}),
    "agent": replace(SEEN, agents=frozenset({LAWYER.person})),
    "interested": replace(SEEN, interested=frozenset({LAWYER.person})),
}


@pytest.mark.parametrize("case", PARTS.values(), ids=PARTS.keys())
def test_r_15_whose_part_comes_out_later_counts_no_more(case: CaseSeen) -> None:
    full = panel.after(*seated(*HOLDERS))
    assert isinstance(full.state, Standing)
    assert (full.state.lacking(SEEN), full.state.lacking(case)) == (0, 1)
    full.when(decides(*HOLDERS, case=case)).then_rejected(AbsentSeatsCannotDecide, lacking=1)
    full.when(decides(*HOLDERS, by=LAWYER.person, case=case)).then_rejected(OnlyMembersDecide)
    (left,) = full.when(leaves(Seat.STATION, case=case)).events
    assert isinstance(left, SeatLeft)
    assert left.lacking == 2
    short = panel.after(*seated(Seat.STATION, Seat.LAW_FIRM), offers(Seat.JUSTICE_OFFICE, JUSTICE.person))
    (taken,) = short.when(takes(Seat.JUSTICE_OFFICE, case=case)).events
    assert isinstance(taken, SeatTaken)
    assert taken.lacking == 1


def test_r_15_a_guardian_belongs_to_the_child_and_sits_all_the_same() -> None:
    mother = Official(COWSHED_OWNER, frozenset({Role.GUARDIAN}), None)
    sitting = panel.after(
        forms(Panel.FAMILY_SCHOOL), offers(Seat.GUARDIAN, mother.person), takes(Seat.GUARDIAN, mother)
    )
    assert isinstance(sitting.state, Standing)
    assert sitting.state.lacking(SEEN) == 2
    sitting.when(decides(Seat.GUARDIAN, by=mother.person)).then_rejected(OnlyMembersDecide)


def test_only_who_sits_records_a_decision() -> None:
    full = panel.after(*seated(*HOLDERS))
    for stranger in (WORKSHOP_OWNER, COWSHED_OWNER, person(99)):
        full.when(decides(*HOLDERS, by=stranger)).then_rejected(OnlyMembersDecide)
    (decided,) = full.when(decides(*HOLDERS, by=LAWYER.person)).events
    assert isinstance(decided, PanelDecided)
    assert decided.by == LAWYER.person
    offered = panel.after(*seated(Seat.STATION, Seat.JUSTICE_OFFICE), offers(Seat.LAW_FIRM, LAWYER.person))
    offered.when(decides(*HOLDERS, by=LAWYER.person)).then_rejected(OnlyMembersDecide)


def test_a_decision_without_quorum_is_refused() -> None:
    full = panel.after(*seated(Seat.STATION, Seat.JUSTICE_OFFICE, Seat.LAW_FIRM))
    full.when(decides(Seat.STATION, Seat.JUSTICE_OFFICE)).then_rejected(AbsentSeatsCannotDecide, lacking=1)
    everybody = decides(Seat.STATION, Seat.JUSTICE_OFFICE, Seat.LAW_FIRM)
    assert isinstance(full.when(everybody).events[0], PanelDecided)
    full.after(everybody).when(everybody).then_nothing()
    two = panel.after(*seated(Seat.STATION, Seat.JUSTICE_OFFICE))
    two.when(everybody).then_rejected(AbsentSeatsCannotDecide, lacking=1)

from datetime import date

from services.enterprise.firms.decider import (
    AddFirmMember,
    ChangeFirmDetails,
    FileFirm,
    Firm,
    FirmFiled,
    FirmMemberJoined,
    FirmUnknown,
    KeyProjectMarked,
    Liaison,
    LiaisonTermsOverlap,
    MarkKeyProject,
    NameLiaison,
    RemoveFirmMember,
    TermEndsBeforeItBegins,
    firm_decider,
    liaison_on,
)
from services.enterprise.firms.rules.credit_code import read_credit_code
from tests.enterprise.samples import COLLEAGUE, FIRM, MONDAY, OFFICER, REQUESTER, WORKSTATION, text
from tests.support.spec import Spec

CODE = read_credit_code("91350100M000100Y43")
FILE = FileFirm(firm_id=FIRM, credit_code=CODE, unit=WORKSTATION, name=text(1), contacts=None, at=MONDAY)
SPRING = Liaison(OFFICER.person, date(2026, 3, 1), None)

firm = Spec(firm_decider)
filed = firm.after(FILE)


def names(liaison: Liaison) -> NameLiaison:
    return NameLiaison(liaison=liaison, at=MONDAY)


def test_a_firm_is_filed_by_its_number() -> None:
    firm.when(FILE).then(
        FirmFiled(
            firm_id=FIRM,
            credit_code=CODE,
            checks_hold=True,
            unit=WORKSTATION,
            name=text(1),
            contacts=None,
            occurred_at=MONDAY,
        )
    )


def test_r_52_a_number_that_fails_its_check_is_filed_with_the_warning() -> None:
    odd = FileFirm(
        firm_id=FIRM,
        credit_code=read_credit_code("91350100M000100Y44"),
        unit=WORKSTATION,
        name=text(1),
        contacts=None,
        at=MONDAY,
    )
    [event] = firm.when(odd).events
    assert isinstance(event, FirmFiled)
    assert not event.checks_hold


def test_the_same_number_is_the_same_firm_however_often_it_is_filed() -> None:
    filed.when(FILE).then_nothing()


def test_nothing_happens_to_a_firm_that_nobody_filed() -> None:
    firm.when(MarkKeyProject(marked=True, at=MONDAY)).then_rejected(FirmUnknown)
    firm.when(ChangeFirmDetails(name=text(2), contacts=None, at=MONDAY)).then_rejected(FirmUnknown)


def test_a_liaison_officer_counts_from_his_first_to_his_last_day() -> None:
    term = Liaison(OFFICER.person, date(2026, 3, 1), date(2026, 3, 31))
    known = filed.after(names(term)).state
    assert isinstance(known, Firm)
    assert liaison_on(known, date(2026, 2, 28)) is None
    assert liaison_on(known, date(2026, 3, 1)) == OFFICER.person
    assert liaison_on(known, date(2026, 3, 31)) == OFFICER.person
    assert liaison_on(known, date(2026, 4, 1)) is None


def test_a_new_liaison_officer_ends_the_open_term_of_the_former_one() -> None:
    known = filed.after(names(SPRING), names(Liaison(COLLEAGUE.person, date(2026, 5, 1), None))).state
    assert isinstance(known, Firm)
    assert liaison_on(known, date(2026, 4, 30)) == OFFICER.person
    assert liaison_on(known, date(2026, 5, 1)) == COLLEAGUE.person


def test_written_terms_do_not_overlap() -> None:
    term = Liaison(OFFICER.person, date(2026, 3, 1), date(2026, 6, 30))
    late = Liaison(COLLEAGUE.person, date(2026, 6, 1), None)
    filed.after(names(term)).when(names(late)).then_rejected(LiaisonTermsOverlap, until=date(2026, 6, 30))


def test_an_open_term_does_not_run_into_one_that_is_named_already() -> None:
    early = Liaison(COLLEAGUE.person, date(2026, 2, 1), None)
    filed.after(names(SPRING)).when(names(early)).then_rejected(LiaisonTermsOverlap)


def test_a_term_that_ends_before_it_begins_is_refused() -> None:
    wrong = Liaison(OFFICER.person, date(2026, 3, 2), date(2026, 3, 1))
    filed.when(names(wrong)).then_rejected(TermEndsBeforeItBegins)


def test_members_join_once_and_leave_once() -> None:
    joins = AddFirmMember(person=REQUESTER, at=MONDAY)
    filed.when(joins).then(FirmMemberJoined(firm_id=FIRM, person=REQUESTER, occurred_at=MONDAY))
    filed.after(joins).when(joins).then_nothing()
    filed.when(RemoveFirmMember(person=REQUESTER, at=MONDAY)).then_nothing()
    left = filed.after(joins, RemoveFirmMember(person=REQUESTER, at=MONDAY)).state
    assert isinstance(left, Firm)
    assert left.members == frozenset()


def test_a_key_project_is_marked_and_unmarked() -> None:
    marks = MarkKeyProject(marked=True, at=MONDAY)
    filed.when(marks).then(KeyProjectMarked(firm_id=FIRM, marked=True, occurred_at=MONDAY))
    filed.after(marks).when(marks).then_nothing()


def test_a_written_term_does_not_reach_into_a_later_one_without_an_end() -> None:
    later_on = filed.after(names(Liaison(OFFICER.person, date(2026, 5, 1), None)))
    into_it = Liaison(COLLEAGUE.person, date(2026, 4, 1), date(2026, 5, 1))
    later_on.when(names(into_it)).then_rejected(LiaisonTermsOverlap, until=date(2026, 5, 1))
    before_it = Liaison(COLLEAGUE.person, date(2026, 4, 1), date(2026, 4, 30))
    assert later_on.when(names(before_it)).rejection is None

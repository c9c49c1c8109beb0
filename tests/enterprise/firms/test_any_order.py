"""A firm's file, whatever is written to it in whatever order: one liaison officer on one day."""

from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.enterprise.firms import decider
from services.enterprise.firms.decider import (
    AddFirmMember,
    ChangeFirmDetails,
    FileFirm,
    Firm,
    FirmFiled,
    FirmMemberJoined,
    FirmMemberLeft,
    Liaison,
    MarkKeyProject,
    NameLiaison,
    RemoveFirmMember,
    firm_decider,
)
from services.enterprise.firms.rules.credit_code import read_credit_code
from shared.kernel import PersonId
from tests.enterprise.samples import COLLEAGUE, FIRM, MONDAY, OFFICER, REQUESTER, TODAY, WORKSTATION, person, text
from tests.support.machines import Acts, misses, quick

DAYS = st.integers(0, 12).map(lambda days: TODAY + timedelta(days=days))
PEOPLE = st.sampled_from([REQUESTER, person(2), person(3)])
OFFICERS = st.sampled_from([OFFICER.person, COLLEAGUE.person])
CODES = st.sampled_from(["91350100M000100Y43", "91350100M000100Y44"]).map(read_credit_code)


class FirmFile(Acts):
    decider = firm_decider

    @rule(code=CODES)
    def somebody_files_it(self, code: str) -> None:
        self.attempt(
            FileFirm(
                firm_id=FIRM,
                credit_code=read_credit_code(code),
                unit=WORKSTATION,
                name=text(1),
                contacts=None,
                at=MONDAY,
            )
        )

    @rule(name=st.integers(1, 3))
    def its_details_change(self, name: int) -> None:
        self.attempt(ChangeFirmDetails(name=text(name), contacts=None, at=MONDAY))

    @rule(officer=OFFICERS, since=DAYS, until=st.none() | DAYS)
    def a_liaison_is_named(self, officer: PersonId, since: date, until: date | None) -> None:
        named = self.attempt(NameLiaison(liaison=Liaison(officer, since, until), at=MONDAY))
        assert not named or until is None or since <= until

    @rule(marked=st.booleans())
    def it_is_a_key_project(self, marked: bool) -> None:
        self.attempt(MarkKeyProject(marked=marked, at=MONDAY))

    @rule(who=PEOPLE, joins=st.booleans())
    def its_people_change(self, who: PersonId, joins: bool) -> None:
        wish = AddFirmMember(person=who, at=MONDAY) if joins else RemoveFirmMember(person=who, at=MONDAY)
        self.attempt(wish)

    @invariant()
    def a_firm_is_filed_once_and_keeps_its_number(self) -> None:
        assert len(self.of(FirmFiled)) <= 1
        assert not self.past or isinstance(self.past[0], FirmFiled)

    @invariant()
    def one_liaison_officer_on_one_day(self) -> None:
        if not isinstance(self.state, Firm):
            return
        for days in range(30):
            day = TODAY + timedelta(days=days)
            holding = [
                each for each in self.state.liaisons if each.since <= day and (each.until is None or day <= each.until)
            ]
            assert len(holding) <= 1, day

    @invariant()
    def nobody_leaves_who_never_joined(self) -> None:
        inside: set[PersonId] = set()
        for event in self.of(FirmMemberJoined, FirmMemberLeft):
            assert (event.person in inside) is isinstance(event, FirmMemberLeft)
            inside ^= {event.person}


TestFirmFile = quick(FirmFile)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, decider.require_no_overlap.__name__, lambda firm, new: None)
    misses(FirmFile)

"""A clue from the street: who may bring it, who verifies it, and that nobody learns who brought it."""

from dataclasses import fields
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.workorders.clues.decider import (
    AssignClue,
    ClueJudgedAlready,
    ClueUnknown,
    FileClue,
    GroupNotTold,
    JudgeClue,
    NotYourClue,
    ReporterMissing,
    ReporterNeverAsked,
    VolunteerNotCertified,
    clue_decider,
)
from services.workorders.clues.facts import (
    About,
    ClueAssigned,
    ClueFiled,
    ClueJudged,
    Reporter,
    Source,
    Verdict,
)
from services.workorders.orders.rules.hands import Doer
from shared.contracts.codes import Role
from shared.kernel import Digest, ItemCode, PersonId, RequestId, TextRef, UnitCode
from tests.support.machines import Acts, quick
from tests.support.spec import Spec

AT = datetime(2026, 5, 2, 1, 20, tzinfo=UTC)
CLUE = UUID(int=0x700)
STATION = UnitCode("STATION-1")
OFFICER = Doer(PersonId(UUID(int=0xA1)), Role.COMMUNITY_OFFICER, STATION)
COLLEAGUE = Doer(PersonId(UUID(int=0xA2)), Role.COMMUNITY_OFFICER, STATION)
STRANGER = Doer(PersonId(UUID(int=0xA4)), Role.COMMUNITY_OFFICER, UnitCode("STATION-2"))
TEXT, IDENTITY = TextRef(UUID(int=0xC1), Digest("a" * 64)), TextRef(UUID(int=0xC2), Digest("b" * 64))
COURIER = Reporter(UUID(int=0xB7), IDENTITY)
COURIERS, OWNERS = ItemCode("GROUP-COURIERS"), ItemCode("GROUP-OWNERS")
ABOUT = About(UUID(int=0x900), RequestId(UUID(int=0x100)), UUID(int=0x800))

clue = Spec(clue_decider)


def file(
    source: Source = Source.VOLUNTEER,
    *,
    certified: bool = True,
    reporter: Reporter | None = COURIER,
    group: ItemCode | None = None,
    officer: PersonId | None = OFFICER.person,
) -> FileClue:
    return FileClue(
        clue_id=CLUE,
        source=source,
        certified=certified,
        reporter=reporter,
        group=group,
        groups_told=(COURIERS,),
        about=ABOUT,
        text=TEXT,
        unit=STATION,
        officer=officer,
        at=AT,
    )


def filed(officer: PersonId | None = OFFICER.person) -> ClueFiled:
    return ClueFiled(
        clue_id=CLUE,
        source=Source.VOLUNTEER,
        reporter=COURIER,
        group=None,
        about=ABOUT,
        text=TEXT,
        unit=STATION,
        officer=officer,
        occurred_at=AT,
    )


def judge(doer: Doer = OFFICER, verdict: Verdict = Verdict.VALID) -> JudgeClue:
    return JudgeClue(doer=doer, verdict=verdict, note=None, at=AT)


def judged(verdict: Verdict = Verdict.VALID) -> ClueJudged:
    return ClueJudged(clue_id=CLUE, verdict=verdict, note=None, occurred_at=AT)


def test_a_certified_courier_files_a_clue() -> None:
    clue.when(file()).then(filed())
    clue.given(filed()).when(file()).then_nothing()


def test_a_courier_whose_training_ran_out_is_refused() -> None:
    clue.when(file(certified=False)).then_rejected(VolunteerNotCertified)


def test_a_grid_worker_needs_no_certificate() -> None:
    events = clue.when(file(Source.GRID_WORKER, certified=False)).events
    assert [type(each) for each in events] == [ClueFiled]


def test_r_23_a_clue_is_kept_with_its_protected_reporter() -> None:
    assert clue.when(file(reporter=None)).then_rejected(ReporterMissing).rule == "R-23"


def test_r_23_what_was_said_in_a_group_is_kept_without_a_reporter() -> None:
    said = file(Source.GROUP, reporter=COURIER, group=COURIERS)
    assert clue.when(said).then_rejected(ReporterNeverAsked).rule == "R-23"
    events = clue.when(file(Source.GROUP, reporter=None, group=COURIERS)).events
    assert isinstance(events[0], ClueFiled)
    assert (events[0].group, events[0].reporter) == (COURIERS, None)


def test_r_23_no_fact_of_a_clue_has_room_for_the_person_who_brought_it() -> None:
    assert {field.name for field in fields(Reporter)} == {"pseudonym", "identity"}
    persons = {field.name for field in fields(ClueFiled) if "PersonId" in str(field.type)}
    assert persons == {"officer"}


def test_a_reply_comes_out_of_a_group_where_the_broadcast_stood() -> None:
    clue.when(file(Source.GROUP, reporter=None, group=OWNERS)).then_rejected(GroupNotTold)


def test_the_officer_of_the_clue_gives_one_verdict() -> None:
    clue.given(filed()).when(judge()).then(judged())
    clue.given(filed(), judged()).when(judge()).then_nothing()
    clue.given(filed(), judged()).when(judge(verdict=Verdict.INVALID)).then_rejected(ClueJudgedAlready)


def test_another_officer_gives_no_verdict_unless_nobody_has_the_clue() -> None:
    clue.given(filed()).when(judge(COLLEAGUE)).then_rejected(NotYourClue)
    clue.given(filed(None)).when(judge(STRANGER)).then_rejected(NotYourClue)
    clue.given(filed(None)).when(judge(COLLEAGUE)).then(judged())


def test_a_clue_is_handed_to_another_officer_before_its_verdict() -> None:
    assign = AssignClue(officer=COLLEAGUE.person, at=AT)
    assigned = ClueAssigned(clue_id=CLUE, officer=COLLEAGUE.person, occurred_at=AT)
    clue.when(assign).then_rejected(ClueUnknown)
    clue.given(filed()).when(assign).then(assigned)
    clue.given(filed(), assigned).when(assign).then_nothing()
    clue.given(filed(), assigned).when(judge()).then_rejected(NotYourClue)
    clue.given(filed(), judged()).when(assign).then_rejected(ClueJudgedAlready)


class Clues(Acts):
    decider = clue_decider

    @rule(source=st.sampled_from(Source), certified=st.booleans(), known=st.booleans(), group=st.booleans())
    def bring(self, source: Source, certified: bool, known: bool, group: bool) -> None:
        reporter, said = COURIER if known else None, COURIERS if group else None
        self.attempt(file(source, certified=certified, reporter=reporter, group=said, officer=None))

    @rule(doer=st.sampled_from([OFFICER, COLLEAGUE, STRANGER]), verdict=st.sampled_from(Verdict))
    def verdict(self, doer: Doer, verdict: Verdict) -> None:
        if self.attempt(judge(doer, verdict)):
            assert doer is not STRANGER

    @rule(officer=st.sampled_from([OFFICER, COLLEAGUE]))
    def hand_over(self, officer: Doer) -> None:
        self.attempt(AssignClue(officer=officer.person, at=AT))

    @invariant()
    def there_is_one_verdict_and_nobody_named_out_of_a_group(self) -> None:
        assert len(self.of(ClueJudged)) <= 1
        assert all((each.reporter is None) == (each.source is Source.GROUP) for each in self.of(ClueFiled))


TestClues = quick(Clues)

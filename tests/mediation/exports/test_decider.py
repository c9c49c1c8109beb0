"""A file leaves the desk on the word of a second person, for a day and for one purpose."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mediation.exports.decider import (
    VALID_FOR,
    AlreadyJudged,
    ApprovalEnded,
    ApproveExport,
    ApproverAsked,
    Asked,
    AskExport,
    ExportAsked,
    ExportCommand,
    ExportEvent,
    ExportId,
    FetchFile,
    FileExported,
    Form,
    NotApproved,
    NotTheOneWhoAsked,
    PurposeNotForExport,
    RefuseExport,
    Standing,
    export_decider,
)
from shared.contracts.codes import Purpose
from shared.kernel import PersonId, Rejection
from tests.mediation.cases.samples import CASE, MONDAY, REQUEST, WORKSHOP_OWNER, text
from tests.support.spec import Spec

EXPORT = ExportId(UUID(int=0x70))
LEADER = PersonId(UUID(int=0x71))
BUREAU = PersonId(UUID(int=0x72))
desk = Spec(export_decider)


def asks(
    by: PersonId = LEADER, purpose: Purpose = Purpose.MEDIATION, by_party: bool = False, needs: bool = True
) -> AskExport:
    return AskExport(
        export_id=EXPORT,
        case_id=CASE,
        request_id=REQUEST,
        by=by,
        by_party=by_party,
        purpose=purpose,
        needs_approval=needs,
        at=MONDAY,
    )


OWN_FILE = asks(WORKSHOP_OWNER, Purpose.DATA_RIGHTS, by_party=True, needs=False)
approve = ApproveExport(by=BUREAU, at=MONDAY)
refuse = RefuseExport(by=BUREAU, note=text(31), at=MONDAY)
fetch = FetchFile(by=LEADER, form=Form.PDF, at=MONDAY)
asked = desk.after(asks())
approved = asked.after(approve)


def test_asking_again_changes_nothing() -> None:
    asked.when(asks()).then_nothing()
    approved.when(approve).then_nothing()
    asked.after(refuse).when(refuse).then_nothing()


def test_r_15_no_file_without_the_second_person() -> None:
    assert asked.when(fetch).then_rejected(NotApproved).rule == "R-15"
    assert asked.after(refuse).when(fetch).then_rejected(NotApproved).rule == "R-15"


def test_r_36_who_asks_does_not_approve() -> None:
    for wish in (ApproveExport(by=LEADER, at=MONDAY), RefuseExport(by=LEADER, note=None, at=MONDAY)):
        assert asked.when(wish).then_rejected(ApproverAsked).rule == "R-36"


def test_r_36_an_approval_is_good_for_a_day_and_for_who_asked() -> None:
    last = MONDAY + VALID_FOR
    in_time = FetchFile(by=LEADER, form=Form.JSON, at=last)
    assert approved.when(in_time).rejection is None
    late = FetchFile(by=LEADER, form=Form.JSON, at=last + timedelta(seconds=1))
    assert approved.when(late).then_rejected(ApprovalEnded, until=last).rule == "R-36"
    other = FetchFile(by=BUREAU, form=Form.PDF, at=MONDAY)
    assert approved.when(other).then_rejected(NotTheOneWhoAsked).rule == "R-36"


def test_every_fetch_is_a_fact() -> None:
    twice = approved.after(fetch, fetch)
    assert sum(isinstance(event, FileExported) for event in twice.past) == 2


def test_a_party_takes_the_own_file_without_asking_anybody() -> None:
    own = desk.after(OWN_FILE)
    assert isinstance(own.state, Asked)
    assert own.state.standing is Standing.GRANTED
    assert own.when(FetchFile(by=WORKSHOP_OWNER, form=Form.PDF, at=MONDAY)).rejection is None


@pytest.mark.parametrize("purpose", [each for each in Purpose if each not in (Purpose.MEDIATION, Purpose.HANDLING)])
def test_r_37_staff_export_for_the_mediation_and_the_archive_only(purpose: Purpose) -> None:
    assert desk.when(asks(purpose=purpose)).then_rejected(PurposeNotForExport).rule == "R-37"


def test_r_37_a_party_exports_the_own_file_only() -> None:
    wish = asks(WORKSHOP_OWNER, Purpose.MEDIATION, by_party=True, needs=False)
    desk.when(wish).then_rejected(PurposeNotForExport)


def test_what_was_judged_is_not_judged_again() -> None:
    asked.after(refuse).when(approve).then_rejected(AlreadyJudged)
    approved.when(refuse).then_rejected(AlreadyJudged)


PEOPLE = st.sampled_from([LEADER, BUREAU, WORKSHOP_OWNER])
DAYS = st.integers(0, 3)
WISHES = st.one_of(
    st.builds(lambda by, needs: asks(by, needs=needs), PEOPLE, st.booleans()),
    st.builds(lambda by, days: ApproveExport(by=by, at=MONDAY + timedelta(days=days)), PEOPLE, DAYS),
    st.builds(lambda by, days: RefuseExport(by=by, note=None, at=MONDAY + timedelta(days=days)), PEOPLE, DAYS),
    st.builds(
        lambda by, days, form: FetchFile(by=by, form=form, at=MONDAY + timedelta(days=days)),
        PEOPLE,
        DAYS,
        st.sampled_from(list(Form)),
    ),
)


@given(st.lists(WISHES, max_size=12))
def test_in_any_order_no_file_leaves_that_somebody_else_did_not_approve(wishes: list[ExportCommand]) -> None:
    past: list[ExportEvent] = []
    for wish in wishes:
        state = export_decider.fold(past)
        if isinstance(state, Asked) or isinstance(wish, AskExport):
            try:
                past.extend(export_decider.decide(wish, state))
            except Rejection:
                continue
    first = next((event for event in past if isinstance(event, ExportAsked)), None)
    for event in past:
        if isinstance(event, FileExported) and first is not None:
            approvals = [each for each in past if type(each).__name__ == "ExportApproved"]
            assert event.exported_by == first.asked_by
            if first.needs_approval:
                (approval,) = approvals
                assert approval.approved_by != first.asked_by  # type: ignore[union-attr]
                assert event.occurred_at <= approval.until  # type: ignore[union-attr,operator]

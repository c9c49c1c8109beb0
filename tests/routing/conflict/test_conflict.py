"""The score of a quarrel: every part shown, each sign once, and an objection that another person decides."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.routing.conflict.decider import (
    AlreadyContested,
    Conflict,
    ConflictCommand,
    ConflictRated,
    Contest,
    DecideContest,
    DropSign,
    NoSuchSign,
    NotContested,
    NoteSign,
    OwnObjection,
    conflict_decider,
    score_of,
)
from services.routing.conflict.reactions import signs_of
from services.routing.conflict.rules.score import Band, Part, Proposes, score
from services.routing.conflict.store import WeightsIncomplete, shipped_weights
from shared.contracts.codes import Role
from shared.contracts.mediation import EscalationReportedV1
from shared.contracts.samematter import DuplicateLinkedV1, SameAs
from shared.kernel import PersonId, RequestId
from tests.routing.decisions.desk import MONDAY, NOTE, REQUEST
from tests.support.machines import Acts, quick
from tests.support.spec import Spec

WEIGHTS = shipped_weights()
OFFICER, LEADER = PersonId(UUID(int=71)), PersonId(UUID(int=72))
desk = Spec(conflict_decider(WEIGHTS))


def seen(part: Part, cause: int = 1) -> NoteSign:
    return NoteSign(request_id=REQUEST, part=part, cause=UUID(int=cause), at=MONDAY)


def contest(part: Part = Part.VIOLENCE, by: PersonId | None = OFFICER) -> Contest:
    return Contest(request_id=REQUEST, part=part, by_role=Role.DUTY_OFFICER, by=by, note=NOTE, at=MONDAY)


def answered(*, upheld: bool, by: PersonId = LEADER, part: Part = Part.VIOLENCE) -> DecideContest:
    return DecideContest(request_id=REQUEST, part=part, upheld=upheld, by=by, note=NOTE, at=MONDAY)


def test_every_part_has_a_weight_and_counts_no_more_than_its_most() -> None:
    many = score(dict.fromkeys(Part, 50), frozenset(), MONDAY - timedelta(days=400), MONDAY, WEIGHTS)
    assert {each.part: each.points for each in many.parts} == {part: WEIGHTS.parts[part].most for part in Part}
    assert many.points == sum(each.points for each in many.parts)
    assert many.band is Band.HIGH


def test_time_alone_makes_no_conflict() -> None:
    assert score({}, frozenset(), MONDAY - timedelta(days=400), MONDAY, WEIGHTS).points == 0


def test_a_file_that_leaves_out_a_part_is_refused(tmp_path: object) -> None:
    from pathlib import Path

    from services.routing.conflict.store import WEIGHTS as FILE

    short = Path(str(tmp_path)) / "weights.yaml"
    short.write_text(FILE.read_text().replace("  history: {each: 1, most: 3}\n", ""))
    with pytest.raises(WeightsIncomplete, match="history"):
        shipped_weights(short)


def test_r_10_a_hosts_fear_counts_at_once_and_proposes_a_visit() -> None:
    body = EscalationReportedV1(request_id=REQUEST, case_id=UUID(int=5), note=NOTE, at=MONDAY)
    [command] = signs_of(body, MONDAY)
    [_, rated] = desk.when(command).events
    assert isinstance(rated, ConflictRated)
    assert rated.band is Band.WATCH
    assert rated.proposes == (Proposes.VISIT,)
    [again] = signs_of(body, MONDAY)
    desk.after(command).when(again).then_nothing()


def test_a_sign_counts_once_for_its_cause_and_goes_with_it() -> None:
    body = DuplicateLinkedV1(request_id=RequestId(UUID(int=2)), lead=REQUEST, relation=SameAs.REPEAT, at=MONDAY)
    [repeat] = signs_of(body, MONDAY)
    assert (repeat.request_id, repeat.part) == (REQUEST, Part.REPEATS)
    after = desk.after(repeat, DropSign(request_id=REQUEST, part=Part.REPEATS, cause=UUID(int=2), at=MONDAY))
    assert score_of(after.state, WEIGHTS, MONDAY).points == 0


def test_a_high_score_proposes_and_decides_nothing() -> None:
    told = desk.after(seen(Part.VIOLENCE), seen(Part.THREATS)).when(seen(Part.REPEATS, 3))
    rated = told.events[-1]
    assert isinstance(rated, ConflictRated)
    assert rated.band is Band.HIGH
    assert set(rated.proposes) == {Proposes.RAISE_PRIORITY, Proposes.VISIT, Proposes.SECOND_MEDIATION}
    assert rated.weights == WEIGHTS.version


def test_what_was_objected_to_and_upheld_counts_no_more_and_stays_visible() -> None:
    told = desk.after(seen(Part.VIOLENCE), contest(), answered(upheld=True))
    now = score_of(told.state, WEIGHTS, MONDAY)
    assert now.points == 0
    assert [(each.part, each.struck) for each in now.parts] == [(Part.VIOLENCE, True)]
    told.when(contest()).then_rejected(NoSuchSign)


def test_an_objection_that_is_not_upheld_changes_nothing() -> None:
    told = desk.after(seen(Part.VIOLENCE), contest(), answered(upheld=False))
    assert score_of(told.state, WEIGHTS, MONDAY).points == WEIGHTS.parts[Part.VIOLENCE].each
    told.when(answered(upheld=True)).then_rejected(NotContested)


def test_whoever_objects_does_not_decide() -> None:
    objected = desk.after(seen(Part.VIOLENCE), contest())
    objected.when(answered(upheld=True, by=OFFICER)).then_rejected(OwnObjection)
    objected.when(contest(by=LEADER)).then_rejected(AlreadyContested)
    desk.when(contest()).then_rejected(NoSuchSign)


class Quarrel(Acts):
    decider = conflict_decider(WEIGHTS)
    parts = st.sampled_from([Part.VIOLENCE, Part.REPEATS])

    def act(self, wish: ConflictCommand) -> None:
        self.attempt(wish)
        state: Conflict = self.state
        now = score_of(state, WEIGHTS, MONDAY)
        assert (now.points, now.band) == state.rated, "the stored rating is not that of the signs"

    @rule(part=parts, cause=st.integers(1, 3))
    def see(self, part: Part, cause: int) -> None:
        self.act(seen(part, cause))

    @rule(part=parts, cause=st.integers(1, 3))
    def drop(self, part: Part, cause: int) -> None:
        self.act(DropSign(request_id=REQUEST, part=part, cause=UUID(int=cause), at=MONDAY))

    @rule(part=parts)
    def contest(self, part: Part) -> None:
        self.act(contest(part))

    @rule(part=parts, upheld=st.booleans())
    def answer(self, part: Part, upheld: bool) -> None:
        self.act(answered(upheld=upheld, part=part))


TestQuarrel = quick(Quarrel)

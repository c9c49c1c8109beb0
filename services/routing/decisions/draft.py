"""A decision in the making: each event is folded at once, so that the next step sees what the one before decided."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from services.routing.clocks import running
from services.routing.clocks.facts import ClockArmed, StopReason
from services.routing.clocks.table import (
    CRIME_REVIEW,
    CRIME_REVIEW_REFERRED,
    CRIME_REVIEWS,
    FEEDBACK,
    INFO_WAIT,
    OF_GATES,
    ClockRules,
    Moment,
)
from services.routing.decisions.facts import (
    ActDated,
    DecidedBy,
    DecisionEvent,
    GateWithdrawn,
    HandlingRevoked,
    RequestClassified,
    RequestGated,
    RequestRouted,
    ScreeningAsked,
    ScreeningReason,
)
from services.routing.decisions.placing_facts import OwnerFound
from services.routing.decisions.rules.acts import ActKind, law_day
from services.routing.decisions.rules.complaints import who_looks
from services.routing.decisions.rules.crime_review import CrimeReview
from services.routing.decisions.rules.gates import LAW, GateResult, closed_gate
from services.routing.decisions.rules.grounds import UNMEDIABLE, Ground
from services.routing.decisions.rules.owners import Assignment, Owner, Roster, find_owner
from services.routing.decisions.rules.pack import Closes, Danger, Pack, Packs, apply
from services.routing.decisions.rules.ruling import Ruling
from services.routing.decisions.state import Matter, Routed, Waiting, evolve
from services.routing.directory.choosing import Choosing
from services.routing.directory.resolving import OF_THE_PLACE
from shared.contracts.codes import Category, Channel, Gate, Police, Priority, ReasonCode
from shared.kernel import BUREAU_ZONE, ClockId, RuleId, TextRef

CERTAIN = 1000
OVERRULING = RuleId("R-39")

UNREAD = Ruling(Category.COM, (), Priority.P3, Police.TRANSFER, Channel.XFER)
"""What the danger rows start from while no text has been read: the least urgent there is."""


class Draft:
    def __init__(self, matter: Matter, rules: ClockRules, packs: Packs, at: datetime) -> None:
        self.matter = matter
        self.rules = rules
        self.packs = packs
        self.at = at
        self._events: list[DecisionEvent] = []

    @property
    def pack(self) -> Pack:
        """By the day of filing; where guilt is asked for, by the day of the act (R-62)."""
        matter = self.matter
        filed_on = matter.filed_at.astimezone(BUREAU_ZONE).date()
        return self.packs.on(law_day(filed_on, matter.acts, matter.acted_on))

    @property
    def events(self) -> tuple[DecisionEvent, ...]:
        return tuple(self._events)

    def add(self, *events: DecisionEvent) -> None:
        for event in events:
            folded = evolve(self.matter, event)
            assert isinstance(folded, Matter)
            self.matter = folded
            self._events.append(event)

    def classify(
        self, ruling: Ruling, decided_by: DecidedBy, confidence: int, rows: tuple[RuleId, ...], rule: RuleId | None
    ) -> None:
        matter = self.matter
        if (ruling, decided_by, confidence) != (matter.ruling, matter.decided_by, matter.confidence):
            self.add(
                RequestClassified(
                    request_id=matter.request_id,
                    attempt=matter.attempt,
                    ruling=ruling,
                    confidence=confidence,
                    decided_by=decided_by,
                    pack=self.pack.version,
                    rows=rows,
                    rule=rule,
                    occurred_at=self.at,
                )
            )
        self.set_clocks()

    def apply_pack(self, found: Ruling, danger: Danger, confidence: int, rule: RuleId | None = None) -> None:
        """Classifies by the rule pack over what was found; `rule` when no model found it."""
        applied = apply(self.pack, found, danger, self.matter.acts)
        decided_by = DecidedBy.RULE if applied.changed_by or rule else DecidedBy.MODEL
        self.classify(applied.ruling, decided_by, confidence, applied.rows, applied.changed_by or rule)
        self.close_gates(applied.closes)

    def date_act(self, acts: Iterable[ActKind], acted_on: date | None) -> None:
        self.add(
            ActDated(
                request_id=self.matter.request_id,
                acts=tuple(sorted(acts)),
                acted_on=acted_on,
                occurred_at=self.at,
            )
        )

    def close_gates(self, closes: tuple[Closes, ...]) -> None:
        """A rule closes a gate that nobody has decided; it never closes again what a person opened."""
        for each in closes:
            if each.gate not in self.matter.gates:
                self.gate(each.gate, each.result, DecidedBy.RULE, None)
        self.time_crime_question(self.at)

    def withdraw_gates(self, known: Collection[Gate]) -> None:
        """R-39: who takes his ruling back takes back what only it had asked. A correction withdraws nothing: another
        name would be the way past a gate (R-18, R-28, R-32)."""
        for gate in sorted(self.matter.gates.keys() - known - self.matter.decided_gates):
            self.add(GateWithdrawn(request_id=self.matter.request_id, gate=gate, rule=OVERRULING, occurred_at=self.at))

    def time_crime_question(self, since: datetime) -> None:
        """R-27: an investigator's days run while the question that a rule asked stands before the channel. They are not
        counted where nobody is asked; those that a person began run on, whatever becomes of the ruling."""
        matter = self.matter
        present = matter.clocks.keys() & set(CRIME_REVIEWS)
        open_ = {Gate.CRIME_OR_CIVIL: GateResult.UNDECIDED}
        asked = open_.items() <= matter.gates.items() and matter.ruling and closed_gate(open_, matter.ruling.channel)
        begun = Gate.CRIME_OR_CIVIL in matter.decided_gates or matter.course.review != CrimeReview()
        if asked and not present:
            self.arm((CRIME_REVIEW_REFERRED if matter.referred else CRIME_REVIEW,), since)
        elif not asked and not begun:
            self.stop(tuple(sorted(present)), StopReason.REPLACED, None)

    def gate(
        self,
        gate: Gate,
        result: GateResult,
        decided_by: DecidedBy,
        note: TextRef | None,
        ground: Ground | None = None,
    ) -> None:
        self.add(
            RequestGated(
                request_id=self.matter.request_id,
                gate=gate,
                result=result,
                decided_by=decided_by,
                rule=UNMEDIABLE.get(ground, LAW[gate]) if ground else LAW[gate],
                note=note,
                ground=ground,
                occurred_at=self.at,
            )
        )

    def send(self, roster: Roster, chosen: Assignment | None = None) -> None:
        """Routes the request, or asks a person for what is missing."""
        ruling = self.matter.ruling
        assert ruling is not None
        matter = self.matter
        barred = matter.course.barred.units
        owner = None
        if chosen is not None or not self._place_in_doubt(ruling):
            owner = find_owner(roster, ruling.category, ruling.channel, chosen, matter.kept_from, barred)
        reasons = self._reasons(ruling, owner)
        if reasons or owner is None:
            self.ask(reasons, roster)
        else:
            self.route(owner)

    def _place_in_doubt(self, ruling: Ruling) -> bool:
        """Several grids bear the name that was told, and the place decides: somebody says which. Danger does not."""
        danger = bool(self.matter.danger) or ruling.priority is Priority.P0
        return bool(self.matter.candidates) and ruling.channel in OF_THE_PLACE and not danger

    def _reasons(self, ruling: Ruling, owner: Owner | None) -> frozenset[ScreeningReason]:
        matter = self.matter
        reasons = set(matter.phase.reasons & {ScreeningReason.RETURNED}) if isinstance(matter.phase, Waiting) else set()
        if matter.decided_by is not DecidedBy.PERSON:
            reasons |= self._doubts(ruling)
        if closed_gate(matter.gates, ruling.channel):
            reasons.add(ScreeningReason.GATE_PENDING)
        if owner is None:
            reasons.add(ScreeningReason.NO_OWNER)
        return frozenset(reasons)

    def _doubts(self, ruling: Ruling) -> set[ScreeningReason]:
        """Why a person has to look at what a rule or a model said. Beside danger nothing else matters."""
        if self.matter.danger:
            return {ScreeningReason.DANGER}
        doubts = {ScreeningReason.IMMEDIATE} if ruling.priority is Priority.P0 else set()
        return doubts | ({ScreeningReason.LOW_CONFIDENCE} if self.matter.unsure else set())

    def ask(self, reasons: frozenset[ScreeningReason], roster: Roster) -> None:
        """Asks for a person once for the same reasons."""
        if reasons and self.matter.phase != Waiting(reasons):
            self._ask(reasons, roster)

    def ask_elsewhere(self, roster: Roster) -> None:
        """The same question again, to somebody whom the complaint is not about (R-24)."""
        if isinstance(self.matter.phase, Waiting) and roster.desk in self.matter.course.barred.units:
            self._ask(self.matter.phase.reasons, roster)

    def _ask(self, reasons: frozenset[ScreeningReason], roster: Roster) -> None:
        """Of the investigators when only they can answer; of nobody whom the complaint is about (R-24)."""
        matter = self.matter
        only_the_gate = reasons == {ScreeningReason.GATE_PENDING}
        crime_question = matter.ruling and closed_gate(matter.gates, matter.ruling.channel) is Gate.CRIME_OR_CIVIL
        unit = roster.investigators if only_the_gate and crime_question else roster.desk
        self.add(
            ScreeningAsked(
                request_id=matter.request_id,
                attempt=matter.attempt,
                reasons=tuple(sorted(reasons)),
                danger=tuple(sorted(matter.danger)),
                priority=matter.ruling.priority if matter.ruling else Priority.P2,
                unit=who_looks(roster, unit, matter.course.barred),
                occurred_at=self.at,
            )
        )

    def route(self, owner: Owner) -> None:
        matter = self.matter
        ruling = matter.ruling
        assert ruling is not None
        self.add(
            RequestRouted(
                request_id=matter.request_id,
                attempt=matter.attempt,
                ruling=ruling,
                unit=owner.unit,
                owner=owner.owner,
                deputy=owner.deputy,
                excluded=tuple(sorted(matter.kept_from)),
                requester=matter.requester,
                other_party=matter.other_party,
                narrative=matter.narrative,
                answer_due=self._answer_due(ruling),
                occurred_at=self.at,
            )
        )
        if owner.choosing is not None:
            self._found(matter.attempt, owner, owner.choosing)
        self.met(Moment.REQUEST_ROUTED)
        self.set_clocks()

    def _found(self, attempt: int, owner: Owner, choosing: Choosing) -> None:
        self.add(
            OwnerFound(
                request_id=self.matter.request_id,
                attempt=attempt,
                owner=owner.owner,
                choosing=choosing,
                occurred_at=self.at,
            )
        )

    def revoke(self, reason: ReasonCode) -> None:
        if isinstance(self.matter.phase, Routed):
            self.add(
                HandlingRevoked(
                    request_id=self.matter.request_id,
                    attempt=self.matter.phase.attempt,
                    reason=reason,
                    occurred_at=self.at,
                )
            )

    def _answer_due(self, ruling: Ruling) -> datetime:
        clock = FEEDBACK[ruling.priority]
        running_clock = self.matter.clocks.get(clock)
        return running_clock.due if running_clock else self.rules.times(clock, self.matter.since).due

    def set_clocks(self) -> None:
        """Runs the clocks of the present ruling and no others of their kind."""
        filed = self._wanted(Moment.REQUEST_FILED)
        routed = self._wanted(Moment.REQUEST_ROUTED)
        stale = self.matter.clocks.keys() - {*filed, *routed, INFO_WAIT, *OF_GATES}
        self.stop(tuple(sorted(stale)), StopReason.REPLACED, None)
        self.arm(filed, self.matter.since)
        if isinstance(self.matter.phase, Routed):
            self.arm(routed, self.at)

    def _wanted(self, moment: Moment) -> tuple[ClockId, ...]:
        ruling, door = self.matter.ruling, self.matter.door
        category, priority = (ruling.category, ruling.priority) if ruling else (None, None)
        return self.rules.clocks_for(category, priority, moment, door)

    def arm(self, clocks: tuple[ClockId, ...], start: datetime) -> None:
        matter = self.matter
        new = [
            clock
            for clock in clocks
            if clock not in matter.clocks and Moment(self.rules.limits[clock].stop) not in matter.seen
        ]
        self.add(*running.arm(self.rules, matter.request_id, new, start, self.at))
        if matter.info_wanted:
            self.add(*running.pause(self.rules, matter.request_id, self.matter.clocks, self.at))

    def arm_again(self, clock: ClockId, start: datetime | None = None) -> None:
        """A clock of a gate begins anew each time its question does, whatever ended it before."""
        self.stop((clock,), StopReason.REPLACED, None)
        self.add(*running.arm(self.rules, self.matter.request_id, (clock,), start or self.at, self.at))

    def arm_info_wait(self, due: datetime) -> None:
        self.add(
            ClockArmed(
                request_id=self.matter.request_id,
                clock=INFO_WAIT,
                started_at=self.at,
                due=due,
                warn=self.rules.warning(INFO_WAIT, self.at, due),
                provisional=self.rules.times(INFO_WAIT, self.at).provisional,
                occurred_at=self.at,
            )
        )

    def met(self, *moments: Moment, but: tuple[ClockId, ...] = ()) -> None:
        """`but`: clocks that wait for an act of their own."""
        for moment in moments:
            stopped = running.stopped_by(self.rules, self.matter.clocks, moment)
            self.stop(tuple(clock for clock in stopped if clock not in but), StopReason.MET, moment)

    def warn(self, clock: ClockId) -> None:
        matter = self.matter
        self.add(*running.warn(self.rules, matter.request_id, matter.clocks, clock, self._holder, self.at))

    def breach(self, clock: ClockId) -> None:
        matter = self.matter
        self.add(*running.breach(self.rules, matter.request_id, matter.clocks, clock, self._holder, self.at))

    @property
    def _holder(self) -> running.Holder:
        holder = self.matter.holder
        return (holder.unit, holder.owner) if holder else (None, None)

    def stop(self, clocks: tuple[ClockId, ...], why: StopReason, by: Moment | None) -> None:
        self.add(*running.stop(self.matter.request_id, self.matter.clocks, clocks, why, by, self.at))

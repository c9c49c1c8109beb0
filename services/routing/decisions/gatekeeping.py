"""What follows for a decision from what people say of its gates."""

from dataclasses import replace
from typing import assert_never

from services.routing.clocks.facts import StopReason
from services.routing.clocks.table import (
    CRIME_REVIEW,
    CRIME_REVIEW_HEAVY,
    CRIME_REVIEW_LONGER,
    CRIME_REVIEWS,
    REFUSAL_LETTER,
    REFUSAL_REVIEW,
    Moment,
)
from services.routing.decisions.draft import CERTAIN, Draft
from services.routing.decisions.facts import DecidedBy
from services.routing.decisions.gate_commands import (
    AnswerReview,
    AskExtension,
    DecideExtension,
    DecideGate,
    GateCommand,
    NameComplainedOf,
    RequestReview,
    ServeRefusalLetter,
)
from services.routing.decisions.gate_facts import (
    CrimeReviewExtensionAsked,
    CrimeReviewExtensionDecided,
    RefusalLetterServed,
    RefusalReviewAnswered,
    RefusalReviewRequested,
    ThoseComplainedOfNamed,
)
from services.routing.decisions.refusals import TriageIsOver
from services.routing.decisions.rules.complaints import Barred, check_complaint, who_looks
from services.routing.decisions.rules.crime_review import (
    Extension,
    NoReviewToAnswer,
    check_approving,
    check_asking,
    check_investigator,
    check_leader,
    check_requesting,
    check_serving,
)
from services.routing.decisions.rules.gates import GateResult, check_decider, closed_gate
from services.routing.decisions.rules.grounds import check_ground
from services.routing.decisions.rules.owners import Roster
from services.routing.decisions.rules.ruling import flagged
from services.routing.decisions.state import Ended, Matter, Routed, Waiting
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, ReasonCode
from shared.kernel import RuleId

REVIEW_OF_CRIME = RuleId("R-27")
COMPLAINTS = RuleId("R-24")


def keep_gates(command: GateCommand, draft: Draft) -> None:
    match command:
        case DecideGate():
            _decide(command, draft)
        case AskExtension():
            _ask_extension(command, draft)
        case DecideExtension():
            _decide_extension(command, draft)
        case ServeRefusalLetter():
            _serve_letter(command, draft)
        case RequestReview():
            _request_review(command, draft)
        case AnswerReview():
            _answer_review(command, draft)
        case NameComplainedOf():
            _name_complained_of(command, draft)
        case _:
            assert_never(command)


def still_open(matter: Matter) -> Matter:
    if isinstance(matter.phase, Ended):
        raise TriageIsOver
    return matter


def _decide(command: DecideGate, draft: Draft) -> None:
    matter = still_open(draft.matter)
    check_decider(command.gate, command.result, command.by_role, command.note is not None, matter.course.attended)
    check_ground(command.gate, command.result, command.ground)
    if command.gate in matter.decided_gates and matter.gates[command.gate] is command.result:
        return
    draft.gate(command.gate, command.result, DecidedBy.PERSON, command.note, command.ground)
    if command.gate is Gate.CRIME_OR_CIVIL:
        _follow_review(command.result, draft)
    if matter.ruling is None or (isinstance(matter.phase, Routed) and matter.phase.finished):
        return
    if command.result is GateResult.CRIME:
        crime = replace(matter.ruling, category=Category.CRM, channel=Channel.CASE, police=Police.OWN)
        draft.classify(flagged(crime, Flag.CRIME_POSSIBLE), DecidedBy.PERSON, CERTAIN, (), RuleId("R-27"))
    _follow_gate(matter.ruling.channel, command.roster, draft)


def _follow_review(result: GateResult, draft: Draft) -> None:
    """R-27: an answer ends the review; a refusal is served within three days where somebody reported a crime."""
    if result is GateResult.UNDECIDED:
        if not draft.matter.clocks.keys() & set(CRIME_REVIEWS):
            draft.arm_again(CRIME_REVIEW)
        return
    draft.met(Moment.FILING_DECIDED)
    draft.stop((REFUSAL_LETTER, REFUSAL_REVIEW), StopReason.REPLACED, None)
    if result is GateResult.NOT_A_CRIME and draft.matter.course.review.letter_owed:
        draft.arm_again(REFUSAL_LETTER)


def _follow_gate(former: Channel, roster: Roster, draft: Draft) -> None:
    matter = draft.matter
    assert matter.ruling is not None
    if isinstance(matter.phase, Routed):
        if matter.ruling.channel is former and not closed_gate(matter.gates, former):
            return
        draft.revoke(ReasonCode.CRIME_FOUND if matter.ruling.category is Category.CRM else ReasonCode.OVERRULED)
    draft.send(roster)


def _ask_extension(command: AskExtension, draft: Draft) -> None:
    """R-27: an investigator asks for more time before the present time is over."""
    matter = still_open(draft.matter)
    check_investigator(command.by_role)
    review = matter.course.review
    if review.asked is command.extension:
        return
    due = next((running.due for clock, running in matter.clocks.items() if clock in CRIME_REVIEWS), None)
    check_asking(review, matter.gates, command.extension, due, command.at)
    draft.add(
        CrimeReviewExtensionAsked(
            request_id=matter.request_id,
            extension=command.extension,
            asked_by=command.by,
            note=command.note,
            rule=REVIEW_OF_CRIME,
            occurred_at=command.at,
        )
    )


def _decide_extension(command: DecideExtension, draft: Draft) -> None:
    """R-27: heavy matters have thirty days from the report, and once more thirty from the approval."""
    matter = still_open(draft.matter)
    check_leader(command.by_role)
    extension = check_approving(matter.course.review, matter.gates, command.by)
    draft.add(
        CrimeReviewExtensionDecided(
            request_id=matter.request_id,
            extension=extension,
            approved=command.approved,
            approved_by=command.by,
            note=command.note,
            rule=REVIEW_OF_CRIME,
            occurred_at=command.at,
        )
    )
    if not command.approved:
        return
    present = [clock for clock in CRIME_REVIEWS if clock in matter.clocks]
    begun = min((matter.clocks[clock].started_at for clock in present), default=command.at)
    draft.stop(tuple(present), StopReason.REPLACED, None)
    heavy = extension is Extension.HEAVY
    draft.arm_again(CRIME_REVIEW_HEAVY if heavy else CRIME_REVIEW_LONGER, begun if heavy else command.at)


def _serve_letter(command: ServeRefusalLetter, draft: Draft) -> None:
    """R-27: from the letter the person has seven days to ask for a review."""
    matter = still_open(draft.matter)
    check_investigator(command.by_role)
    check_serving(matter.gates)
    if matter.course.review.served:
        return
    draft.add(
        RefusalLetterServed(
            request_id=matter.request_id,
            letter=command.letter,
            review_until=draft.rules.times(REFUSAL_REVIEW, command.at).due,
            rule=REVIEW_OF_CRIME,
            occurred_at=command.at,
        )
    )
    draft.stop((REFUSAL_LETTER,), StopReason.MET, None)
    draft.arm_again(REFUSAL_REVIEW)


def _request_review(command: RequestReview, draft: Draft) -> None:
    """R-27: the person asks that the refusal be looked at again; the head's unit sees it.

    R-26: his seven days end when their clock does, whatever was guessed when the letter was served.
    """
    matter = still_open(draft.matter)
    review = matter.course.review
    if (clock := matter.clocks.get(REFUSAL_REVIEW)) is not None:
        review = replace(review, review_until=clock.due)
    check_requesting(review, command.at)
    if matter.course.review.review_requested:
        return
    draft.add(RefusalReviewRequested(request_id=matter.request_id, rule=REVIEW_OF_CRIME, occurred_at=command.at))
    draft.stop((REFUSAL_REVIEW,), StopReason.MET, None)


def _answer_review(command: AnswerReview, draft: Draft) -> None:
    """R-27: overturned, the question is open again, with its seven days."""
    matter = still_open(draft.matter)
    check_leader(command.by_role)
    review = matter.course.review
    if not review.review_requested or (review.overturned is not None and review.overturned is not command.overturned):
        raise NoReviewToAnswer
    if review.overturned is command.overturned:
        return
    draft.add(
        RefusalReviewAnswered(
            request_id=matter.request_id,
            overturned=command.overturned,
            answered_by=command.by,
            note=command.note,
            rule=REVIEW_OF_CRIME,
            occurred_at=command.at,
        )
    )
    if command.overturned:
        _open_again(command, draft)


def _open_again(command: AnswerReview, draft: Draft) -> None:
    matter = draft.matter
    draft.gate(Gate.CRIME_OR_CIVIL, GateResult.UNDECIDED, DecidedBy.PERSON, command.note)
    draft.arm_again(CRIME_REVIEW)
    if matter.ruling is not None and not (isinstance(matter.phase, Routed) and matter.phase.finished):
        _follow_gate(matter.ruling.channel, command.roster, draft)


def _name_complained_of(command: NameComplainedOf, draft: Draft) -> None:
    """R-24: whoever belongs to the unit loses it at once, and somebody outside looks."""
    matter = still_open(draft.matter)
    check_complaint(matter.ruling.category if matter.ruling else None)
    named = Barred(command.units, command.people)
    if matter.course.barred | named == matter.course.barred:
        return
    who_looks(command.roster, command.roster.desk, matter.course.barred | named)
    draft.add(
        ThoseComplainedOfNamed(
            request_id=matter.request_id,
            units=tuple(sorted(command.units)),
            people=tuple(sorted(command.people)),
            rule=COMPLAINTS,
            occurred_at=command.at,
        )
    )
    if isinstance(matter.phase, Routed) and not matter.phase.finished and _is_barred(draft.matter):
        draft.revoke(ReasonCode.CONFLICT_OF_INTEREST)
        draft.send(command.roster)
    elif isinstance(matter.phase, Waiting) and matter.phase.reasons:
        draft.ask_elsewhere(command.roster)


def _is_barred(matter: Matter) -> bool:
    barred, holder = matter.course.barred, matter.holder
    return holder is not None and (holder.unit in barred.units or bool({holder.owner, holder.deputy} & barred.people))

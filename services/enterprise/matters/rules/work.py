"""The workstation's own work between signature and outcome: firm, consent, site, rounds, workers, answer."""

from typing import assert_never

from services.enterprise.matters.commands import (
    AnswerFirm,
    AssignTask,
    CheckLegality,
    HoldRound,
    LodgeStaff,
    NameComplainedOf,
    NameFirm,
    RecordConsent,
    RespondFirst,
    WorkCommand,
)
from services.enterprise.matters.facts import (
    ComplainedOfNamed,
    ConsentRecorded,
    FirmNamed,
    FirmTold,
    FirstResponseGiven,
    HandlingStarted,
    Kind,
    LegalityChecked,
    MatterEvent,
    RoundHeld,
    StaffLodged,
)
from services.enterprise.matters.rules import tasks
from services.enterprise.matters.rules.hands import require_of_workstation, require_owner
from services.enterprise.matters.rules.safeguards import PERSUASION, Safeguards, is_economic
from services.enterprise.matters.state import Signed, hands_of
from shared.kernel import Rejection


class FirmNotNamed(Rejection):
    """It is not known yet whose matter this is."""


class AnotherFirmNamed(Rejection):
    """A matter belongs to one firm."""


class TaskUnanswered(Rejection):
    """`missing` departments have not answered; the firm gets one answer for all."""


class NotThatKind(Rejection):
    """The act belongs to another kind of matter."""


class NothingToConsentTo(Rejection):
    """Written consent belongs to economic disputes."""


class TaskGoesToThemAlready(Rejection):
    """A task was assigned to the unit before the complaint named it."""

    rule = "R-24"


def work(command: WorkCommand, matter: Signed, guards: Safeguards) -> tuple[MatterEvent, ...]:
    if isinstance(command, AssignTask):
        return _with_first_signs(tasks.assign(command, matter), command, matter)
    if isinstance(command, AnswerFirm):
        require_owner(command.doer, hands_of(matter.offer), matter.owner)
    else:
        require_of_workstation(command.doer, hands_of(matter.offer), matter.owner)
    return _with_first_signs(_act(command, matter, guards), command, matter)


def _act(command: WorkCommand, matter: Signed, guards: Safeguards) -> tuple[MatterEvent, ...]:
    ids = matter.offer.matter_id, matter.offer.request_id
    match command:
        case NameFirm():
            return _name_firm(command, matter)
        case RespondFirst():
            if matter.responded:
                return ()
            return (FirstResponseGiven(matter_id=ids[0], request_id=ids[1], note=command.note, occurred_at=command.at),)
        case RecordConsent():
            return _consent(command, matter)
        case CheckLegality():
            return _check_legality(command, matter)
        case HoldRound():
            return _hold_round(command, matter, guards)
        case NameComplainedOf():
            return _name_complained_of(command, matter)
        case LodgeStaff():
            return _lodge(command, matter)
        case AnswerFirm():
            return _answer(command, matter)
        case AssignTask():
            return tasks.assign(command, matter)
        case _:
            assert_never(command)


def _with_first_signs(events: tuple[MatterEvent, ...], command: WorkCommand, matter: Signed) -> tuple[MatterEvent, ...]:
    """The first act towards the firm is the first response; whatever goes beyond it starts the handling."""
    offer, signs = matter.offer, []
    if not events or isinstance(command, NameFirm):
        return events
    if not matter.responded and not isinstance(command, RespondFirst):
        signs.append(
            FirstResponseGiven(
                matter_id=offer.matter_id, request_id=offer.request_id, note=None, occurred_at=command.at
            )
        )
    if matter.started or isinstance(command, RespondFirst):
        return (*signs, *events)
    started = HandlingStarted(matter_id=offer.matter_id, request_id=offer.request_id, occurred_at=command.at)
    return (*signs, started, *events)


def _name_firm(command: NameFirm, matter: Signed) -> tuple[MatterEvent, ...]:
    """Whoever asked may speak for several firms: what an officer says counts, and counts once."""
    if matter.firm_sure and matter.firm_id == command.firm_id:
        return ()
    if matter.firm_sure:
        raise AnotherFirmNamed
    return (
        FirmNamed(
            matter_id=matter.offer.matter_id,
            request_id=matter.offer.request_id,
            firm_id=command.firm_id,
            occurred_at=command.at,
        ),
    )


def _consent(command: RecordConsent, matter: Signed) -> tuple[MatterEvent, ...]:
    """R-28: in writing, and only a firm that is named can write."""
    if not is_economic(matter.kind, matter.offer.flags):
        raise NothingToConsentTo
    if matter.firm_id is None:
        raise FirmNotNamed
    if matter.consent == command.evidence:
        return ()
    return (
        ConsentRecorded(
            matter_id=matter.offer.matter_id,
            request_id=matter.offer.request_id,
            evidence=command.evidence,
            occurred_at=command.at,
        ),
    )


def _check_legality(command: CheckLegality, matter: Signed) -> tuple[MatterEvent, ...]:
    """S39: may be checked anew; what was seen last counts."""
    if matter.legality is command.result:
        return ()
    return (
        LegalityChecked(
            matter_id=matter.offer.matter_id,
            request_id=matter.offer.request_id,
            result=command.result,
            evidence=command.evidence,
            occurred_at=command.at,
        ),
    )


def _hold_round(command: HoldRound, matter: Signed, guards: Safeguards) -> tuple[MatterEvent, ...]:
    """R-27, R-28: no coordination before the gate; S39: no persuasion before the legality check."""
    if command.round_id in matter.rounds:
        return ()
    guards.lawful_measures(command.measures)
    guards.not_a_crime(matter)
    guards.written_consent(matter)
    if PERSUASION & set(command.measures):
        guards.lawful_project(matter)
    return (
        RoundHeld(
            matter_id=matter.offer.matter_id,
            request_id=matter.offer.request_id,
            round_id=command.round_id,
            measures=command.measures,
            away=command.away,
            expenses_fen=command.expenses_fen,
            note=command.note,
            occurred_at=command.at,
        ),
    )


def _name_complained_of(command: NameComplainedOf, matter: Signed) -> tuple[MatterEvent, ...]:
    """R-24: nobody who has the complaint already can become the one it is about."""
    if matter.kind is not Kind.DEPARTMENT_COMPLAINT:
        raise NotThatKind(kind=matter.kind)
    if matter.complained_of == command.unit:
        return ()
    if command.unit in {task.unit for task in matter.tasks.values()}:
        raise TaskGoesToThemAlready
    return (
        ComplainedOfNamed(
            matter_id=matter.offer.matter_id,
            request_id=matter.offer.request_id,
            unit=command.unit,
            occurred_at=command.at,
        ),
    )


def _lodge(command: LodgeStaff, matter: Signed) -> tuple[MatterEvent, ...]:
    """Whoever was lodged before is no error and no second worker."""
    if matter.kind is not Kind.STAFF_LODGING:
        raise NotThatKind(kind=matter.kind)
    if matter.firm_id is None:
        raise FirmNotNamed
    if command.batch_id in matter.batches:
        return ()
    fresh = tuple(worker for worker in command.workers if worker.person not in matter.lodged)
    return (
        StaffLodged(
            matter_id=matter.offer.matter_id,
            request_id=matter.offer.request_id,
            batch_id=command.batch_id,
            workers=fresh,
            known=tuple(worker.row for worker in command.workers if worker.person in matter.lodged),
            bad=command.bad,
            occurred_at=command.at,
        ),
    )


def _answer(command: AnswerFirm, matter: Signed) -> tuple[MatterEvent, ...]:
    """S83: the firm gets its answer when the departments have given theirs."""
    if missing := tasks.unanswered(matter):
        raise TaskUnanswered(missing=missing)
    if matter.answer == command.answer:
        return ()
    return (
        FirmTold(
            matter_id=matter.offer.matter_id,
            request_id=matter.offer.request_id,
            answer=command.answer,
            occurred_at=command.at,
        ),
    )

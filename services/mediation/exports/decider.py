"""A file that leaves the desk: asked for with a purpose, approved by another person, valid for a day (R-15, R-36)."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType, assert_never
from uuid import UUID

from services.mediation.cases.facts import CaseId
from shared.contracts.codes import Purpose
from shared.kernel import CorruptHistory, Decider, PersonId, Rejection, RequestId, TextRef, command, fact, state

ExportId = NewType("ExportId", UUID)

VALID_FOR: Final = timedelta(days=1)
OF_A_PARTY: Final = frozenset({Purpose.DATA_RIGHTS})
"""The own copy."""
OF_THE_DESK: Final = frozenset({Purpose.MEDIATION, Purpose.HANDLING})
"""The court's copy, and the desk's archive."""


class Form(StrEnum):
    PDF = "pdf"
    JSON = "json"


class Standing(StrEnum):
    """Where a wish to export stands, as `export_board` has it too."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


# ── facts ────────────────────────────────────────────────────────────────
@fact("export_asked")
class ExportAsked:
    export_id: ExportId
    case_id: CaseId
    request_id: RequestId
    asked_by: PersonId
    purpose: Purpose
    needs_approval: bool
    until: datetime | None
    """Until when the file may be fetched; None while another person has to approve."""
    occurred_at: datetime


@fact("export_approved")
class ExportApproved:
    export_id: ExportId
    case_id: CaseId
    request_id: RequestId
    approved_by: PersonId
    purpose: Purpose
    until: datetime
    occurred_at: datetime


@fact("export_refused")
class ExportRefused:
    export_id: ExportId
    case_id: CaseId
    request_id: RequestId
    refused_by: PersonId
    note: TextRef | None
    occurred_at: datetime


@fact("file_exported")
class FileExported:
    """Before its first byte left."""

    export_id: ExportId
    case_id: CaseId
    request_id: RequestId
    form: Form
    purpose: Purpose
    exported_by: PersonId
    occurred_at: datetime


ExportEvent = ExportAsked | ExportApproved | ExportRefused | FileExported


# ── wishes ───────────────────────────────────────────────────────────────
@command
class AskExport:
    export_id: ExportId
    case_id: CaseId
    request_id: RequestId
    by: PersonId
    by_party: bool
    purpose: Purpose
    needs_approval: bool
    """The access table says that another person has to approve."""
    at: datetime


@command
class ApproveExport:
    by: PersonId
    at: datetime


@command
class RefuseExport:
    by: PersonId
    note: TextRef | None
    at: datetime


@command
class FetchFile:
    by: PersonId
    form: Form
    at: datetime


ExportCommand = AskExport | ApproveExport | RefuseExport | FetchFile


# ── states ───────────────────────────────────────────────────────────────
@state
class Unasked:
    pass


@state
class Asked:
    export_id: ExportId
    case_id: CaseId
    request_id: RequestId
    asked_by: PersonId
    purpose: Purpose
    standing: Standing
    until: datetime | None = None


ExportState = Unasked | Asked


class PurposeNotForExport(Rejection):
    """A file leaves for the person himself, for the court, or for the desk's archive."""

    rule = "R-37"


class ApproverAsked(Rejection):
    """Who asks does not approve."""

    rule = "R-36"


class NotApproved(Rejection):
    """Another person has not approved yet, or said no."""

    rule = "R-15"


class ApprovalEnded(Rejection):
    """An approval is good for a day; `until` was its last moment."""

    rule = "R-36"


class NotTheOneWhoAsked(Rejection):
    """Only who asked fetches the file."""

    rule = "R-36"


class AlreadyJudged(Rejection):
    """Somebody has approved or refused already."""


def evolve(state: ExportState, event: ExportEvent) -> ExportState:
    match state, event:
        case Unasked(), ExportAsked():
            standing = Standing.ASKED if event.needs_approval else Standing.GRANTED
            return Asked(
                event.export_id,
                event.case_id,
                event.request_id,
                event.asked_by,
                event.purpose,
                standing,
                event.until,
            )
        case Asked(), ExportApproved():
            return replace(state, standing=Standing.GRANTED, until=event.until)
        case Asked(), ExportRefused():
            return replace(state, standing=Standing.REFUSED)
        case Asked(), FileExported():
            return state
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(state).__name__}")


def decide(command: ExportCommand, state: ExportState) -> tuple[ExportEvent, ...]:
    match command, state:
        case AskExport(), Unasked():
            return _ask(command)
        case AskExport(), Asked():
            return ()
        case ApproveExport(), Asked():
            return _approve(command, state)
        case RefuseExport(), Asked():
            return _refuse(command, state)
        case FetchFile(), Asked():
            return _fetch(command, state)
        case ((ApproveExport() | RefuseExport() | FetchFile()), Unasked()):
            raise CorruptHistory(f"{type(command).__name__} before anybody asked")
        case _:
            assert_never(command)  # type: ignore[arg-type]


def _ask(command: AskExport) -> tuple[ExportEvent, ...]:
    """R-37: a purpose is named, and it is one of those for which a file leaves."""
    if command.purpose not in (OF_A_PARTY if command.by_party else OF_THE_DESK):
        raise PurposeNotForExport
    return (
        ExportAsked(
            export_id=command.export_id,
            case_id=command.case_id,
            request_id=command.request_id,
            asked_by=command.by,
            purpose=command.purpose,
            needs_approval=command.needs_approval,
            until=None if command.needs_approval else command.at + VALID_FOR,
            occurred_at=command.at,
        ),
    )


def _approve(command: ApproveExport, export: Asked) -> tuple[ExportEvent, ...]:
    """R-36: not the person who asked."""
    _require_another(command.by, export)
    if export.standing is Standing.REFUSED:
        raise AlreadyJudged
    if export.standing is Standing.GRANTED:
        return ()
    return (
        ExportApproved(
            export_id=export.export_id,
            case_id=export.case_id,
            request_id=export.request_id,
            approved_by=command.by,
            purpose=export.purpose,
            until=command.at + VALID_FOR,
            occurred_at=command.at,
        ),
    )


def _refuse(command: RefuseExport, export: Asked) -> tuple[ExportEvent, ...]:
    _require_another(command.by, export)
    if export.standing is Standing.GRANTED:
        raise AlreadyJudged
    if export.standing is Standing.REFUSED:
        return ()
    return (
        ExportRefused(
            export_id=export.export_id,
            case_id=export.case_id,
            request_id=export.request_id,
            refused_by=command.by,
            note=command.note,
            occurred_at=command.at,
        ),
    )


def _require_another(by: PersonId, export: Asked) -> None:
    """R-36: a second person."""
    if by == export.asked_by:
        raise ApproverAsked


def _fetch(command: FetchFile, export: Asked) -> tuple[ExportEvent, ...]:
    """R-15: no file without the second person. R-36: for a day, to who asked. Each time is a fact."""
    if command.by != export.asked_by:
        raise NotTheOneWhoAsked
    if export.standing is not Standing.GRANTED or export.until is None:
        raise NotApproved
    if command.at > export.until:
        raise ApprovalEnded(until=export.until)
    return (
        FileExported(
            export_id=export.export_id,
            case_id=export.case_id,
            request_id=export.request_id,
            form=command.form,
            purpose=export.purpose,
            exported_by=command.by,
            occurred_at=command.at,
        ),
    )


export_decider: Decider[ExportCommand, ExportState, ExportEvent] = Decider(Unasked(), decide, evolve)

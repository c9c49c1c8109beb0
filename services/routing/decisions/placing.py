"""Where a request lies and who is accountable for it (S59, S64): one owner, from receipt to close."""

from typing import assert_never

from services.routing.decisions.draft import Draft
from services.routing.decisions.gatekeeping import still_open
from services.routing.decisions.placing_commands import NoteHolder, PlacingCommand, SettlePlace
from services.routing.decisions.placing_facts import HolderChanged, PlaceSettled, TakenOver
from services.routing.decisions.refusals import HandlingFinished
from services.routing.decisions.rules.owners import find_owner
from services.routing.decisions.state import Routed, Waiting
from services.routing.directory.resolving import OF_THE_PLACE
from shared.contracts.codes import ReasonCode
from shared.kernel import PersonId, UnitCode


def place(command: PlacingCommand, draft: Draft) -> None:
    match command:
        case SettlePlace():
            _settle_place(command, draft)
        case NoteHolder():
            _note_holder(command, draft)
        case _:
            assert_never(command)


def _settle_place(command: SettlePlace, draft: Draft) -> None:
    """Whoever has a request that lies elsewhere gives it to the owner there."""
    matter = still_open(draft.matter)
    if isinstance(matter.phase, Routed) and matter.phase.finished:
        raise HandlingFinished
    if matter.grid == command.grid and not matter.candidates:
        return
    draft.add(PlaceSettled(request_id=matter.request_id, grid=command.grid, occurred_at=command.at))
    ruling = matter.ruling
    if ruling is None:
        return
    if isinstance(matter.phase, Waiting) and matter.phase.reasons:
        draft.send(command.roster)
    elif isinstance(matter.phase, Routed) and ruling.channel in OF_THE_PLACE:
        barred = matter.course.barred.units
        owner = find_owner(command.roster, ruling.category, ruling.channel, None, matter.kept_from, barred)
        if owner is None or owner.owner != matter.phase.holder.owner:
            draft.revoke(ReasonCode.WRONG_GRID)
            draft.send(command.roster)


def _note_holder(command: NoteHolder, draft: Draft) -> None:
    phase = draft.matter.phase
    if isinstance(phase, Routed) and not phase.finished and command.attempt in (None, phase.attempt):
        take_over(draft, command.unit, command.owner, command.how)


def take_over(draft: Draft, unit: UnitCode, owner: PersonId, how: TakenOver) -> None:
    matter = draft.matter
    if not isinstance(matter.phase, Routed) or matter.phase.holder.owner == owner:
        return
    draft.add(
        HolderChanged(
            request_id=matter.request_id,
            attempt=matter.phase.attempt,
            unit=unit,
            owner=owner,
            how=how,
            occurred_at=draft.at,
        )
    )

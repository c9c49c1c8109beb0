"""A panel as its readers see it: seats taken and empty, who may sit where, whose seat is in doubt, what was decided."""

from uuid import UUID

from services.mediation.cases.casefile import CaseFile
from services.mediation.cases.facts import Interest
from services.mediation.cases.room import CaseRoom
from services.mediation.panels.bodies import DecisionFile, PanelFile, SeatFile
from services.mediation.panels.commands import CaseSeen
from services.mediation.panels.decider import Standing
from services.mediation.panels.facts import PanelDecided, PanelFormed, Seat
from services.mediation.panels.rules.seats import counting
from services.mediation.panels.rules.templates import MAY_SIT, TEMPLATES
from services.mediation.panels.store import panel_of
from shared.kernel import NotFound, PersonId


async def panel_file(room: CaseRoom, case_id: UUID) -> PanelFile:
    """Raises NotFound where none was called together."""
    panel = await room.panel(case_id)
    if not isinstance(panel, Standing):
        raise NotFound("panel")
    template = TEMPLATES[panel.template]
    decided = await _decided(room, case_id)
    file = await room.file(case_id)
    case = await room.seen(file)
    return PanelFile(
        panel_id=panel.panel_id,
        case_id=case_id,
        template=panel.template,
        quorum=panel.quorum,
        lacking=panel.lacking(case),
        lead=template.lead,
        seats=[await _seat(room, file, case, panel, seat) for seat in template.seats],
        decisions=len(decided),
        decided=decided,
    )


async def _seat(room: CaseRoom, file: CaseFile, case: CaseSeen, panel: Standing, seat: Seat) -> SeatFile:
    person = panel.offered.get(seat)
    return SeatFile(
        seat=seat,
        person=person,
        taken=seat in panel.taken,
        roles=sorted(MAY_SIT[seat]),
        interest=await interest_of(room, person, file) if person else None,
        recused=seat in panel.taken and seat not in counting(panel.taken, case),
    )


async def interest_of(room: CaseRoom, person: PersonId, file: CaseFile) -> str | None:
    """Disclosed in this case, a mandate of a side in it, or found in an earlier one."""
    disclosed = [each.interest for each in file.course.interests if each.person == person]
    mandate = [str(Interest.MANDATE)] if any(each.agent == person for each in file.course.agents) else []
    found = [str(each.interest) for each in await room.desk.conflicts(person, file)]
    return next(iter((*disclosed, *mandate, *found)), None)


async def _decided(room: CaseRoom, case_id: UUID) -> list[DecisionFile]:
    """Of the panel that stands; a dissolved one took its decisions with it."""
    found: list[DecisionFile] = []
    for stored in await room.panels.history(panel_of(case_id)):
        match stored.event:
            case PanelFormed():
                found = []
            case PanelDecided() as event:
                found.append(
                    DecisionFile(decision=event.decision, present=[str(s) for s in event.present], at=event.occurred_at)
                )
            case _:
                pass
    return found

"""What is asked of the directory and what it answers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.routing.directory.choosing import ChosenBy
from services.routing.directory.facts import AbsenceNoted, AbsenceReason, Shift, UnitListed
from services.routing.directory.gazetteer import County
from services.routing.directory.resolving import Snapshot, in_charge
from shared.contracts.codes import Channel, Role, UnitKind
from shared.kernel import GridCode, PersonId, UnitCode
from shared.web import CodeText, ShortText, StrictModel


class Period(StrictModel):
    first_day: date
    last_day: date | None = None


class UnitBody(Period):
    kind: UnitKind
    parent: CodeText | None = None


class OfficerBody(Period):
    unit: CodeText
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=8)]
    deputy: UUID | None = None


class GridBody(Period):
    unit: CodeText
    owner: UUID
    deputy: UUID | None = None


class AuxiliaryBody(Period):
    auxiliary: UUID
    deputy: UUID | None = None


class HeadBody(Period):
    person: UUID


class ClosingBody(StrictModel):
    first_day: date


class AbsenceBody(StrictModel):
    reason: AbsenceReason
    first_day: date
    last_day: date


class WithdrawalBody(StrictModel):
    first_day: date


class DutyBody(StrictModel):
    day: date
    shift: Shift
    people: Annotated[tuple[UUID, ...], Field(max_length=20)]


class TrialBody(StrictModel):
    """What would happen to a request: nothing of it is kept."""

    place: ShortText
    channel: Channel
    on: date | None = None


class QuestionBody(StrictModel):
    place: ShortText


class Listed(StrictModel):
    version: int
    record_id: UUID | None


class UnitAnswer(Period):
    code: str
    name: str
    """As the bureau calls it; the code where it gave no name."""
    kind: UnitKind
    parent: str | None


class AwayAnswer(StrictModel):
    reason: AbsenceReason
    first_day: date
    last_day: date


class OfficerAnswer(Period):
    person: UUID
    unit: str
    roles: tuple[Role, ...]
    deputy: UUID | None
    away: AwayAnswer | None = None
    open: int = 0
    """Requests in hand."""


class GridAnswer(Period):
    code: str
    unit: str
    owner: UUID
    deputy: UUID | None
    name: str = ""
    community: str = ""
    township: str = ""
    places: tuple[str, ...] = ()
    auxiliary: UUID | None = None
    in_charge: UUID | None = None
    """Who is accountable that day; None is a gap."""
    by: ChosenBy | None = None


class Units(StrictModel):
    units: tuple[UnitAnswer, ...]


class Officers(StrictModel):
    officers: tuple[OfficerAnswer, ...]


class Grids(StrictModel):
    grids: tuple[GridAnswer, ...]


class PastEntry(StrictModel):
    """One line of a grid's history; which of the fields is told depends on `what`."""

    what: str
    """owner, auxiliary, or the seat of one of the five heads."""
    person: UUID | None
    deputy: UUID | None
    unit: str | None
    first_day: date
    last_day: date | None
    listed_at: datetime


class GridHistory(StrictModel):
    entries: tuple[PastEntry, ...]


class GapAnswer(StrictModel):
    grid: str
    name: str
    first_day: date
    last_day: date


class Gaps(StrictModel):
    first_day: date
    last_day: date
    gaps: tuple[GapAnswer, ...]


class DutyAnswer(StrictModel):
    unit: str
    day: date
    shift: Shift
    people: tuple[UUID, ...]
    away: tuple[UUID, ...]
    """Of them those who are away all the same."""


class Duties(StrictModel):
    duties: tuple[DutyAnswer, ...]


class DivisionAnswer(StrictModel):
    table: str
    code: str
    name: str
    full_name: str
    first_year: int | None
    last_year: int | None
    in_force: bool
    became: tuple[str, ...]


class DivisionsAnswer(StrictModel):
    divisions: tuple[DivisionAnswer, ...]


class CandidateAnswer(StrictModel):
    grid: str
    called: str
    """The shortest words that name this grid and no other."""
    place: str
    """What was typed, spelled out so that it can only mean this grid."""


class Candidates(StrictModel):
    candidates: tuple[CandidateAnswer, ...]


class LoadAnswer(StrictModel):
    person: UUID
    open: int


class ChoosingAnswer(StrictModel):
    by: ChosenBy
    loads: tuple[LoadAnswer, ...]
    away: tuple[UUID, ...]


class TrialAnswer(StrictModel):
    candidates: tuple[CandidateAnswer, ...]
    means: str | None
    """How the place was named; None where nothing was found."""
    asks: bool
    """Whether a person would be asked first."""
    unit: str | None
    owner: UUID | None
    deputy: UUID | None
    auxiliary: UUID | None
    choosing: ChoosingAnswer | None


def unit_answer(entry: UnitListed, names: Mapping[UnitCode, str]) -> UnitAnswer:
    return UnitAnswer(
        code=entry.code,
        name=names.get(entry.code, entry.code),
        kind=entry.kind,
        parent=entry.parent,
        first_day=entry.first_day,
        last_day=entry.last_day,
    )


def officer_answer(person: PersonId, today: Snapshot, loads: Mapping[PersonId, int]) -> OfficerAnswer:
    entry = today.everybody[person]
    return OfficerAnswer(
        person=person,
        unit=entry.unit,
        roles=entry.roles,
        deputy=entry.deputy,
        first_day=entry.first_day,
        last_day=entry.last_day,
        away=_away(today.away.get(person)),
        open=loads.get(person, 0),
    )


def _away(absence: AbsenceNoted | None) -> AwayAnswer | None:
    if absence is None:
        return None
    return AwayAnswer(reason=absence.reason, first_day=absence.first_day, last_day=absence.last_day)


def grid_answer(code: GridCode, today: Snapshot, county: County, on: date) -> GridAnswer:
    entry = today.grids[code]
    words = county.grids.get(code)
    auxiliary = today.auxiliaries.get(code)
    standing = in_charge(today, entry)
    return GridAnswer(
        code=code,
        unit=entry.unit,
        owner=entry.owner,
        deputy=entry.deputy,
        first_day=entry.first_day,
        last_day=entry.last_day,
        name=words.name if words else "",
        community=words.community if words else "",
        township=words.township if words else "",
        places=county.places_of(code, on),
        auxiliary=_who_walks(today, auxiliary.auxiliary, auxiliary.deputy) if auxiliary else None,
        in_charge=standing[0] if standing else None,
        by=standing[1].by if standing else None,
    )


def _who_walks(today: Snapshot, auxiliary: PersonId, deputy: PersonId | None) -> PersonId | None:
    return next((person for person in (auxiliary, deputy) if person is not None and person in today.officers), None)

"""What work orders publish beside the handling protocol: facts of an order by the names of codes.yaml.

Each names its order and nothing of what was found: texts, proof and results stay inside.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.codes import Ladder, Role, UnitKind
from shared.kernel import ItemCode, PersonId, RequestId, UnitCode


class OrderDispatchedV1(Contract):
    """A unit is on its way."""

    fact: ClassVar[str] = "order_dispatched"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class ArrivedOnSceneV1(Contract):
    """The arrival clocks stop."""

    fact: ClassVar[str] = "arrived_on_scene"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class PersonReachedV1(Contract):
    """Somebody of the desk has seen or spoken to the person; a message sent is not that."""

    fact: ClassVar[str] = "person_reached"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class DataCollectedV1(Contract):
    """Photo, data or papers were taken, at the counter or at home."""

    fact: ClassVar[str] = "data_collected"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class ApplicationAcceptedV1(Contract):
    fact: ClassVar[str] = "application_accepted"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class DocumentIssuedV1(Contract):
    fact: ClassVar[str] = "document_issued"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class DocumentDeliveredV1(Contract):
    """In the person's hand, with a receipt."""

    fact: ClassVar[str] = "document_delivered"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class CrimeReportAcceptedV1(Contract):
    fact: ClassVar[str] = "crime_report_accepted"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class FilingDecidedV1(Contract):
    """Whether a case was filed; which way stays inside."""

    fact: ClassVar[str] = "filing_decided"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class CaseworkFiledV1(Contract):
    """Casework exists; nothing else of it is ever published."""

    fact: ClassVar[str] = "casework_filed"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class CaseworkClosedV1(Contract):
    fact: ClassVar[str] = "casework_closed"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class RecordingMadeV1(Contract):
    """The keeping time of a recording begins."""

    fact: ClassVar[str] = "recording_made"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class ClueJudgedV1(Contract):
    """A clue was checked; the verdict stays with the order."""

    fact: ClassVar[str] = "clue_judged"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class StageDecidedV1(Contract):
    """A stage of an approval was passed, or sent the order back: the state that the person is shown."""

    fact: ClassVar[str] = "stage_decided"
    request_id: RequestId
    handling_id: UUID
    stage: ItemCode
    granted: bool
    at: datetime


class RungClimbedV1(Contract):
    """A ladder went on by itself: nobody signed, nobody arrived. Whoever is named is told."""

    fact: ClassVar[str] = "rung_climbed"
    request_id: RequestId
    handling_id: UUID
    ladder: Ladder
    rung: int
    told: tuple[Role, ...]
    person: PersonId | None
    unit: UnitCode
    due: datetime
    at: datetime


class TaskAskedV1(Contract):
    """Another unit has a part of an order; what it is stands behind its own sign-in."""

    fact: ClassVar[str] = "task_asked"
    request_id: RequestId
    handling_id: UUID
    tasks: tuple[UUID, ...]
    units: tuple[UnitCode, ...]
    kinds: tuple[UnitKind, ...]
    due: datetime | None
    at: datetime


class TaskAnsweredV1(Contract):
    fact: ClassVar[str] = "task_answered"
    request_id: RequestId
    handling_id: UUID
    task_id: UUID
    done: bool
    at: datetime


class OwnerChangedV1(Contract):
    """A colleague signed for an order that its owner handed over."""

    fact: ClassVar[str] = "owner_changed"
    request_id: RequestId
    handling_id: UUID
    unit: UnitCode
    owner: PersonId
    at: datetime


class DeadlineNearV1(Contract):
    """A day that the thing itself sets, as of an exam, is close and the order not done."""

    fact: ClassVar[str] = "deadline_near"
    request_id: RequestId
    handling_id: UUID
    deadline: datetime
    at: datetime

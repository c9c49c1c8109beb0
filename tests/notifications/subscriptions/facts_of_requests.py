"""What intake, routing and the handlers publish of one request, with what must never leave in every field for it."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID, uuid5

from pydantic import BaseModel

from shared.contracts.codes import Category, Channel, Door, Flag, Outcome, Police, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from shared.contracts.handling import HandlingOfferedV1, HandlingReturnedV1, HandlingStartedV1, OutcomeReportedV1
from shared.contracts.intake import Kind, RequestArchivedV1, RequestFiledV1, SupplementedV1
from shared.contracts.routing import RequestRoutedV1
from shared.kernel import Digest, PersonId, RequestId, TextRef, UnitCode
from tests.notifications.subscriptions.samples import DAY, NOW

REQUEST = RequestId(UUID("01900000-0000-7000-8000-0000000000b1"))
HANDLING = UUID("01900000-0000-7000-8000-0000000000b2")
SEED = UUID("01900000-0000-7000-8000-0000000000b3")
A_CHILD_HARMED = (DangerKind.CHILD_HARM,)
LIN = PersonId(UUID("01900000-0000-7000-8000-0000000000b4"))
HANDLER = PersonId(UUID("01900000-0000-7000-8000-0000000000b5"))
TEXT = TextRef(UUID("01900000-0000-7000-8000-0000000000b6"), Digest("b6" * 32))


def filed(
    request_id: RequestId = REQUEST,
    *,
    requester: PersonId | None = LIN,
    door: Door = Door.PORTAL,
    danger: tuple[DangerKind, ...] = (),
) -> RequestFiledV1:
    return RequestFiledV1(
        request_id=request_id,
        door=door,
        kind=Kind.OTHER,
        title=None,
        narrative=TEXT,
        place=None,
        requester=requester,
        other_party=None,
        other_party_known=False,
        danger=danger,
        at=NOW,
    )


def supplemented(request_id: RequestId = REQUEST, *, danger: tuple[DangerKind, ...] = ()) -> SupplementedV1:
    return SupplementedV1(request_id=request_id, text=TEXT, answers_request=False, danger=danger, at=NOW)


def routed(
    request_id: RequestId = REQUEST,
    *,
    category: Category = Category.COM,
    flags: tuple[Flag, ...] = (),
    channel: Channel = Channel.XDEP,
    unit: str = "STATION-GL",
    attempt: int = 1,
) -> RequestRoutedV1:
    return RequestRoutedV1(
        request_id=request_id,
        attempt=attempt,
        category=category,
        flags=flags,
        priority=Priority.P1,
        police=Police.LEAD,
        channel=channel,
        unit=UnitCode(unit),
        owner=HANDLER,
        deputy=None,
        excluded=(),
        requester=LIN,
        other_party=None,
        narrative=TEXT,
        answer_due=NOW + DAY,
        at=NOW,
    )


def returned(request_id: RequestId = REQUEST) -> HandlingReturnedV1:
    return HandlingReturnedV1(
        request_id=request_id,
        handling_id=HANDLING,
        attempt=1,
        reason=ReasonCode.WRONG_CATEGORY,
        owner=HANDLER,
        at=NOW,
    )


def offered(request_id: RequestId = REQUEST, unit: str = "FIRE-1", attempt: int = 1) -> HandlingOfferedV1:
    return HandlingOfferedV1(
        request_id=request_id,
        handling_id=HANDLING,
        attempt=attempt,
        channel=Channel.XDEP,
        unit=UnitCode(unit),
        owner=HANDLER,
        at=NOW,
    )


def started(request_id: RequestId = REQUEST) -> HandlingStartedV1:
    return HandlingStartedV1(request_id=request_id, handling_id=HANDLING, at=NOW)


def outcome(request_id: RequestId = REQUEST) -> OutcomeReportedV1:
    return OutcomeReportedV1(
        request_id=request_id,
        handling_id=HANDLING,
        attempt=1,
        channel=Channel.XDEP,
        outcome=Outcome.DONE,
        detail=None,
        answer=TEXT,
        duties_watched=0,
        handler=HANDLER,
        sides=(LIN,),
        at=NOW,
    )


def archived(request_id: RequestId = REQUEST) -> RequestArchivedV1:
    return RequestArchivedV1(request_id=request_id, category=Category.COM, rated=True, at=NOW)


@dataclass
class Filler:
    """Bodies of any contract: harmless fields hold the same as always, the others a fresh canary each."""

    canaries: list[str] = field(default_factory=list)

    def body(self, contract: type[BaseModel]) -> BaseModel:
        given = {name: self._value(each.annotation, name) for name, each in contract.model_fields.items()}
        return contract.model_construct(**given)

    def _canary(self) -> UUID:
        fresh = uuid5(SEED, str(len(self.canaries)))
        self.canaries.append(str(fresh))
        return fresh

    def _value(self, annotation: Any, name: str) -> Any:
        if name == "request_id":
            return REQUEST
        if annotation is PersonId:
            return PersonId(self._canary())
        if annotation is TextRef:
            commitment = Digest(self._canary().hex * 2)
            self.canaries.append(commitment)
            return TextRef(self._canary(), commitment)
        origin, inner = get_origin(annotation), get_args(annotation)
        if origin in (Union, UnionType):
            return self._value(inner[0], name)
        if origin is Literal:
            return inner[0]
        if origin is tuple:
            return tuple(self._value(each, name) for each in inner if each is not Ellipsis)
        return self._plain(annotation)

    def _plain(self, annotation: Any) -> Any:
        base = getattr(annotation, "__supertype__", annotation)
        if isinstance(base, type) and issubclass(base, Enum):
            return next(iter(base))
        plain: dict[Any, Any] = {UUID: HANDLING, str: "CODE-1", int: 1, bool: True, date: NOW.date()}
        return plain.get(base, NOW)

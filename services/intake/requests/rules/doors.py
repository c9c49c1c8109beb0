"""The doors by which a request comes in: who may bring it, what he has to say with it, and who then asks for whom.

Danger is heard at every door: what shows danger is taken in, whatever else is missing (R-22).
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from services.intake.requests.commands import FileRequest, NoteAgreement, NoteFeedback
from services.intake.requests.facts import (
    AlertReceived,
    BeneficiaryAgreed,
    CallReceived,
    ContactLeft,
    FeedbackNoted,
    GroupMessageSeen,
    NeedLearned,
    RequestEvent,
    Source,
    Sourced,
    SourceNoted,
    Wanted,
)
from services.intake.requests.state import Matter
from shared.contracts.codes import Door, Role
from shared.kernel import ItemCode, Rejection, RuleId, value


class Asks(StrEnum):
    """Who is the requester: whoever is told, and who judges."""

    CALLER = "caller"
    """Who rang, wrote or stands at the counter: the person of the contact."""
    FILER = "filer"
    """Whoever brings it, a person or a system, asks in his own name."""
    NOBODY = "nobody"
    """Somebody of the desk saw it himself."""


class Needed(StrEnum):
    """What a door cannot do without, unless there is danger."""

    SYSTEM = "system"
    NUMBER = "number"
    GROUP = "group"
    PLACE = "place"


@value
class DoorRule:
    roles: frozenset[Role]
    asks: Asks
    needs: tuple[Needed, ...] = ()
    systems: frozenset[ItemCode] = frozenset()
    """Whose numbers are known here; empty: the system is the account's own."""
    hands_out_pin: bool = True
    """Whether whoever files is given the PIN, for the person he files for."""
    unasked: bool = False
    """Nobody asked: the person concerned is asked later, known or not."""
    in_batches: bool = False
    danger_only: bool = False
    """Everything else is verified first, by those who know the certificates (S76)."""


HOTLINES = frozenset(ItemCode(number) for number in ("110", "12345", "12367", "12389"))
MACHINES = frozenset({Role.ALERT_SOURCE, Role.PLATFORM})

DOORS: Mapping[Door, DoorRule] = {
    Door.HOTLINE: DoorRule(
        frozenset({Role.HOTLINE_LIAISON, Role.DISPATCHER, Role.DUTY_OFFICER, Role.PLATFORM}),
        Asks.CALLER,
        (Needed.SYSTEM, Needed.NUMBER),
        HOTLINES,
        in_batches=True,
    ),
    Door.GRID: DoorRule(frozenset({Role.GRID_WORKER}), Asks.FILER, (Needed.PLACE,), in_batches=True),
    Door.OFFICER: DoorRule(
        frozenset({Role.COMMUNITY_OFFICER, Role.PERMIT_OFFICER, Role.TRAFFIC_OFFICER, Role.DUTY_OFFICER}),
        Asks.NOBODY,
        unasked=True,
    ),
    Door.GROUP_CHAT: DoorRule(
        frozenset({Role.COMMUNITY_OFFICER, Role.DUTY_OFFICER, Role.GRID_WORKER}), Asks.CALLER, (Needed.GROUP,)
    ),
    Door.WINDOW: DoorRule(
        frozenset({Role.WINDOW_CLERK, Role.PERMIT_OFFICER, Role.DUTY_OFFICER}), Asks.CALLER, in_batches=True
    ),
    Door.OVERSIGHT: DoorRule(frozenset({Role.PROCURATOR, Role.PLATFORM}), Asks.FILER),
    Door.VOLUNTEER: DoorRule(frozenset({Role.VOLUNTEER}), Asks.FILER, hands_out_pin=False, danger_only=True),
    Door.ALERT: DoorRule(
        frozenset({Role.ALERT_SOURCE}), Asks.FILER, (Needed.NUMBER,), hands_out_pin=False, unasked=True
    ),
    Door.PLATFORM: DoorRule(
        frozenset({Role.PLATFORM}), Asks.CALLER, (Needed.NUMBER,), hands_out_pin=False, in_batches=True
    ),
}
"""Portal, firm, court, child form and assistant have ways in of their own."""

FACTS: Mapping[Door, type[Sourced]] = {
    Door.OFFICER: NeedLearned,
    Door.ALERT: AlertReceived,
    Door.GROUP_CHAT: GroupMessageSeen,
    Door.HOTLINE: CallReceived,
}


class DoorNotYours(Rejection):
    """`door`: it is others who bring something by it."""


class DoorFieldMissing(Rejection):
    """`missing`: what this door cannot do without."""


class ClueIsVerifiedFirst(Rejection):
    """What a volunteer saw goes to verification; only danger goes straight to the desk."""


class NobodyToAsk(Rejection):
    """R-37: it was filed by the person himself, so that there is nobody else whose word is waited for."""

    rule = RuleId("R-37")


def number_of(typed: str) -> str:
    """An outside number as it is compared: figures of whatever width, no blanks."""
    return "".join(unicodedata.normalize("NFKC", typed).split())


def doors_of(role: str) -> tuple[Door, ...]:
    return tuple(door for door, rule in DOORS.items() if role in rule.roles)


def let_in(door: Door, role: Role | None, *, danger: bool) -> Door:
    """R-22: a door is for its own people; danger comes in by whatever door its bringer has."""
    rule = DOORS.get(door)
    if rule is not None and role in rule.roles:
        return door
    own = doors_of(role) if role is not None else ()
    if not danger or not own:
        raise DoorNotYours(door=door)
    return own[0]


def door_of(command: FileRequest) -> Door:
    """R-22: what shows danger waits for nothing that a door asks for."""
    if command.source is None:
        return command.door
    door = let_in(command.door, command.by, danger=bool(command.danger))
    if DOORS[door].danger_only and not command.danger:
        raise ClueIsVerifiedFirst()
    missing = tuple(each for each in DOORS[door].needs if not _is_given(each, command, command.source))
    if missing and not command.danger:
        raise DoorFieldMissing(missing=missing)
    return door


def wanted(door: Door, *, for_another: bool, agreed: bool) -> Wanted:
    """R-37: whether the person concerned wants it, as far as anybody said so at the door."""
    if not for_another and not DOORS[door].unasked:
        return Wanted.HIMSELF
    return Wanted.AGREED if agreed else Wanted.NEVER


def _is_given(needed: Needed, command: FileRequest, source: Source) -> bool:
    match needed:
        case Needed.SYSTEM:
            return source.system is not None
        case Needed.NUMBER:
            return source.external is not None
        case Needed.GROUP:
            return source.group is not None
        case Needed.PLACE:
            return command.place is not None


def sourced(command: FileRequest, door: Door) -> tuple[Sourced, ...]:
    if command.source is None:
        return ()
    fact = FACTS.get(door, SourceNoted)
    source = replace(command.source, door=door)
    return (fact(request_id=command.request_id, source=source, occurred_at=command.at),)


def agreed(command: NoteAgreement, matter: Matter) -> tuple[RequestEvent, ...]:
    """R-37: who never asked is written to only after he said yes, and only where nobody else asks for him."""
    source = matter.source
    if source is None or source.wanted is Wanted.HIMSELF:
        raise NobodyToAsk()
    if source.wanted is Wanted.AGREED:
        return ()
    said_yes = BeneficiaryAgreed(request_id=matter.request_id, beneficiary=source.beneficiary, occurred_at=command.at)
    if matter.requester is not None or source.reach is None:
        return (said_yes,)
    left = ContactLeft(
        request_id=matter.request_id,
        person=source.beneficiary,
        contact=source.reach.item,
        ways=source.reach.ways,
        occurred_at=command.at,
    )
    return (said_yes, left)


def feedback_noted(command: NoteFeedback, matter: Matter) -> tuple[RequestEvent, ...]:
    """Thanks for what was done belong to the request they are about, in whatever state it is."""
    if command.text.item in matter.feedback:
        return ()
    return (FeedbackNoted(request_id=matter.request_id, text=command.text, occurred_at=command.at),)

"""Whether a matter may leave, and to whom. R-22: danger first, then notice; R-24, R-32: what never goes this way."""

from collections.abc import Collection

from services.workorders.groups.rules.publishable import Leak
from services.workorders.orders.rules.hands import HandlerIsParty
from services.workorders.transfers.commands import SendOut
from services.workorders.transfers.facts import Destination, Offer, Sees
from services.workorders.transfers.state import Waiting
from shared.contracts.codes import Category, Priority, ReasonCode, UnitKind
from shared.kernel import Rejection

OTHER_POLICE = frozenset({UnitKind.OTHER_POLICE})
OF_PROCEDURE = frozenset(
    {
        UnitKind.COURT_UNIT,
        UnitKind.PROCURATORATE,
        UnitKind.JUSTICE_OFFICE,
        UnitKind.LEGAL_AID,
        UnitKind.PM_COMMITTEE,
        UnitKind.INDUSTRY_BODY,
        UnitKind.PETITION,
    }
)
HEARS_COMPLAINTS = frozenset({UnitKind.PETITION, UnitKind.PROCURATORATE})


class DangerFirst(Rejection):
    """Somebody is in danger, and nobody has acted yet."""

    rule = "R-22"


class NoticeMissing(Rejection):
    """The person is not told where the matter goes, and why."""

    rule = "R-22"


class NotThisReason(Rejection):
    """`reason` is no ground to send a matter to a body of this kind."""

    rule = "R-22"


class ComplaintStays(Rejection):
    """A complaint about the police does not reach those complained of by way of a transfer."""

    rule = "R-24"


class ChildStays(Rejection):
    """A child's matter is the child lane's from the first suspicion."""

    rule = "R-32"


class NotTakenThere(Rejection):
    """The body takes no matters of this kind."""

    rule = "R-21"


class StubOnly(Rejection):
    """The body is told codes and times, no words."""

    rule = "R-37"


class TaskMissing(Rejection):
    """The body is not told what is asked of it."""


class TaskNamesSomebody(Rejection):
    """What a body is asked or told can be said without saying who asked."""

    rule = "R-37"


def require_may_leave(command: SendOut, waiting: Waiting) -> None:
    """R-22, in the order in which it hurts: danger, what never leaves, who may have it, what the person is told."""
    offer, to = waiting.offer, command.to
    _require_acted(waiting)
    _require_leaves_at_all(offer, to)
    _require_ground(command.reason, to)
    if offer.category not in to.takes:
        raise NotTakenThere
    if command.by in (offer.requester, offer.other_party):
        raise HandlerIsParty
    _require_words(command)


def require_nobody_named(leaks: Collection[Leak]) -> None:
    """R-37: a note or reply to a body, before it is sealed: what is refused is not kept."""
    if leaks:
        raise TaskNamesSomebody


def _require_acted(waiting: Waiting) -> None:
    """R-22: in an emergency act first, transfer after."""
    if waiting.offer.priority is Priority.P0 and not waiting.acted:
        raise DangerFirst


def _require_leaves_at_all(offer: Offer, to: Destination) -> None:
    """R-24, R-32."""
    if offer.category is Category.MIN:
        raise ChildStays
    if offer.category is Category.CPL and to.kind not in HEARS_COMPLAINTS:
        raise ComplaintStays


def _require_ground(reason: ReasonCode, to: Destination) -> None:
    """R-22: another police unit for its own jurisdiction, the body of the procedure, or whose business it is."""
    fits = {
        ReasonCode.OTHER_UNIT: to.kind in OTHER_POLICE,
        ReasonCode.LEGAL_PROCEDURE: to.kind in OF_PROCEDURE,
        ReasonCode.NOT_POLICE: to.kind not in OTHER_POLICE,
    }
    if not fits.get(reason, False):
        raise NotThisReason(reason=reason)


def _require_words(command: SendOut) -> None:
    """R-22: notice to the person. R-37: no more to the body than it needs, and no less."""
    if command.notice is None:
        raise NoticeMissing
    if command.to.sees is Sees.STUB and command.task is not None:
        raise StubOnly
    if command.to.sees is Sees.TASK and command.task is None:
        raise TaskMissing
    if command.task_names_somebody:
        raise TaskNamesSomebody

"""How somebody stands to a meeting: his own, a guest's, a firm's own part of it, or a stranger's."""

from collections.abc import Mapping
from uuid import UUID

from services.workorders.meetings.state import Meeting
from services.workorders.meetings.store import MeetingHandler
from services.workorders.orders.relations import SEE_EVERY_STUB
from shared.contracts.codes import Relation
from shared.kernel import Actor, NotFound
from shared.web import Relate

OURS = frozenset({Relation.OWN, Relation.OWN_UNIT, Relation.OWN_PLACE, Relation.PANEL, Relation.TASK})
GUEST = frozenset({Relation.PANEL, Relation.TASK})
DOING = frozenset({Relation.OWN, Relation.OWN_UNIT, Relation.OWN_PLACE, Relation.PANEL, Relation.TASK})
"""To a task of one's unit."""


def of_meeting(meetings: MeetingHandler) -> Relate:
    """Firms stand to their own record only, not to the meeting: they never read of each other."""

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        meeting = await _meeting(meetings, path)
        if actor.unit is None:
            return frozenset()
        if actor.unit == meeting.unit:
            return OURS
        return GUEST if actor.unit in meeting.units else frozenset()

    return relate


def of_firm_record(meetings: MeetingHandler) -> Relate:
    whole = of_meeting(meetings)

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        meeting = await _meeting(meetings, path)
        firm = UUID(path["firm_id"])
        speaks = {each.speaker for each in meeting.firms if each.firm == firm} - {None}
        if actor.person is not None and actor.person in speaks:
            return frozenset({Relation.OWN_FIRM})
        return await whole(actor, path)

    return relate


def of_task(meetings: MeetingHandler) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        meeting = await _meeting(meetings, path)
        task = {str(id): task for id, task in meeting.tasks.items()}.get(str(UUID(path["task_id"])))
        if task is None:
            raise NotFound("meeting task")
        return DOING if actor.unit is not None and actor.unit == task.unit else frozenset()

    return relate


async def of_calling(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """Whoever calls a meeting calls it for his own unit and place."""
    return frozenset({Relation.OWN, Relation.OWN_UNIT, Relation.OWN_PLACE}) if actor.unit else frozenset()


async def of_lists(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """To the rows that the query leaves."""
    return OURS | {Relation.OWN_FIRM} if actor.unit else frozenset({Relation.OWN_FIRM})


def sees_everything(actor: Actor) -> bool:
    return bool(SEE_EVERY_STUB & set(actor.roles))


async def _meeting(meetings: MeetingHandler, path: Mapping[str, str]) -> Meeting:
    state, _ = await meetings.state(UUID(path["meeting_id"]))
    if not isinstance(state, Meeting):
        raise NotFound("meeting")
    return state

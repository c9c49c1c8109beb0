"""A meeting as its page shows it: folded from its history, always fresh."""

from collections.abc import Mapping
from uuid import UUID

from services.workorders.clerk import Clerk
from services.workorders.meetings.bodies import FirmRecord, MeetingAnswer, SharingAnswer, TaskAnswer
from services.workorders.meetings.facts import FirmId, TaskId
from services.workorders.meetings.state import Meeting, Task
from services.workorders.meetings.store import MeetingHandler
from services.workorders.meetings.views import CALLED, CLOSED, HELD, KEPT, NOT_KEPT, OFFERED, SIGNED
from shared.kernel import NotFound
from shared.web import Query
from shared.web.clerk import told

Texts = Mapping[UUID, str | None]


class MeetingReader:
    def __init__(self, meetings: MeetingHandler, clerk: Clerk) -> None:
        self._meetings = meetings
        self._clerk = clerk

    async def whole(self, meeting_id: UUID, query: Query) -> MeetingAnswer:
        meeting, version = await self._meeting(meeting_id)
        refs = [meeting.title, meeting.minutes]
        for task in meeting.tasks.values():
            refs += [task.what, task.answer]
        texts = await self._clerk.read(query, refs)
        return MeetingAnswer(
            meeting_id=meeting_id,
            kind=meeting.kind,
            request_id=meeting.request_id,
            unit=meeting.unit,
            units=tuple(sorted(meeting.units)),
            came=tuple(sorted(meeting.came)),
            firms=tuple(each.firm for each in meeting.firms),
            firms_came=tuple(sorted(meeting.firms_came)),
            agenda=meeting.agenda,
            title=told(texts, meeting.title),
            starts_at=meeting.starts_at,
            minutes=told(texts, meeting.minutes),
            tasks=tuple(_task(id, task, texts) for id, task in meeting.tasks.items()),
            links=tuple(
                SharingAnswer(partner=partner, purpose=purpose, fields=fields)
                for partner, (purpose, fields) in sorted(meeting.links.items())
            ),
            state=CLOSED if meeting.closed else HELD if meeting.minutes is not None else CALLED,
            mine=query.actor.unit == meeting.unit,
            version=version,
        )

    async def of_firm(self, meeting_id: UUID, firm: FirmId, query: Query) -> FirmRecord:
        """The duties of this firm alone; who reads them for the firm reads nothing of another one."""
        meeting, _ = await self._meeting(meeting_id)
        if firm not in {each.firm for each in meeting.firms}:
            raise NotFound("firm")
        duties = {id: task for id, task in meeting.tasks.items() if task.firm == firm}
        texts = await self._clerk.read(query, [ref for task in duties.values() for ref in (task.what, task.answer)])
        return FirmRecord(
            meeting_id=meeting_id,
            firm_id=firm,
            told_by=tuple(sorted(meeting.came)),
            came=firm in meeting.firms_came,
            starts_at=meeting.starts_at,
            duties=tuple(_task(id, task, texts) for id, task in duties.items()),
        )

    async def _meeting(self, meeting_id: UUID) -> tuple[Meeting, int]:
        state, version = await self._meetings.state(meeting_id)
        if not isinstance(state, Meeting):
            raise NotFound("meeting")
        return state, version


def _task(task_id: TaskId, task: Task, texts: Texts) -> TaskAnswer:
    state = SIGNED if task.owner is not None else OFFERED
    if task.answer is not None:
        state = KEPT if task.kept else NOT_KEPT
    return TaskAnswer(
        task_id=task_id,
        unit=task.unit,
        firm_id=task.firm,
        what=told(texts, task.what),
        due=task.due,
        owner=task.owner,
        state=state,
        late=task.late and task.answer is None,
        answer=told(texts, task.answer),
    )

"""What the pages of joint meetings read from the desk, and what they call it."""

from datetime import datetime
from uuid import UUID

from services.portal.desk_client import Answer

API = "/workorders/v1/meetings"
KINDS = {"joint": "联席会议", "talk": "约谈"}
MEETING_STATES = {"CALLED": "等开会", "HELD": "已开会，任务在办", "CLOSED": "已办结"}
TASK_STATES = {"OFFERED": "等签收", "SIGNED": "在办", "KEPT": "做到了", "NOT_KEPT": "没做到"}
STEPS = {"find": "第一步：发现", "discuss": "第二步：商议", "solve": "第三步：解决", "solved": "已经解决"}
DANGERS = {"fire": "火灾危险", "gas": "燃气危险", "traffic": "交通危险", "building": "房屋危险"}
CONVENERS = frozenset(
    {"community_officer", "traffic_officer", "enterprise_officer", "centre_officer", "village_official", "grid_worker"}
)


class MeetingRow(Answer):
    meeting_id: UUID
    kind: str
    unit: str
    units: tuple[str, ...] = ()
    starts_at: datetime
    state: str
    tasks_open: int = 0


class TaskRow(Answer):
    task_id: UUID
    meeting_id: UUID
    unit: str
    due: datetime
    late: bool
    state: str


class Meetings(Answer):
    meetings: tuple[MeetingRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()


class Task(Answer):
    task_id: UUID
    unit: str
    firm_id: UUID | None = None
    what: str | None = None
    due: datetime
    state: str
    late: bool
    answer: str | None = None


class Meeting(Answer):
    meeting_id: UUID
    kind: str
    unit: str
    units: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    agenda: tuple[UUID, ...] = ()
    title: str | None = None
    starts_at: datetime
    minutes: str | None = None
    tasks: tuple[Task, ...] = ()
    state: str
    mine: bool


class Candidate(Answer):
    request_id: UUID
    category: str
    units: tuple[str, ...] = ()
    answer_due: datetime
    late: bool


class Candidates(Answer):
    candidates: tuple[Candidate, ...] = ()


class Deliberation(Answer):
    deliberation_id: UUID
    unit: str
    step: str
    danger: str | None = None
    told: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    supporters: int = 0
    opened_at: datetime


class Deliberations(Answer):
    deliberations: tuple[Deliberation, ...] = ()

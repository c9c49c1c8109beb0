"""Which operation of the access table an act in the lane is: that depends on the part of who comes."""

from collections.abc import Mapping
from typing import Any, Final

from services.mediation.children.desk import ChildDesk
from shared.contracts.codes import Operation, Role
from shared.web import Guard
from shared.web.doors import command_by_role, query_by_role

LEADS: Final[Mapping[Role, Operation]] = {Role.STATION_LEADER: Operation.SUPERVISE_ORDER}
WORKS: Final[Mapping[Role, Operation]] = {**LEADS, Role.COUNSELLOR: Operation.COUNSEL}


class ChildDoors:
    """A file is led, supervised or counselled; `read` waits for another person's approval (R-36)."""

    def __init__(self, guard: Guard, desk: ChildDesk) -> None:
        def command(operation: Operation) -> Any:
            return guard.command(operation, relation=desk.relate)

        self.lists = query_by_role(guard, Operation.LEAD_CHILD, WORKS, relation=desk.relate_list)
        self.showing = query_by_role(guard, Operation.LEAD_CHILD, WORKS, relation=desk.relate)
        self.own_seats = guard.query(Operation.READ, relation=desk.relate_seats)
        self.own_seat = guard.query(Operation.READ, relation=desk.relate)
        self.signing = command(Operation.SIGN_FOR)
        self.handling = command(Operation.HANDLE)
        self.leading = command(Operation.LEAD_CHILD)
        self.reporting = command(Operation.MANDATORY_REPORT)
        self.answering = command(Operation.ANSWER_TASK)
        self.coordinating = command(Operation.COORDINATE)
        self.interviewing = command(Operation.RECORD_SESSION)
        self.counselling = command(Operation.COUNSEL)
        self.reading = command_by_role(guard, Operation.LEAD_CHILD, WORKS, relation=desk.relate)
        self.approving = command_by_role(guard, Operation.LEAD_CHILD, LEADS, relation=desk.relate)
        self.looking_back = query_by_role(guard, Operation.ASSIGN, LEADS, relation=desk.relate_list)

"""Work orders, composed."""

from pathlib import Path

from services.workorders.adapters.group_posts import PostBook
from services.workorders.adapters.playbooks import load_shelf
from services.workorders.adapters.units import load_units
from services.workorders.clerk import Clerk
from services.workorders.clues.api import clues_router
from services.workorders.clues.desk import ClueDesk
from services.workorders.clues.store import CATEGORY as CLUES
from services.workorders.clues.store import clue_codec, clue_handler
from services.workorders.clues.views import clue_board
from services.workorders.deliberations.api import deliberations_router
from services.workorders.deliberations.reactions import deliberation_wakings
from services.workorders.deliberations.store import CATEGORY as DELIBERATIONS
from services.workorders.deliberations.store import deliberation_codec, deliberation_handler
from services.workorders.deliberations.views import deliberation_list
from services.workorders.exchange import exchange
from services.workorders.groupanswers.api import group_answers_router
from services.workorders.groupanswers.reactions import note_groups
from services.workorders.groupanswers.store import CATEGORY as GROUP_ANSWERS
from services.workorders.groupanswers.store import group_answer_codec, group_answer_handler
from services.workorders.groups.api import groups_router
from services.workorders.groups.book import list_demo_groups, read_groups
from services.workorders.groups.clerk import GroupClerk
from services.workorders.groups.reactions import post_in_groups
from services.workorders.groups.reading import PostReader
from services.workorders.groups.store import CATEGORY as GROUPS
from services.workorders.groups.store import group_codec, group_handler
from services.workorders.groups.views import group_register
from services.workorders.meetings.api import meetings_router
from services.workorders.meetings.reactions import meeting_wakings
from services.workorders.meetings.store import CATEGORY as MEETINGS
from services.workorders.meetings.store import meeting_codec, meeting_handler
from services.workorders.meetings.views import meeting_list, meeting_tasks
from services.workorders.orders.api import orders_router
from services.workorders.orders.broadcast_api import BroadcastDesk, broadcasts_router
from services.workorders.orders.course_api import course_router
from services.workorders.orders.desk import OrderDesk
from services.workorders.orders.reactions import follow_intake, follow_routing, note_overdue
from services.workorders.orders.store import CATEGORY, order_codec, order_handler
from services.workorders.orders.task_api import tasks_router
from services.workorders.orders.task_views import task_board
from services.workorders.orders.views import order_board
from services.workorders.settings import WorkordersSettings
from services.workorders.sweeps.api import sweeps_router
from services.workorders.sweeps.store import CATEGORY as SWEEPS
from services.workorders.sweeps.store import sweep_codec, sweep_handler
from services.workorders.sweeps.views import sweep_list
from services.workorders.volunteers.api import volunteers_router
from services.workorders.volunteers.demo import register_demo_volunteers
from services.workorders.volunteers.store import CATEGORY as VOLUNTEERS
from services.workorders.volunteers.store import volunteer_codec, volunteer_handler
from services.workorders.volunteers.views import volunteer_register
from shared.web import Deps, Profile, Service


def build(deps: Deps) -> Service:
    settings = WorkordersSettings()
    shelf, units = load_shelf(settings.playbooks), load_units(settings.units)
    orders = order_handler(deps.store)
    others = exchange(deps, settings, orders)
    desk = OrderDesk(orders, deps.vault, shelf)

    groups, answers = group_handler(deps.store), group_answer_handler(deps.store)
    clues, volunteers = clue_handler(deps.store), volunteer_handler(deps.store)
    group_clerk, book = GroupClerk(deps.vault, deps.clock), read_groups(settings.groups)
    posts = PostReader(orders, answers, deps.vault, book, settings.lounge_phone)
    broadcasts = BroadcastDesk(orders, groups, posts, book, group_clerk)
    clue_desk = ClueDesk(clues, volunteers, orders, group_clerk, deps.secret("workorders_clue_key"))
    meetings, sweeps = meeting_handler(deps.store), sweep_handler(deps.store)
    deliberations, clerk = deliberation_handler(deps.store), Clerk(deps.vault, deps.clock)
    # No chat platform is connected yet: in service a person posts by hand what is owed.
    port = PostBook(connected=deps.profile is not Profile.PRODUCTION)

    async def fill_the_registers() -> None:
        await list_demo_groups(book, groups, deps.clock)
        await register_demo_volunteers(volunteers, deps.clock)

    return Service(
        name="workorders",
        routers=(
            orders_router(desk, deps.store, shelf, units, deps.guard, deps.clock),
            course_router(desk, units, deps.guard, deps.clock),
            tasks_router(desk, deps.store, shelf, deps.guard, deps.clock),
            broadcasts_router(broadcasts, deps.guard),
            groups_router(groups, posts, book, group_clerk, deps.guard),
            group_answers_router(answers, orders, book, group_clerk, deps.guard),
            volunteers_router(volunteers, group_clerk, deps.guard),
            clues_router(clue_desk, orders, book, deps.guard),
            meetings_router(meetings, clerk, deps.guard),
            sweeps_router(sweeps, clerk, deps.guard),
            deliberations_router(deliberations, clerk, deps.guard),
            *others.routers,
        ),
        views=(
            order_board,
            task_board,
            group_register,
            volunteer_register,
            clue_board,
            meeting_list,
            meeting_tasks,
            sweep_list,
            deliberation_list,
            *others.views,
        ),
        reactions=(
            follow_routing(orders, shelf.choose, others.elsewhere),
            follow_intake(orders, others.elsewhere),
            note_groups(answers),
            post_in_groups(port),
            *others.reactions,
        ),
        timers=(note_overdue(orders), meeting_wakings(meetings), deliberation_wakings(deliberations), *others.timers),
        codecs={
            CATEGORY: order_codec,
            GROUPS: group_codec,
            GROUP_ANSWERS: group_answer_codec,
            VOLUNTEERS: volunteer_codec,
            CLUES: clue_codec,
            MEETINGS: meeting_codec,
            SWEEPS: sweep_codec,
            DELIBERATIONS: deliberation_codec,
            **others.codecs,
        },
        workers=others.workers,
        closing=others.closing,
        before=() if deps.profile is Profile.PRODUCTION else (fill_the_registers,),
        problems=Path(__file__).with_name("problems.yaml"),
    )

"""The pages, composed. The portal keeps nothing: it asks the public API with the right of whoever looks."""

from services.portal.bureau import Bureau
from services.portal.desk_client import DeskClient
from services.portal.pages.agreements import agreement_pages
from services.portal.pages.assistant import assistant_pages
from services.portal.pages.batches import batch_pages
from services.portal.pages.broadcasts import broadcast_pages
from services.portal.pages.caller import Site
from services.portal.pages.cases import case_pages
from services.portal.pages.catalogue import catalogue_pages
from services.portal.pages.child_group import child_group_pages
from services.portal.pages.child_seats import child_seat_pages
from services.portal.pages.children import children_pages
from services.portal.pages.clock_courses import clock_course_pages
from services.portal.pages.clocks import clock_pages
from services.portal.pages.clues import clue_pages
from services.portal.pages.confirmations import confirmation_pages
from services.portal.pages.deliberations import deliberation_pages
from services.portal.pages.desk_acts import desk_act_pages
from services.portal.pages.developers import developer_pages
from services.portal.pages.directory import directory_pages
from services.portal.pages.directory_entries import directory_entry_pages
from services.portal.pages.directory_tools import directory_tool_pages
from services.portal.pages.exports import export_pages
from services.portal.pages.filing import filing_pages
from services.portal.pages.firms import firm_pages
from services.portal.pages.following import following_pages
from services.portal.pages.groups import group_pages
from services.portal.pages.hand_over import hand_over_pages
from services.portal.pages.home import home_pages, nothing_here
from services.portal.pages.hot_spots import hot_spot_pages
from services.portal.pages.meetings import meeting_pages
from services.portal.pages.models import model_pages
from services.portal.pages.operations import operations_pages
from services.portal.pages.orders import order_pages
from services.portal.pages.orders_asking import asking_pages
from services.portal.pages.orders_list import order_list_pages
from services.portal.pages.orders_shelf import shelf_pages
from services.portal.pages.orders_tasks import task_pages
from services.portal.pages.panels import panel_pages
from services.portal.pages.party import party_pages
from services.portal.pages.public_log import public_log_pages
from services.portal.pages.receipts import receipt_pages
from services.portal.pages.registering import registering_pages
from services.portal.pages.rendering import templates
from services.portal.pages.revisits import revisit_pages
from services.portal.pages.rule_packs import rule_pages
from services.portal.pages.rule_redecisions import redecision_pages
from services.portal.pages.screening import screening_pages
from services.portal.pages.signing_in import sign_in_pages
from services.portal.pages.station import station_pages
from services.portal.pages.station_lodging import lodging_pages
from services.portal.pages.station_matters import matter_pages
from services.portal.pages.station_plans import plan_pages
from services.portal.pages.station_visits import visit_pages
from services.portal.pages.suits import suit_pages
from services.portal.pages.sweeps import sweep_pages
from services.portal.pages.transfers import transfer_pages
from services.portal.pages.voices import voices_pages
from services.portal.pages.whereabouts import whereabouts_pages
from services.portal.pages.why import why_pages
from services.portal.pages.work import work_pages
from services.portal.pages.worklist import worklist_pages
from services.portal.settings import PortalSettings
from services.portal.staff import Staff
from services.portal.visits import Visits
from shared.web import Deps, Service

PAGES = (
    home_pages,
    filing_pages,
    receipt_pages,
    following_pages,
    party_pages,
    agreement_pages,
    confirmation_pages,
    sign_in_pages,
    worklist_pages,
    model_pages,
    why_pages,
    whereabouts_pages,
    directory_tool_pages,
    directory_entry_pages,
    directory_pages,
    hot_spot_pages,
    voices_pages,
    screening_pages,
    desk_act_pages,
    hand_over_pages,
    panel_pages,
    export_pages,
    suit_pages,
    case_pages,
    order_list_pages,
    asking_pages,
    order_pages,
    task_pages,
    shelf_pages,
    transfer_pages,
    broadcast_pages,
    clue_pages,
    group_pages,
    station_pages,
    matter_pages,
    lodging_pages,
    visit_pages,
    plan_pages,
    firm_pages,
    child_group_pages,
    children_pages,
    child_seat_pages,
    registering_pages,
    batch_pages,
    catalogue_pages,
    assistant_pages,
    revisit_pages,
    meeting_pages,
    deliberation_pages,
    sweep_pages,
    clock_pages,
    clock_course_pages,
    work_pages,
    rule_pages,
    redecision_pages,
    operations_pages,
    developer_pages,
    public_log_pages,
    nothing_here,
)


def build(deps: Deps) -> Service:
    settings = PortalSettings()
    site = Site(
        http=deps.http,
        clock=deps.clock,
        bureau=Bureau.load(settings.bureau),
        settings=settings,
        staff=Staff(DeskClient(deps.http), settings.people_url),
        visits=Visits(deps.secret("portal-visits"), deps.secret("portal-forms")),
        templates=templates(),
    )
    return Service(name="portal", routers=tuple(pages(site) for pages in PAGES))

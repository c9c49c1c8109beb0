"""The enterprise workstation, composed."""

from pathlib import Path

from services.enterprise.adapters.catalogue import load_catalogue
from services.enterprise.catalogue import catalogue_router
from services.enterprise.clerk import Clerk
from services.enterprise.dockets.store import CATEGORY as DOCKETS
from services.enterprise.dockets.store import docket_codec, docket_handler
from services.enterprise.firms.api import firms_router
from services.enterprise.firms.store import CATEGORY as FIRMS
from services.enterprise.firms.store import firm_codec, firm_handler
from services.enterprise.firms.views import FirmBook, firm_list, firm_members
from services.enterprise.hazards.api import Occasions, hazards_router
from services.enterprise.hazards.reactions import hazard_wakings
from services.enterprise.hazards.store import CATEGORY as HAZARDS
from services.enterprise.hazards.store import hazard_codec, hazard_handler
from services.enterprise.hazards.views import hazard_list
from services.enterprise.inspections.api import inspections_router
from services.enterprise.inspections.store import CATEGORY as INSPECTIONS
from services.enterprise.inspections.store import inspection_codec, inspection_handler
from services.enterprise.inspections.views import inspection_plans
from services.enterprise.losses.api import losses_router
from services.enterprise.losses.store import CATEGORY as LOSSES
from services.enterprise.losses.store import loss_codec, loss_handler
from services.enterprise.losses.views import losses_goods, losses_money
from services.enterprise.matters.api import matters_router
from services.enterprise.matters.desk import MatterDesk
from services.enterprise.matters.reactions import follow_intake, follow_routing, matter_wakings
from services.enterprise.matters.store import CATEGORY as MATTERS
from services.enterprise.matters.store import matter_codec, matter_handler
from services.enterprise.matters.views import matter_board, matter_tasks
from services.enterprise.settings import EnterpriseSettings
from services.enterprise.visits.api import visits_router
from services.enterprise.visits.reactions import visit_wakings
from services.enterprise.visits.store import CATEGORY as VISITS
from services.enterprise.visits.store import visit_codec, visit_handler
from services.enterprise.visits.views import visit_list
from shared.web import Deps, Service
from shared.web.problems import OWN_WORDS, Catalogue

PROBLEMS = Path(__file__).with_name("problems.yaml")


def build(deps: Deps) -> Service:
    catalogue = load_catalogue(EnterpriseSettings().catalogue)
    store, guard, clock = deps.store, deps.guard, deps.clock
    firms, matters, dockets = firm_handler(store), matter_handler(store), docket_handler(store)
    visits, inspections = visit_handler(store), inspection_handler(store)
    hazards, losses = hazard_handler(store), loss_handler(store)
    book, clerk = FirmBook(store.pool), Clerk(deps.vault, clock)
    desk = MatterDesk(matters, firms, clerk, Catalogue([OWN_WORDS, PROBLEMS]))

    return Service(
        name="enterprise",
        routers=(
            catalogue_router(catalogue, guard),
            firms_router(firms, book, clerk, store, guard, clock),
            matters_router(desk, book, store, guard),
            visits_router(visits, firms, book, catalogue, clerk, store, guard, clock),
            inspections_router(inspections, firms, catalogue, clerk, store, guard, clock),
            hazards_router(hazards, Occasions(visits, inspections), firms, book, catalogue, clerk, store, guard, clock),
            losses_router(losses, firms, clerk, store, guard, clock),
        ),
        views=(
            firm_list,
            firm_members,
            matter_board,
            matter_tasks,
            visit_list,
            inspection_plans,
            hazard_list,
            losses_money,
            losses_goods,
        ),
        reactions=(follow_routing(matters, dockets, book.only_firm_of), follow_intake(matters, dockets)),
        timers=(matter_wakings(matters), visit_wakings(visits), hazard_wakings(hazards)),
        codecs={
            FIRMS: firm_codec,
            DOCKETS: docket_codec,
            MATTERS: matter_codec,
            VISITS: visit_codec,
            INSPECTIONS: inspection_codec,
            HAZARDS: hazard_codec,
            LOSSES: loss_codec,
        },
        problems=PROBLEMS,
    )

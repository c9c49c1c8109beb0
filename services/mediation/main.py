"""Mediation, composed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from services.mediation.adapters.invitations import Invitations
from services.mediation.adapters.typesetting import Typesetter
from services.mediation.agreements.api import agreements_router
from services.mediation.agreements.court import confirmation_router
from services.mediation.agreements.reactions import agreement_wakings, void_drafts
from services.mediation.agreements.store import CATEGORY as AGREEMENTS
from services.mediation.agreements.store import agreement_codec, agreement_handler
from services.mediation.agreements.views import confirmation_board
from services.mediation.bodies.api import bodies_router
from services.mediation.bodies.demo import register_demo_bodies
from services.mediation.bodies.store import CATEGORY as BODIES
from services.mediation.bodies.store import body_codec, body_handler
from services.mediation.bodies.views import body_register
from services.mediation.cases.api import cases_router
from services.mediation.cases.reactions import case_wakings, open_cases, release_claims, settle_cases
from services.mediation.cases.room import CaseRoom
from services.mediation.cases.standing import Desk
from services.mediation.cases.store import CATEGORY as CASES
from services.mediation.cases.store import case_codec, case_handler
from services.mediation.cases.views import CaseBoard, case_board
from services.mediation.channels.api import channels_router
from services.mediation.channels.platform import platform_router
from services.mediation.channels.views import OwnHistory, case_people
from services.mediation.childgroup.api import group_router
from services.mediation.childgroup.demo import admit_demo_members
from services.mediation.childgroup.store import CATEGORY as CHILDGROUP
from services.mediation.childgroup.store import group_codec, group_handler
from services.mediation.children.api import children_router
from services.mediation.children.desk import ChildDesk
from services.mediation.children.doors import ChildDoors
from services.mediation.children.reactions import child_wakings, open_child_files
from services.mediation.children.sealed_api import sealed_router
from services.mediation.children.store import CATEGORY as CHILDREN
from services.mediation.children.store import child_codec, child_handler
from services.mediation.children.views import ChildBoard, child_board, child_seats, child_urgent_reads
from services.mediation.dockets.store import CATEGORY as DOCKETS
from services.mediation.dockets.store import docket_codec, docket_handler
from services.mediation.exports.api import ExportDesk, exports_router
from services.mediation.exports.store import CATEGORY as EXPORTS
from services.mediation.exports.store import export_codec, export_handler
from services.mediation.exports.views import ExportBoard, export_board
from services.mediation.litigation.api import Bench, litigation_router
from services.mediation.litigation.store import CATEGORY as LITIGATIONS
from services.mediation.litigation.store import litigation_codec, litigation_handler, litigation_wakings
from services.mediation.mediators.api import mediators_router
from services.mediation.mediators.demo import register_demo_mediators
from services.mediation.mediators.store import CATEGORY as MEDIATORS
from services.mediation.mediators.store import mediator_codec, mediator_handler
from services.mediation.mediators.views import mediator_register
from services.mediation.panels.api import panels_router, seats_router
from services.mediation.panels.store import CATEGORY as PANELS
from services.mediation.panels.store import panel_codec, panel_handler
from services.mediation.panels.views import panel_seats
from services.mediation.papers.api import Printer, papers_router
from services.mediation.papers.dossier import DossierPrinter
from services.mediation.papers.views import Annals, case_annals
from services.mediation.parties.api import parties_router
from services.mediation.referrals.api import AidDesk, referrals_router
from services.mediation.referrals.store import CATEGORY as REFERRALS
from services.mediation.referrals.store import referral_codec, referral_handler, referral_wakings
from services.mediation.settings import MediationSettings
from services.mediation.suits.api import Courthouse, suits_router
from services.mediation.suits.reactions import follow_courts, report_to_courts
from services.mediation.suits.store import CATEGORY as SUITS
from services.mediation.suits.store import suit_codec, suit_handler
from services.mediation.suits.views import suit_board
from shared.web import Deps, Profile, Service
from shared.web.problems import OWN_WORDS, Catalogue

PROBLEMS = Path(__file__).with_name("problems.yaml")


def build(deps: Deps) -> Service:
    settings = MediationSettings()
    cases = case_handler(deps.store)
    agreements = agreement_handler(deps.store)
    mediators = mediator_handler(deps.store)
    dockets = docket_handler(deps.store)
    bodies = body_handler(deps.store)
    panels = panel_handler(deps.store)
    suits = suit_handler(deps.store)
    exports = export_handler(deps.store)
    referrals = referral_handler(deps.store)
    litigations = litigation_handler(deps.store)
    children = child_handler(deps.store)
    childgroup = group_handler(deps.store)
    child_desk = ChildDesk(children, childgroup, deps.vault, deps.clock)
    child_lists, child_doors = ChildBoard(deps.store), ChildDoors(deps.guard, child_desk)
    typesetter = Typesetter(settings.paper_threads, settings.fonts, settings.font_families)
    desk = Desk(mediators, bodies, OwnHistory(deps.store))
    room = CaseRoom(cases, agreements, desk, panels, deps.vault, deps.clock, Catalogue([OWN_WORDS, PROBLEMS]))
    invitations = Invitations(
        deps.store.pool,
        key=deps.secret("mediation_pin_key"),
        prefix=settings.code_prefix,
        threads=ThreadPoolExecutor(settings.hash_threads, thread_name_prefix="invitations"),
    )

    courthouse = Courthouse(suits, dockets, desk, deps.vault, deps.clock)
    annals = Annals(deps.store)
    dossiers = DossierPrinter(
        room, exports, referrals, litigations, annals, deps.vault, typesetter, settings.public_url
    )
    export_desk = ExportDesk(room, exports, deps.guard, deps.coverage, dossiers)

    async def fill_the_register() -> None:
        if deps.profile is not Profile.PRODUCTION:
            await register_demo_mediators(mediators, deps.clock)
            await register_demo_bodies(bodies, deps.clock)
            await admit_demo_members(childgroup, deps.clock)

    return Service(
        name="mediation",
        routers=(
            cases_router(room, CaseBoard(deps.store), deps.guard),
            channels_router(room, deps.guard),
            platform_router(room, deps.guard),
            panels_router(room, deps.guard),
            seats_router(room, deps.guard),
            parties_router(room, invitations, deps.guard, settings.pin_tries),
            agreements_router(room, deps.guard),
            confirmation_router(room, deps.guard, courthouse.relate_court),
            papers_router(room, Printer(room, typesetter, settings.public_url), deps.guard),
            exports_router(export_desk, ExportBoard(deps.store), deps.guard),
            referrals_router(AidDesk(room, referrals), deps.guard),
            litigation_router(Bench(room, litigations), deps.guard),
            mediators_router(mediators, deps.guard, deps.clock),
            bodies_router(bodies, deps.guard, deps.clock),
            children_router(child_desk, child_lists, child_doors),
            sealed_router(child_desk, child_lists, child_doors),
            group_router(childgroup, deps.guard, deps.clock),
            suits_router(courthouse, deps.guard),
        ),
        views=(
            case_board,
            case_people,
            mediator_register,
            body_register,
            suit_board,
            panel_seats,
            confirmation_board,
            export_board,
            case_annals,
            child_board,
            child_seats,
            child_urgent_reads,
        ),
        reactions=(
            open_cases(cases, dockets, suits),
            follow_courts(cases, dockets),
            report_to_courts(suits, cases),
            release_claims(cases, deps.vault),
            settle_cases(cases, agreements),
            void_drafts(agreements),
            open_child_files(children),
        ),
        timers=(
            case_wakings(cases, agreements),
            agreement_wakings(agreements),
            referral_wakings(referrals),
            litigation_wakings(litigations),
            child_wakings(children),
        ),
        codecs={
            CASES: case_codec,
            AGREEMENTS: agreement_codec,
            MEDIATORS: mediator_codec,
            DOCKETS: docket_codec,
            BODIES: body_codec,
            PANELS: panel_codec,
            SUITS: suit_codec,
            EXPORTS: export_codec,
            REFERRALS: referral_codec,
            LITIGATIONS: litigation_codec,
            CHILDREN: child_codec,
            CHILDGROUP: group_codec,
        },
        before=(fill_the_register,),
        problems=PROBLEMS,
    )

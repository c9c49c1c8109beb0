"""Mediation, composed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from services.mediation.adapters.invitations import Invitations
from services.mediation.agreements.api import agreements_router
from services.mediation.agreements.reactions import duty_wakings, void_drafts
from services.mediation.agreements.store import CATEGORY as AGREEMENTS
from services.mediation.agreements.store import agreement_codec, agreement_handler
from services.mediation.cases.api import cases_router
from services.mediation.cases.reactions import case_wakings, open_cases, release_claims, settle_cases
from services.mediation.cases.room import CaseRoom
from services.mediation.cases.store import CATEGORY as CASES
from services.mediation.cases.store import case_codec, case_handler
from services.mediation.cases.views import CaseBoard, case_board
from services.mediation.dockets.store import CATEGORY as DOCKETS
from services.mediation.dockets.store import docket_codec, docket_handler
from services.mediation.mediators.api import mediators_router
from services.mediation.mediators.demo import register_demo_mediators
from services.mediation.mediators.store import CATEGORY as MEDIATORS
from services.mediation.mediators.store import mediator_codec, mediator_handler
from services.mediation.mediators.views import mediator_register
from services.mediation.parties.api import parties_router
from services.mediation.settings import MediationSettings
from shared.web import Deps, Profile, Service
from shared.web.problems import OWN_WORDS, Catalogue

PROBLEMS = Path(__file__).with_name("problems.yaml")


def build(deps: Deps) -> Service:
    settings = MediationSettings()
    cases = case_handler(deps.store)
    agreements = agreement_handler(deps.store)
    mediators = mediator_handler(deps.store)
    dockets = docket_handler(deps.store)
    room = CaseRoom(cases, agreements, mediators, deps.vault, deps.clock, Catalogue([OWN_WORDS, PROBLEMS]))
    invitations = Invitations(
        deps.store.pool,
        key=deps.secret("mediation_pin_key"),
        prefix=settings.code_prefix,
        threads=ThreadPoolExecutor(settings.hash_threads, thread_name_prefix="invitations"),
    )

    async def fill_the_register() -> None:
        if deps.profile is not Profile.PRODUCTION:
            await register_demo_mediators(mediators, deps.clock)

    return Service(
        name="mediation",
        routers=(
            cases_router(room, CaseBoard(deps.store), deps.guard),
            parties_router(room, invitations, deps.guard, settings.pin_tries),
            agreements_router(room, deps.guard),
            mediators_router(mediators, deps.guard, deps.clock),
        ),
        views=(case_board, mediator_register),
        reactions=(
            open_cases(cases, dockets),
            release_claims(cases, deps.vault),
            settle_cases(cases, agreements),
            void_drafts(agreements),
        ),
        timers=(case_wakings(cases), duty_wakings(agreements)),
        codecs={CASES: case_codec, AGREEMENTS: agreement_codec, MEDIATORS: mediator_codec, DOCKETS: docket_codec},
        before=(fill_the_register,),
        problems=PROBLEMS,
    )

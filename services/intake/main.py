"""The front desk, composed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from services.intake.adapters.catalogue import load_shelf
from services.intake.adapters.knowledge import load_knowledge
from services.intake.adapters.pins import Pins
from services.intake.batches.api import batch_router
from services.intake.batches.desk import BatchDesk
from services.intake.batches.reactions import go_on
from services.intake.batches.store import CATEGORY as BATCHES
from services.intake.batches.store import batch_codec, batch_handler
from services.intake.batches.views import batches_view
from services.intake.catalogue.api import InquiryDesk, catalogue_router
from services.intake.catalogue.store import CATEGORY as INQUIRIES
from services.intake.catalogue.store import inquiry_codec, inquiry_handler
from services.intake.knowledge.api import knowledge_router
from services.intake.linking.api import linking_router
from services.intake.linking.reactions import keep_voices, share_outcomes
from services.intake.linking.views import links
from services.intake.requests.answers import RequestReader
from services.intake.requests.api import Acts, filing_router, officer_router, reading_router, requester_router
from services.intake.requests.at_doors import DoorDesk
from services.intake.requests.door_api import door_router
from services.intake.requests.filing import FrontDesk
from services.intake.requests.following import Follow
from services.intake.requests.lists import RequestLists
from services.intake.requests.reactions import file_docked_suits, file_findings, follow_handling, request_timers
from services.intake.requests.registering import registering_router
from services.intake.requests.relations import of_request
from services.intake.requests.store import CATEGORY, request_codec, request_handler
from services.intake.requests.views import REQUEST_VIEWS
from services.intake.sent.reactions import file_sent_requests
from services.intake.settings import IntakeSettings
from shared.web import Deps, Service


def build(deps: Deps) -> Service:
    settings = IntakeSettings()
    pool = deps.store.pool
    requests = request_handler(deps.store)
    pins = Pins(
        pool,
        pin_key=deps.secret("pin_key"),
        code_key=deps.secret("code_key"),
        prefix=settings.code_prefix,
        threads=ThreadPoolExecutor(settings.hash_threads, thread_name_prefix="pins"),
    )
    related = of_request(requests, pool)
    acts = Acts(requests, deps.vault, deps.clock)
    front = FrontDesk(requests, deps.vault, pins, deps.clock)
    doors = DoorDesk(requests, front, deps.vault, pins, deps.clock)
    follow = Follow(pins, deps.guard.limits, tries=settings.pin_tries, prefix=settings.code_prefix)
    reader, lists = RequestReader(requests, pool), RequestLists(pool)
    batches = batch_handler(deps.store)
    batch_desk = BatchDesk(batches, deps.vault, pins, deps.clock)
    inquiries = inquiry_handler(deps.store)
    shelf = load_shelf(settings.catalogue)
    inquiry_desk = InquiryDesk(inquiries, doors, deps.vault, shelf, deps.clock)
    routers = (
        filing_router(front, deps.guard, settings.filings),
        registering_router(front, deps.guard),
        reading_router(requests, reader, lists, follow, deps.guard, related),
        requester_router(acts, deps.guard, related),
        officer_router(acts, deps.guard, related),
        linking_router(acts, pool, deps.guard, related),
        door_router(doors, acts, reader, deps.guard, related),
        batch_router(batch_desk, deps.guard),
        catalogue_router(inquiry_desk, deps.guard),
        knowledge_router(load_knowledge(shelf), deps.guard.limits, settings.questions),
    )
    return Service(
        name="intake",
        routers=routers,
        views=(*REQUEST_VIEWS, links, batches_view),
        reactions=(
            follow_handling(requests),
            keep_voices(requests, deps.clock),
            share_outcomes(requests, deps.vault, deps.clock),
            file_docked_suits(requests, pins),
            file_sent_requests(requests, pins),
            file_findings(requests, pins),
        ),
        timers=(request_timers(requests), go_on(batches, requests, batch_desk, doors)),
        codecs={CATEGORY: request_codec, BATCHES: batch_codec, INQUIRIES: inquiry_codec},
        problems=Path(__file__).with_name("problems.yaml"),
    )

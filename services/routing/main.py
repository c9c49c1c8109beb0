"""Triage and directory, composed."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from services.routing.adapters.bureau import Bureau, read_bureau
from services.routing.adapters.classifier import SHIPPED_MODEL, classifier_at_hand
from services.routing.clocks.table import clock_rules
from services.routing.decisions.api import decisions_router
from services.routing.decisions.corrections import corrections
from services.routing.decisions.judging import Judging
from services.routing.decisions.lists import DecisionLists
from services.routing.decisions.reactions import decision_timers, follow_handling, judge_requests, triage_requests
from services.routing.decisions.rosters import Rosters
from services.routing.decisions.store import CATEGORY as DECISIONS
from services.routing.decisions.store import decision_codec, decision_handler
from services.routing.decisions.views import clock_board, worklist
from services.routing.directory.api import directory_router
from services.routing.directory.decider import is_listed
from services.routing.directory.store import CATEGORY as DIRECTORY
from services.routing.directory.store import (
    DIRECTORY_ID,
    DirectoryHandler,
    DirectoryReader,
    directory_codec,
    directory_handler,
)
from services.routing.settings import RoutingSettings
from shared.kernel import SYSTEM, Clock, Context
from shared.telemetry.names import CLOCKS
from shared.web import Deps, Measure, Profile, Service


def build(deps: Deps) -> Service:
    settings = RoutingSettings()
    bureau = read_bureau(settings.bureau)
    rules = clock_rules()
    model, version = classifier_at_hand(settings.model or SHIPPED_MODEL)

    entries = directory_handler(deps.store)
    directory = DirectoryReader(deps.store)
    rosters = Rosters(directory, settings.desk)
    decisions = decision_handler(deps.store, rules)
    judging = Judging(
        deps.vault,
        model,
        version,
        bureau.gazetteer,
        rosters,
        deps.clock,
        settings.read_seconds,
    )
    names = {code: unit.name for code, unit in bureau.units.items()}
    lists = DecisionLists(deps.store.pool, rules)

    return Service(
        name="routing",
        routers=(
            decisions_router(
                decisions,
                lists,
                rosters,
                rules,
                deps.vault,
                deps.guard,
                deps.clock,
            ),
            directory_router(entries, directory, names, deps.guard, deps.clock),
        ),
        views=(worklist, clock_board, corrections),
        reactions=(
            triage_requests(decisions, rosters, deps.clock),
            judge_requests(decisions, judging),
            follow_handling(decisions, rosters, deps.clock),
        ),
        timers=(decision_timers(decisions, judging),),
        codecs={DECISIONS: decision_codec, DIRECTORY: directory_codec},
        before=() if deps.profile is Profile.PRODUCTION else (listing(bureau, entries, deps.clock),),
        measures=(Measure(CLOCKS, lists.clocks_by_state),),
        problems=Path(__file__).with_name("problems.yaml"),
    )


def listing(bureau: Bureau, entries: DirectoryHandler, clock: Clock) -> Callable[[], Awaitable[None]]:
    """Lists the demo's people through the same door as everybody; whoever is listed already stays as he is."""

    async def list_everybody() -> None:
        directory, _ = await entries.state(DIRECTORY_ID)
        for command in bureau.listings(clock.now()):
            if not is_listed(directory, command):
                await entries.handle(DIRECTORY_ID, command, Context(actor=SYSTEM))

    return list_everybody

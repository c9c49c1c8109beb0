"""Triage and directory, composed."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from services.routing.adapters.bureau import Bureau, read_bureau
from services.routing.adapters.classifier import SHIPPED_MODEL
from services.routing.adapters.courses import course_rules
from services.routing.adapters.embedder import embedder_at_hand
from services.routing.adapters.ladders import ladders
from services.routing.clocks.table import clock_rules
from services.routing.conflict.api import conflict_router
from services.routing.conflict.reactions import follow_conflict
from services.routing.conflict.store import CATEGORY as CONFLICTS
from services.routing.conflict.store import conflict_codec, conflict_handler, shipped_weights
from services.routing.decisions.acting import Acting
from services.routing.decisions.api import decisions_router
from services.routing.decisions.corrections import corrections
from services.routing.decisions.explaining import explaining_router
from services.routing.decisions.gate_api import gates_router
from services.routing.decisions.judging import Judging
from services.routing.decisions.lists import DecisionLists
from services.routing.decisions.loads import OpenRequests
from services.routing.decisions.nearest import PastDecisions
from services.routing.decisions.placing_api import placing_router
from services.routing.decisions.reactions import decision_timers, follow_handling, judge_requests, triage_requests
from services.routing.decisions.relations import of_decision
from services.routing.decisions.rosters import Rosters
from services.routing.decisions.second_look import SecondLook, dismissed_at_the_end, look_again
from services.routing.decisions.store import CATEGORY as DECISIONS
from services.routing.decisions.store import decision_codec, decision_handler
from services.routing.decisions.training_export import TrainingData, training_router
from services.routing.decisions.views import clock_board, worklist
from services.routing.directory.api import directory_router, gap_measure
from services.routing.directory.changing import changing_router
from services.routing.directory.commands import ListMany
from services.routing.directory.decider import is_listed
from services.routing.directory.divisions import divisions
from services.routing.directory.gazetteer import read_county
from services.routing.directory.places import Gazetteer
from services.routing.directory.places_api import places_router
from services.routing.directory.sheets_api import sheets_router
from services.routing.directory.store import CATEGORY as DIRECTORY
from services.routing.directory.store import (
    DIRECTORY_ID,
    DirectoryHandler,
    DirectoryReader,
    directory_codec,
    directory_handler,
)
from services.routing.hotspots.api import hot_spots_router
from services.routing.hotspots.lists import HotSpotLists
from services.routing.hotspots.store import CATEGORY as HOT_SPOTS
from services.routing.hotspots.store import hot_spot_codec, hot_spot_handler, shipped_rules
from services.routing.hotspots.views import hot_spots as hot_spots_view
from services.routing.hotspots.watching import Watch, hot_spot_timers, watch_places
from services.routing.models.api import ModelDesk, models_router
from services.routing.models.comparison import ModelFigures, model_answers
from services.routing.models.serving import ModelsAtWork
from services.routing.models.shelf import Shelf
from services.routing.models.store import CATEGORY as MODELS
from services.routing.models.store import model_codec, model_handler, registry_reader
from services.routing.rulepacks.api import rule_packs_router
from services.routing.rulepacks.desk import PackDesk, known_laws
from services.routing.rulepacks.redeciding import redecision_timers
from services.routing.rulepacks.results import Results
from services.routing.rulepacks.shelf import PackShelf
from services.routing.rulepacks.shipped import shipped_packs
from services.routing.rulepacks.store import CATEGORY as RULE_PACKS
from services.routing.rulepacks.store import (
    REDECISIONS,
    redecision_codec,
    redecision_handler,
    rule_pack_codec,
    rule_pack_handler,
)
from services.routing.rulepacks.views import judgements, moved_requests, redecisions
from services.routing.same.api import same_router
from services.routing.same.finding import Finder
from services.routing.same.reactions import find_same, follow_links
from services.routing.same.store import CATEGORY as SAME
from services.routing.same.store import same_codec, same_handler
from services.routing.same.views import proposals, reports
from services.routing.settings import RoutingSettings
from services.routing.watch.api import watch_router
from services.routing.watch.board import ClockBoard
from services.routing.watch.chains import Chains
from services.routing.watch.reactions import follow_courses, watch_wakings
from services.routing.watch.store import CATEGORY as WATCHES
from services.routing.watch.store import watch_codec, watch_handler
from services.routing.watch.views import announced_limits, limit_board, overdue_rungs
from shared.kernel import SYSTEM, Clock, Context
from shared.telemetry.names import CLOCKS, CLOCKS_GUESSED, GRID_GAPS, MODEL_DRIFT
from shared.web import Deps, Measure, Profile, Service
from shared.web.problems import Catalogue

PROBLEMS = Path(__file__).with_name("problems.yaml")


def build(deps: Deps) -> Service:
    settings = RoutingSettings()
    bureau = read_bureau(settings.bureau)
    rules = clock_rules()
    shelf = Shelf(settings.model or SHIPPED_MODEL, settings.models or deps.home / "models")
    models = model_handler(deps.store)
    at_work = ModelsAtWork(registry_reader(deps.store), shelf)
    model_desk = ModelDesk(at_work, shelf, ModelFigures(deps.store.pool), deps.clock)

    shipped = shipped_packs()
    packs = PackShelf(shipped, deps.store)
    redeciding = redecision_handler(deps.store)
    rule_packs = rule_pack_handler(deps.store, shipped, known_laws())
    pack_desk = PackDesk(rule_packs, redeciding, packs, Results(deps.store.pool), Catalogue((PROBLEMS,)), deps.clock)

    entries = directory_handler(deps.store)
    directory = DirectoryReader(deps.store)
    county = read_county(settings.county)
    gazetteer = Gazetteer(county)
    loads = OpenRequests(deps.store.pool)
    rosters = Rosters(directory, settings.desk, loads)
    decisions = decision_handler(deps.store, rules, packs, packs.ready)
    embedder = embedder_at_hand() if settings.reads_again(deps.profile) else None
    judging = Judging(
        deps.vault,
        at_work,
        gazetteer,
        rosters,
        deps.clock,
        settings.read_seconds,
        read_again=embedder is not None,
    )
    names = {code: unit.name for code, unit in bureau.units.items()}
    lists = DecisionLists(deps.store.pool, rules)
    relate = of_decision(decisions, rosters, deps.clock)
    past = PastDecisions(decisions, relate, deps.vault)
    second = SecondLook(decisions, judging, at_work, embedder, rosters, deps.clock) if embedder else None
    acting = Acting(decisions, deps.vault)
    courses, rungs = course_rules(), ladders()
    watches = watch_handler(deps.store, courses, rungs)
    board = ClockBoard(deps.store.pool, rules, rungs)
    chains = Chains(directory)
    weights, heat = shipped_weights(), shipped_rules()
    same, conflicts = same_handler(deps.store), conflict_handler(deps.store, weights)
    finder = Finder(decisions, deps.store.pool, deps.vault, deps.clock, settings.read_seconds)
    hot_spots = hot_spot_handler(deps.store, heat)
    places_watch = Watch(hot_spots, deps.store.pool, heat)
    spots = HotSpotLists(deps.store.pool)

    return Service(
        name="routing",
        routers=(
            decisions_router(
                decisions,
                lists,
                rosters,
                rules,
                packs.row,
                acting,
                deps.guard,
                deps.clock,
            ),
            gates_router(decisions, rosters, acting, deps.vault, deps.guard, deps.clock),
            explaining_router(decisions, past, shelf, relate, deps.vault, deps.guard),
            training_router(TrainingData(deps.store.pool, decisions, deps.vault), deps.guard),
            models_router(models, model_desk, deps.guard, deps.coverage, deps.clock),
            watch_router(watches, board, courses, rungs, decisions, rosters, acting, deps.guard, deps.clock),
            rule_packs_router(pack_desk, deps.guard, deps.coverage),
            placing_router(decisions, rosters, directory, county, acting, deps.guard, deps.clock),
            places_router(gazetteer, directory, loads, deps.guard, deps.clock),
            directory_router(directory, county, divisions(), loads, names, deps.guard, deps.clock),
            changing_router(entries, directory, deps.guard, deps.clock),
            same_router(same, deps.store.pool, deps.guard, deps.clock, relate),
            conflict_router(conflicts, weights, deps.vault, deps.guard, deps.clock, relate),
            hot_spots_router(hot_spots, spots, lists, rosters.desk, deps.guard, deps.clock),
            sheets_router(entries, directory, PROBLEMS, deps.guard, deps.clock),
        ),
        views=(
            worklist,
            clock_board,
            limit_board,
            overdue_rungs,
            announced_limits,
            corrections,
            model_answers,
            judgements,
            redecisions,
            moved_requests,
            reports,
            proposals,
            hot_spots_view,
        ),
        reactions=(
            triage_requests(decisions, rosters, deps.clock),
            judge_requests(decisions, judging),
            follow_handling(decisions, rosters, deps.clock),
            find_same(same, conflicts, finder),
            follow_links(same, deps.clock),
            follow_conflict(conflicts, deps.clock),
            watch_places(places_watch, decisions, deps.clock),
            follow_courses(watches, decisions, courses, chains, deps.clock),
            *((look_again(decisions, second),) if second else ()),
        ),
        timers=(
            decision_timers(decisions, judging),
            redecision_timers(redeciding, packs),
            watch_wakings(watches, decisions, chains),
            hot_spot_timers(places_watch),
        ),
        codecs={
            DECISIONS: decision_codec,
            WATCHES: watch_codec,
            DIRECTORY: directory_codec,
            MODELS: model_codec,
            RULE_PACKS: rule_pack_codec,
            REDECISIONS: redecision_codec,
            SAME: same_codec,
            CONFLICTS: conflict_codec,
            HOT_SPOTS: hot_spot_codec,
        },
        workers=(dismissed_at_the_end(embedder),) if embedder else (),
        before=() if deps.profile is Profile.PRODUCTION else (listing(bureau, entries, deps.clock),),
        measures=(
            Measure(CLOCKS, lists.clocks_by_state),
            Measure(CLOCKS_GUESSED, lambda: board.guessed(deps.clock.now())),
            Measure(GRID_GAPS, gap_measure(directory, deps.clock)),
            Measure(MODEL_DRIFT, model_desk.alarms),
        ),
        problems=PROBLEMS,
    )


def listing(bureau: Bureau, entries: DirectoryHandler, clock: Clock) -> Callable[[], Awaitable[None]]:
    """Lists the demo's people through the same door as everybody; whoever is listed already stays as he is."""

    async def list_everybody() -> None:
        directory, _ = await entries.state(DIRECTORY_ID)
        missing = tuple(each for each in bureau.listings(clock.now()) if not is_listed(directory, each))
        await entries.handle(DIRECTORY_ID, ListMany(listings=missing), Context(actor=SYSTEM))

    return list_everybody

"""The vault, composed."""

from pathlib import Path

from services.vault.adapters.crypto import FileKeyProvider
from services.vault.adapters.shelves import Shelves
from services.vault.adapters.sketches import Sketcher
from services.vault.items.api import items_router
from services.vault.items.comparing import Comparing
from services.vault.items.comparing_api import comparing_router
from services.vault.items.orphans import Orphans
from services.vault.items.safe import Safe
from services.vault.items.store import CATEGORY as ITEMS
from services.vault.items.store import item_codec, item_handler
from services.vault.items.views import SOURCES, mentioned_view
from services.vault.persons.api import persons_router
from services.vault.persons.people import People
from services.vault.persons.store import CATEGORY as PERSONS
from services.vault.persons.store import person_codec, person_handler
from services.vault.settings import VaultSettings
from shared.web import Deps, Profile, Service


def build(deps: Deps) -> Service:
    settings = VaultSettings()
    keys = FileKeyProvider(settings.key_file or deps.home / "secrets" / "vault_wrapping_key")

    items, shelves = item_handler(deps.store), Shelves(keys)
    safe = Safe(deps.store, items, shelves)
    comparing = Comparing(safe, deps.store, items, shelves, Sketcher(deps.secret("vault_sketch_key")))
    people = People(
        safe,
        person_handler(deps.store),
        deps.secret("vault_person_key"),
        production=deps.profile is Profile.PRODUCTION,
    )
    orphans = Orphans(safe, deps.store, deps.feeds, deps.clock)

    return Service(
        name="vault",
        routers=(
            items_router(safe, deps.guard, deps.clock, deps.coverage),
            comparing_router(comparing, deps.guard, deps.clock),
            persons_router(people, deps.guard, deps.clock, deps.coverage),
        ),
        views=(mentioned_view(tuple(source for source in SOURCES if source in deps.feeds)),),
        codecs={ITEMS: item_codec, PERSONS: person_codec},
        workers=(orphans.run,),
        problems=Path(__file__).with_name("problems.yaml"),
    )

"""The audit log, composed."""

from services.audit.adapters.keys import load_signer
from services.audit.adapters.tile_folder import TileFolder
from services.audit.log.api import log_router
from services.audit.log.completeness import Completeness
from services.audit.log.published import PublishedLog
from services.audit.log.reactions import LeafReader
from services.audit.log.sealer import FULL_TILE, Sealer
from services.audit.log.store import LogRows
from services.audit.settings import AuditSettings
from shared.web import Deps, Service


def build(deps: Deps) -> Service:
    settings = AuditSettings()
    origin = settings.origin or f"lounge.local/{deps.division}/audit"
    signer = load_signer(settings.key_file or deps.home / "secrets" / "log_key.pem", origin)
    rows = LogRows(deps.store.pool, deps.secret("log_pseudonyms"))
    folder = TileFolder(deps.home / "log")
    sealer = Sealer(rows, folder, signer, deps.wakeups, settings.seal_seconds)

    def wake_sealer() -> None:
        deps.wakeups.wake(FULL_TILE)

    return Service(
        name="audit",
        routers=(
            log_router(
                PublishedLog(rows, folder),
                rows,
                Completeness(rows, deps.feeds),
                signer,
                deps.guard,
                settings.verifications,
            ),
        ),
        readers=[LeafReader(deps.feeds, deps.transport, deps.store, rows, wake_sealer)],
        workers=(sealer.run,),
    )

"""A panel below its quorum neither sits nor decides (S33, S39, S50)."""

from services.mediation.channels.commands import PanelSeen
from services.mediation.channels.refusals import QuorumMissing


def require_quorum(panel: PanelSeen | None) -> None:
    """Where no panel was called together, the host alone suffices."""
    if panel is not None and panel.lacking:
        raise QuorumMissing(lacking=panel.lacking)

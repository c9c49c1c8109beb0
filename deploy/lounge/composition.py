"""Which services there are, and how each is built: the only place that imports services.*.main."""

from collections.abc import Mapping

from deploy.lounge.house import Build
from services.audit.main import build as build_audit
from services.enterprise.main import build as build_enterprise
from services.intake.main import build as build_intake
from services.mediation.main import build as build_mediation
from services.notifications.main import build as build_notifications
from services.portal.main import build as build_portal
from services.routing.main import build as build_routing
from services.vault.main import build as build_vault
from services.workorders.main import build as build_workorders

BUILDS: Mapping[str, Build] = {
    "audit": build_audit,
    "vault": build_vault,
    "intake": build_intake,
    "routing": build_routing,
    "mediation": build_mediation,
    "enterprise": build_enterprise,
    "workorders": build_workorders,
    "notifications": build_notifications,
    "portal": build_portal,
}

"""Every view of notifications is a function of history: built anew it holds the same rows."""

import pytest

from services.notifications.adapters.mail import MailFailed
from services.notifications.contacts.facts import Failure
from services.notifications.contacts.views import CONTACT_VIEWS
from shared.contracts.codes import Channel
from shared.contracts.intake import ContactLeftV1
from shared.kernel import UnitCode
from shared.messaging import View, rebuild
from tests.notifications.contacts.calls import ADDRESS, Postbox, opened, outcome, person, postman, routed
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import RememberedVault, say


@pytest.mark.parametrize("view", CONTACT_VIEWS, ids=lambda view: view.name)
async def test_a_view_built_anew_holds_the_same_rows(desk: Desk, view: View, vault: RememberedVault) -> None:
    vault.items[ADDRESS] = '{"email": "lin@example.org"}'
    request_id = await opened(desk)
    lin = person("citizen_lin")
    left = ContactLeftV1(request_id=request_id, person=lin, contact=ADDRESS, by_email=True, at=MONDAY_MORNING)
    await say(desk, "intake", "request", request_id, left)
    await say(desk, "routing", "decision", request_id, routed(request_id))
    child = await opened(desk)
    await say(desk, "routing", "decision", child, routed(child, channel=Channel.CHILD, unit=UnitCode("CHILD-1")))
    await say(desk, "mediation", "case", request_id, outcome(request_id))
    await desk.settled()
    await postman(desk, Postbox(250, MailFailed(Failure.REFUSED, 550), MailFailed(Failure.TEMPORARY, 451))).round()
    await desk.settled()
    runtime = desk.runtime("notifications")
    deps = runtime.deps
    feeds = [deps.feeds[source] for source in view.sources]
    rebuilt = await rebuild(view, feeds, deps.transport, deps.store, runtime.codecs)
    assert rebuilt.rows > 0
    assert rebuilt.checksum_after == rebuilt.checksum_before

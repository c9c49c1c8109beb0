"""One delivery to one endpoint: fetched address, signed body, and what came back as codes."""

import hashlib
import hmac
from uuid import UUID

import orjson

from services.notifications.subscriptions.facts import Answer, Failure
from services.notifications.subscriptions.ledger import Made
from services.notifications.subscriptions.projection import delivery_id, trial
from services.notifications.subscriptions.purposes import Agencies
from services.notifications.subscriptions.refusals import ContractMissing
from services.notifications.subscriptions.state import Subscription
from shared.contracts.codes import DataLevel, Purpose
from shared.kernel import BUREAU_ZONE, SYSTEM, Clock, Context, TextRef, UnitCode, new_id, wall_time
from shared.telemetry.spans import current_traceparent, span
from shared.web import Vault
from shared.web.coverage import Coverage
from shared.web.errors import LogBehind
from shared.web.outbound import AddressRefused, NotReached, Outbound
from shared.web.vault import VaultRefused
from shared.web.webhooks import headers_of

JSON = "application/cloudevents+json"
GONE = 410


class Secrets:
    """Derived, never stored: from the installation's own key, the subscription and the version."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, subscription_id: UUID, version: int) -> bytes:
        return hmac.new(self._key, f"{subscription_id}:{version}".encode(), hashlib.sha256).digest()


class Sender:
    def __init__(
        self,
        outbound: Outbound,
        vault: Vault,
        secrets: Secrets,
        agencies: Agencies,
        coverage: Coverage,
        clock: Clock,
        division: str,
    ) -> None:
        self._outbound = outbound
        self._vault = vault
        self._secrets = secrets
        self._agencies = agencies
        self._coverage = coverage
        self._clock = clock
        self._division = division

    async def require_cover(self, level: DataLevel) -> None:
        """Above L1 nothing leaves while the log is behind. Raises LogBehind."""
        if level > DataLevel.L1 and await self._coverage.stale():
            raise LogBehind

    def require_contract(self, unit: UnitCode) -> None:
        """R-41: what was made before the contract ended does not leave after it. Raises ContractMissing."""
        agency = self._agencies.of(unit)
        if agency is None or not agency.has_contract(self._clock.now().astimezone(BUREAU_ZONE).date()):
            raise ContractMissing()

    async def send(self, state: Subscription, delivery: Made) -> tuple[Answer, int | None]:
        """What came back, and how many seconds of patience were asked for. Raises LogBehind, ContractMissing,
        VaultUnavailable."""
        self.require_contract(state.agency)
        await self.require_cover(delivery.level)
        number, key = delivery.number, str(delivery.key)
        with span("deliver to partner", parent=delivery.trace, number=number, request_id=key):
            id = delivery_id(delivery.subscription_id, delivery.number)
            return await self._post(state, str(id), delivery.body)

    async def test(self, state: Subscription) -> Answer:
        """A signed event that says nothing."""
        self.require_contract(state.agency)
        key = new_id()
        body = trial(state.subscription_id, self._clock.now(), self._division, key)
        answer, _ = await self._post(state, str(key), body)
        return answer

    async def _post(self, state: Subscription, id: str, body: bytes) -> tuple[Answer, int | None]:
        url = await self._address(state.endpoint)
        if url is None:
            return Answer(None, Failure.NO_ADDRESS), None
        valid = [self._secrets.of(state.subscription_id, version) for version in state.valid_secrets(self._clock.now())]
        headers = {"content-type": JSON, **headers_of(id, wall_time(), body, valid)}
        if (trace := current_traceparent()) is not None:
            headers["traceparent"] = trace
        try:
            answered = await self._outbound.post(url, body, headers)
        except AddressRefused:
            return Answer(None, Failure.REFUSED_ADDRESS), None
        except NotReached as error:
            return Answer(None, Failure(error.reason)), None
        return Answer(answered.status, _failure(answered.status)), answered.retry_after

    async def _address(self, endpoint: TextRef | None) -> str | None:
        if endpoint is None:
            return None
        try:
            texts = await self._vault.fetch(
                Context(actor=SYSTEM, trace=current_traceparent()),
                [endpoint.item],
                purpose=Purpose.NOTIFY,
                request_id=None,
            )
        except VaultRefused:
            return None
        text = texts.get(endpoint.item)
        return str(orjson.loads(text)["url"]) if text else None


def _failure(status: int) -> Failure | None:
    if 200 <= status < 300:
        return None
    return Failure.GONE if status == GONE else Failure.BAD_ANSWER

"""Generated input, good and bad, against every operation of a running desk: never a 5xx, always words."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance

from shared.kernel import new_id
from tests.faults.victim import Victim
from tests.fuzz.living import Living, living
from tests.support import nearby

pytestmark = [pytest.mark.fault, pytest.mark.timeout(400)]

ROLES = (
    None,
    "citizen_lin",
    "party_zhao",
    "duty_officer",
    "auxiliary",
    "mediator",
    "community_officer",
    "supervisor",
    "station_leader",
    "auditor",
    "operator",
    "dpo",
    "enterprise_officer",
    "clerk_fire",
    "firm_boss",
)
EXAMPLES = 48 if os.environ.get("LOUNGE_FAULTS") == "long" else 16
"""More than there are roles: everybody tries every operation, at least once."""
LEAST_CASES = 2_000
GENERATED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(slots=True)
class Seen:
    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    """Operation → its first fault."""


class Caller:
    """Sends generated cases by changing people, and judges the answers."""

    def __init__(self, desk: Victim, real: Living, session: requests.Session) -> None:
        self.seen = Seen()
        self._desk = desk
        self._real = real
        self._tokens: dict[str, str] = {}
        self._session = session

    def token(self, login: str) -> str:
        if login not in self._tokens:
            answer = nearby.post(f"{self._desk.url}/issuer/demo-token", data={"login": login})
            self._tokens[login] = answer.json()["access_token"]
        return self._tokens[login]

    def send(self, case: schemathesis.Case[Any]) -> None:
        for fields in (case.path_parameters, case.query, case.body):
            if isinstance(fields, dict):
                self._real.enliven(fields)
        login = ROLES[self.seen.cases % len(ROLES)]
        headers = {"Idempotency-Key": str(new_id())}
        if login is not None:
            headers["Authorization"] = f"Bearer {self.token(login)}"
        answer = case.call(session=self._session, headers=headers, timeout=30)
        self.seen.cases += 1
        self.seen.statuses[answer.status_code] += 1
        if (fault := _fault(case, answer)) is not None:
            self.seen.faults.setdefault(case.operation.label, f"as {login}: {fault}\n{case.as_curl_command()[:600]}")


def _fault(case: schemathesis.Case[Any], answer: Any) -> str | None:
    """RFC 9457 with a title and a sentence for what is refused, the described schema for what is not."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:500]}"
    if answer.status_code < 400:
        try:
            case.validate_response(answer, checks=[response_schema_conformance])
        except AssertionError as error:
            return str(error)[:500]
        return None
    if not answer.headers["content-type"][0].startswith("application/problem+json"):
        return f"{answer.status_code} {answer.headers['content-type']}"
    told = answer.json()
    whole = all(told.get(part) for part in ("title", "detail", "type")) and told["status"] == answer.status_code
    return None if whole else str(told)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    home = tmp_path_factory.mktemp("fuzz")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    with Victim(home) as victim:
        victim.start()
        yield victim
        assert victim.stop() == 0


@pytest.fixture(scope="module")
def caller(desk: Victim) -> Iterator[Caller]:
    """After every operation was called with everything."""
    with requests.Session() as session:
        caller = Caller(desk, living(desk.url), session)
        for found in schemathesis.openapi.from_url(f"{desk.url}/openapi.json").get_all_operations():
            assert isinstance(found, Ok), found
            _call_with_everything(found.ok(), caller)
        yield caller


def _call_with_everything(operation: Any, caller: Caller) -> None:
    @seed(20260302)
    @GENERATED
    @given(case=operation.as_strategy())
    def call(case: schemathesis.Case[Any]) -> None:
        caller.send(case)

    call()


def test_no_input_breaks_an_operation_and_every_refusal_has_words(caller: Caller) -> None:
    assert caller.seen.faults == {}


def test_there_were_enough_cases_of_every_kind(caller: Caller) -> None:
    assert caller.seen.cases >= LEAST_CASES
    assert caller.seen.statuses.keys() >= {200, 201, 401, 403, 404, 409, 422}, caller.seen.statuses


def test_the_desk_stands_afterwards_and_nothing_is_parked(caller: Caller, desk: Victim) -> None:
    status = nearby.get(f"{desk.url}/ops/v1/status", headers={"Authorization": f"Bearer {caller.token('operator')}"})
    assert status.json()["parked"] == {"waiting": 0, "poison": 0}
    assert {reader["state"] for reader in status.json()["work"]} == {"running"}
    assert "Traceback" not in desk.log_end()
    assert "request_failed" not in desk.log_end()

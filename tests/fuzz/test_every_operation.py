"""Generated input, good and bad, against every operation of a running desk: never a 5xx, always words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import response_schema_conformance

from shared.kernel import new_id
from tests.faults.victim import Victim
from tests.fuzz.living import Living, living

pytestmark = [pytest.mark.fault, pytest.mark.timeout(900)]

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
)
EXAMPLES = 40
LEAST_CASES = 2_000


@dataclass(slots=True)
class Seen:
    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)


SEEN = Seen()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    home = tmp_path_factory.mktemp("fuzz")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    with Victim(home) as victim:
        victim.start()
        yield victim
        # Whatever was sent, the desk still stands and nothing is parked.
        token = _token(victim, "operator")
        status = httpx2.get(f"{victim.url}/ops/v1/status", headers={"Authorization": f"Bearer {token}"}).json()
        assert status["parked"]["poison"] == 0, victim.log_end()


_tokens: dict[str, str] = {}


def _token(desk: Victim, login: str) -> str:
    if login not in _tokens:
        answer = httpx2.post(f"{desk.url}/issuer/demo-token", data={"login": login})
        _tokens[login] = answer.json()["access_token"]
    return _tokens[login]


@pytest.fixture(scope="session")
def described(desk: Victim) -> Any:
    return schemathesis.openapi.from_url(f"{desk.url}/openapi.json")


@pytest.fixture(scope="session")
def real(desk: Victim) -> Living:
    return living(desk.url)


api = schemathesis.pytest.from_fixture("described")


@api.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_input_breaks_an_operation(case: schemathesis.Case[Any], desk: Victim, real: Living) -> None:
    for fields in (case.path_parameters, case.query, case.body):
        if isinstance(fields, dict):
            real.enliven(fields)
    login = ROLES[SEEN.cases % len(ROLES)]
    headers = {"Idempotency-Key": str(new_id()), "X-Forwarded-For": "127.0.0.1"}
    if login is not None:
        headers["Authorization"] = f"Bearer {_token(desk, login)}"
    answer = case.call(headers=headers, timeout=30)
    SEEN.cases += 1
    SEEN.statuses[answer.status_code] += 1
    assert answer.status_code < 500, f"{answer.status_code} {answer.text[:500]}"
    if answer.status_code >= 400:
        _has_words(answer)
    else:
        case.validate_response(answer, checks=[response_schema_conformance])


def _has_words(answer: Any) -> None:
    """RFC 9457 with a title and a sentence."""
    assert answer.headers["content-type"][0].startswith("application/problem+json"), answer.headers
    told = answer.json()
    assert all(told[part] for part in ("title", "detail", "type")), told
    assert told["status"] == answer.status_code


def test_there_were_enough_cases() -> None:
    assert SEEN.cases >= LEAST_CASES
    assert SEEN.statuses.keys() >= {200, 201, 401, 403, 404, 409, 422}

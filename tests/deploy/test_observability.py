"""What operators are woken by: rules and dashboards ask only for figures that a running desk has."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.faults.victim import Victim

OBSERVABILITY = Path(__file__).parents[2] / "deploy" / "observability"
OF_PROMETHEUS = frozenset({"up", "job", "instance"})
MEASURED_WITHIN_SECONDS = 60

NAME = re.compile(r"(?<![\"\w])[a-z_]\w*(?![\"\w(])")
WORDS = frozenset({"by", "and", "le", "sum", "max", "min"})
"""Of the query language. Functions are told by their bracket."""


def asked(expression: str) -> set[str]:
    """The names of figures and labels in a query."""
    bare = re.sub(r"\[\w+\]", "", re.sub(r'"[^"]*"', '""', expression))
    return set(NAME.findall(bare)) - WORDS


def queries() -> Iterator[tuple[str, str]]:
    """Where it stands, and what is asked."""
    rules = yaml.safe_load((OBSERVABILITY / "rules.yaml").read_text(encoding="utf-8"))
    for group in rules["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
    for path in sorted((OBSERVABILITY / "dashboards").glob("*.json")):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            for target in panel["targets"]:
                yield panel["title"], target["expr"]


def shown(page: str) -> set[str]:
    """The names of figures and labels that a page of /metrics has samples of."""
    samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    return {sample.name for sample in samples} | {label for sample in samples for label in sample.labels}


@pytest.fixture
def desk(open_folder: Path) -> Iterator[Victim]:
    with Victim(open_folder) as victim:
        victim.start()
        yield victim


@pytest.mark.postgres
@pytest.mark.timeout(180)
def test_rules_and_dashboards_ask_only_for_figures_that_a_desk_has(desk: Victim) -> None:
    filed = httpx2.post(
        f"{desk.url}/intake/v1/requests",
        json={"narrative": "路灯坏了一个星期，晚上看不见路"},
        headers={"Idempotency-Key": "6f9619ff-8b86-4011-b42d-00c04fc964fe"},
    )
    assert filed.status_code == 201, filed.text
    wanted = {name for _, expression in queries() for name in asked(expression)} - OF_PROMETHEUS
    until = time.monotonic() + MEASURED_WITHIN_SECONDS
    while wanted - (there := shown(httpx2.get(f"{desk.url}/metrics").text)) and time.monotonic() < until:
        time.sleep(0.5)
    strange = [f"{place}: {name}" for place, expression in queries() for name in asked(expression) - there]
    assert [each for each in strange if each.rpartition(" ")[2] not in OF_PROMETHEUS] == []


def test_every_query_asks_for_a_figure() -> None:
    assert [place for place, expression in queries() if not asked(expression)] == []


def test_a_figure_that_nobody_measures_would_be_missed() -> None:
    query = 'sum by (lounge_raeder) (rate(lounge_reader_lagg{state="poison"}[5m])) > 3'
    assert asked(query) == {"lounge_raeder", "lounge_reader_lagg", "state"}
    page = 'lounge_reader_lag{lounge_reader="a",state="poison"} 1\n'
    assert asked(query) - shown(page) == {"lounge_raeder", "lounge_reader_lagg"}


def test_grafana_knows_the_source_that_the_dashboards_name() -> None:
    sources = yaml.safe_load((OBSERVABILITY / "grafana.yaml").read_text(encoding="utf-8"))["datasources"]
    known = {source.get("uid") for source in sources}
    for path in (OBSERVABILITY / "dashboards").glob("*.json"):
        named = {panel["datasource"]["uid"] for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]}
        assert named <= known

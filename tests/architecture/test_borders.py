"""The borders of the house hold, and each of the checks that keep them has been seen to fail."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TREE = Path(__file__).parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")
SERVICES = sorted(package.parent.name for package in TREE.glob("services/*/__init__.py"))

OPEN_TO_DECIDERS = {
    "calendar", "codes", "danger", "danger_ear", "danger_groups", "danger_terms", "danger_words", "gates",
}  # fmt: skip
"""Law and vocabulary. All other modules of `shared.contracts` are the published language."""
COMPOSITION_ONLY = {"published"}

PLANTS = {
    "services are strangers": ("services/intake/planted/views.py", "import services.audit"),
    "deploy over services over shared": ("services/intake/planted/views.py", "import deploy"),
    "inside shared, downwards only": ("shared/kernel/planted/views.py", "import shared.telemetry"),
    "deciders and rules are pure": ("services/intake/planted/decider.py", "from random import random"),
    "only store, reactions and views know contracts": (
        "services/intake/planted/api.py",
        "from shared.contracts.routing import RequestRoutedV1",
    ),
}
IMPURE = ("from shared.eventstore import store", "from os import environ", "import fastapi", "import time")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for part in ("services", "shared", "deploy"):
        shutil.copytree(TREE / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TREE / "pyproject.toml", tmp_path)
    return tmp_path


def verdicts(tree: Path) -> dict[str, str]:
    """Contract by contract, as the linter prints them."""
    told = subprocess.run([LINTER, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False).stdout
    found = dict(re.findall(r"^(.+) (KEPT|BROKEN)$", told, flags=re.MULTILINE))
    assert found, told
    return found


def plant(tree: Path, place: str, line: str) -> Path:
    file = tree / place
    file.parent.mkdir(parents=True, exist_ok=True)
    (file.parent / "__init__.py").touch()
    file.write_text(f"{line}\n", encoding="utf-8")
    return file


def test_every_border_is_kept_and_each_breaks_alone(copy: Path) -> None:
    assert verdicts(copy) == dict.fromkeys(PLANTS, "KEPT")
    for border, (place, line) in PLANTS.items():
        planted = plant(copy, place, line)
        assert verdicts(copy) == {**dict.fromkeys(PLANTS, "KEPT"), border: "BROKEN"}
        shutil.rmtree(planted.parent)


def test_rules_are_held_to_the_purity_of_deciders(copy: Path) -> None:
    for line in IMPURE:
        planted = plant(copy, "services/intake/planted/rules/consent.py", line)
        (planted.parents[1] / "__init__.py").touch()
        assert verdicts(copy)["deciders and rules are pure"] == "BROKEN", line


def test_no_border_has_a_hole() -> None:
    borders = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    assert {border["name"] for border in borders} == PLANTS.keys()
    assert [border["name"] for border in borders if border["ignore_imports"]] == []


def test_every_published_language_is_protected() -> None:
    borders = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (border,) = (border for border in borders if border["type"] == "protected")
    protected = {name.removeprefix("shared.contracts.") for name in border["protected_modules"]}
    modules = {file.stem for file in TREE.glob("shared/contracts/*.py")} - {"__init__"}
    assert protected == modules - OPEN_TO_DECIDERS - COMPOSITION_ONLY


ALONE = """
import sys, services.{service}.main
for name, module in tuple(sys.modules.items()):
    if name.split(".")[0] in ("services", "shared", "deploy"):
        assert module.__spec__.origin.startswith({folder!r}), name
"""


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_with_nothing_but_itself_and_shared(service: str, tmp_path: Path) -> None:
    for part in (f"services/{service}", "shared"):
        shutil.copytree(TREE / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TREE / "services/__init__.py", tmp_path / "services")
    ended = subprocess.run(
        [sys.executable, "-c", ALONE.format(service=service, folder=str(tmp_path))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]

"""Which model judges now, and what happens when its file is gone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from services.routing.models.decider import Registry, Trial
from services.routing.models.serving import ModelsAtWork
from services.routing.models.shelf import Shelf, expected_of
from services.routing.models.store import RegistryReader
from shared.kernel import ModelVersion
from tests.routing.models.files import ANSWERS, bent, write
from tests.routing.models.test_decider import AT, TRIAGE_OFFICER

BASELINE = {"persons": 300, "categories": {"DIS": 600, "COM": 400}}


class Word:
    """The registry, as it stands."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.asked = 0

    async def newest(self) -> Registry:
        self.asked += 1
        return self.registry


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write(tmp_path / "shipped.json", bent() | {"baseline": BASELINE})
    return tmp_path


def at_work(home: Path, word: Word) -> tuple[ModelsAtWork, Shelf]:
    shelf = Shelf(home / "shipped.json", home / "models")
    return ModelsAtWork(cast(RegistryReader, word), shelf), shelf


def kept(home: Path, answers: Mapping[str, Any]) -> ModelVersion:
    return write(home / "models" / f"{answers['category']}.json", bent({**ANSWERS, **answers}))


async def test_the_shipped_model_judges_until_another_is_promoted_and_again_when_its_file_is_gone(home: Path) -> None:
    word = Word()
    models, shelf = at_work(home, word)
    assert (await models.now()).version == shelf.shipped
    new = kept(home, {"category": "URB"})
    word.registry = Registry(served=(shelf.shipped, new))
    models.look_again()
    promoted = await models.now()
    assert (promoted.version, promoted.judge.judge("", "漏水").category.label) == (new, "URB")
    (home / "models" / "URB.json").unlink()
    fresh, _ = at_work(home, word)
    assert (await fresh.now()).version == shelf.shipped


async def test_the_registry_is_looked_at_once_for_many_judgements(home: Path) -> None:
    word = Word()
    models, _ = at_work(home, word)
    for _ in range(50):
        await models.now()
    assert word.asked == 1


async def test_a_trial_without_its_file_is_no_trial_and_holds_up_nothing(home: Path) -> None:
    word = Word()
    models, _ = at_work(home, word)
    word.registry = Registry(trial=Trial(ModelVersion("gone"), TRIAGE_OFFICER, AT))
    assert (await models.now()).trial is None
    new = kept(home, {"category": "CRM"})
    word.registry = Registry(trial=Trial(new, TRIAGE_OFFICER, AT))
    models.look_again()
    assert (await models.now()).trial_version == new


async def test_the_shelf_knows_a_file_by_what_is_in_it(home: Path) -> None:
    _, shelf = at_work(home, Word())
    assert await shelf.versions() == (shelf.shipped,)
    first = kept(home, {"category": "URB"})
    (home / "models" / "copy.json").write_bytes((home / "models" / "URB.json").read_bytes())
    assert await shelf.versions() == (shelf.shipped, first)
    assert await shelf.judge(ModelVersion("unknown")) is None


async def test_what_a_model_showed_when_it_was_measured_comes_with_its_file(home: Path) -> None:
    _, shelf = at_work(home, Word())
    expected = expected_of(shelf.shipped_judge)
    assert expected is not None
    assert (expected.persons, expected.categories) == (300, {"DIS": 600, "COM": 400})
    absent = Shelf(home / "nothing.json", home / "models")
    assert expected_of(absent.shipped_judge) is None

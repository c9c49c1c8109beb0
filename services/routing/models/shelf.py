"""The model files at hand: the shipped one, and what the bureau has trained and laid into a folder."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

import structlog

from services.routing.adapters.classifier import (
    Classifier,
    UnfitModel,
    WithoutModel,
    classifier_at_hand,
    load_classifier,
)
from services.routing.models.drift import Expected
from shared.kernel import ModelVersion

KEPT_LOADED = 3
"""The one that judges, the one on trial, and one that somebody looks back at."""

log = structlog.get_logger("models")

Judge = Classifier | WithoutModel


def expected_of(judge: Judge) -> Expected | None:
    """What the model showed on messages that it had not seen; None where there is no model."""
    if not isinstance(judge, Classifier) or judge.model.baseline is None:
        return None
    return Expected(judge.model.baseline.categories, judge.model.baseline.persons)


class Shelf:
    def __init__(self, shipped: Path, folder: Path) -> None:
        self._folder = folder
        self._judge, self.shipped = classifier_at_hand(shipped)
        self._digests: dict[Path, tuple[tuple[int, int], ModelVersion]] = {}
        self._loaded: OrderedDict[ModelVersion, Classifier] = OrderedDict()
        self._fits: dict[ModelVersion, bool] = {}

    @property
    def shipped_judge(self) -> Judge:
        return self._judge

    async def versions(self) -> tuple[ModelVersion, ...]:
        """The shipped one first, the others by the names of their files."""
        files = await asyncio.to_thread(self._files)
        return tuple(dict.fromkeys((self.shipped, *files)))

    async def judge(self, version: ModelVersion) -> Judge | None:
        """None where there is no such file, or it was trained for another form of features."""
        if version == self.shipped:
            return self._judge
        if (loaded := self._loaded.get(version)) is not None:
            self._loaded.move_to_end(version)
            return loaded
        try:
            path = (await asyncio.to_thread(self._files))[version]
            loaded = await asyncio.to_thread(load_classifier, path)
        except (KeyError, OSError, ValueError, UnfitModel) as error:
            log.warning("model_not_on_shelf", version=version, error=type(error).__name__)
            return None
        self._loaded[version] = loaded
        while len(self._loaded) > KEPT_LOADED:
            self._loaded.popitem(last=False)
        return loaded

    async def fits(self, version: ModelVersion) -> bool:
        """Found out once for each version: a list of them is not read anew for every look at it."""
        if version not in self._fits:
            self._fits[version] = await self.judge(version) is not None
        return self._fits[version]

    def _files(self) -> Mapping[ModelVersion, Path]:
        return {self._version(path): path for path in sorted(self._folder.glob("*.json"))}

    def _version(self, path: Path) -> ModelVersion:
        """The digest of the file, taken anew when the file is another one."""
        told = path.stat()
        stamp = (told.st_mtime_ns, told.st_size)
        known = self._digests.get(path)
        if known is None or known[0] != stamp:
            digest = ModelVersion(hashlib.sha256(path.read_bytes()).hexdigest()[:12])
            known = self._digests[path] = (stamp, digest)
        return known[1]

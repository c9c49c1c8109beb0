"""How far the filling of a desk has come: whoever stops it in the middle goes on there."""

import os
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import orjson

from shared.kernel import derive_id, wall_time

FILE = "demo.json"


@dataclass(slots=True)
class Journal:
    """Kept in the installation's home; without one, an interrupted filling stays as it is."""

    begun: datetime
    """Real time; the days of all stories are counted back from here."""
    seed: str
    """Keys of commands follow from it: a step that was played but not noted is answered as before."""
    ahead_us: int = 0
    """Where the bureau clock stood, of real time."""
    played: dict[str, int] = field(default_factory=dict)
    """Story → how many of its moments are done."""
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Story → what its steps saved."""
    broken: dict[str, str] = field(default_factory=dict)
    """Story → the step that did not go as told."""
    finished: bool = False
    file: Path | None = None

    @classmethod
    def new(cls, home: Path | None) -> Self:
        return cls(wall_time(), secrets.token_hex(16), file=home / FILE if home else None)

    @classmethod
    def kept(cls, home: Path | None) -> Self | None:
        if home is None or not (home / FILE).exists():
            return None
        told = orjson.loads((home / FILE).read_bytes())
        return cls(**{**told, "begun": datetime.fromisoformat(told["begun"])}, file=home / FILE)

    def keep(self) -> None:
        if self.file is None:
            return
        told = {name: each for name, each in asdict(self).items() if name != "file"}
        draft = self.file.with_name(f".{FILE}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(orjson.dumps(told))
        draft.rename(self.file)

    def finish(self) -> None:
        """Codes and PINs of the invented people are of no use any more."""
        self.finished, self.ahead_us = True, 0
        self.known.clear()
        self.keep()

    def key_of(self, *step: object) -> str:
        """Of the kind that an anonymous caller needs: nobody can guess it, and the same step has the same one."""
        return str(UUID(bytes=derive_id(UUID(self.seed), *map(str, step)).bytes, version=4))


def kept_ahead(home: Path) -> timedelta:
    """Where the clock of a desk stands whose filling was interrupted: it goes on from there, never from before."""
    journal = Journal.kept(home)
    return timedelta(microseconds=journal.ahead_us) if journal and not journal.finished else timedelta(0)

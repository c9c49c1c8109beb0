"""What a text says of the place, without its words: which grids, where it stands, and how the place was named."""

from enum import StrEnum

from shared.kernel import GridCode, value


class Where(StrEnum):
    PLACE = "place"
    TITLE = "title"
    TEXT = "text"


class Means(StrEnum):
    """How a place was named; the first says most."""

    NAME = "name"
    ALIAS = "alias"
    FORMER = "former"
    LANDMARK = "landmark"
    """Beside or opposite something that has a name."""
    TYPO = "typo"


@value
class Sighting:
    """Offsets count characters of the text as it was typed."""

    candidates: tuple[GridCode, ...]
    where: Where
    start: int
    end: int
    means: Means

    @property
    def grid(self) -> GridCode | None:
        """The grid, when there is no doubt about it."""
        return self.candidates[0] if len(self.candidates) == 1 else None

    @property
    def in_doubt(self) -> tuple[GridCode, ...]:
        """The grids among which somebody has to choose."""
        return self.candidates if len(self.candidates) > 1 else ()

"""Place names in a text → the grid they lie in. Names are not unique: two grids named alike leave it to a person."""

import unicodedata
from collections.abc import Mapping

from shared.kernel import GridCode

Gazetteer = Mapping[str, GridCode]


def normalised(text: str) -> str:
    """Full and half width alike, without the blanks and line ends of scans."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def grid_of(gazetteer: Gazetteer, *texts: str) -> GridCode | None:
    """The grid of the first text that names one; the longest name in it wins, and a tie between grids names none."""
    for text in texts:
        flat = normalised(text)
        named = [name for name in gazetteer if name in flat]
        longest = max(map(len, named), default=0)
        grids = {gazetteer[name] for name in named if len(name) == longest}
        if len(grids) == 1:
            return grids.pop()
    return None

"""A file waits while the log lags: whoever asks later must find what left."""

import pytest

from services.mediation.exports.api import require_covered
from shared.web.errors import LogBehind


class Lagging:
    async def unsealed_seconds(self) -> float | None:
        return 61.0

    async def stale(self) -> bool:
        return True


class Fresh:
    async def unsealed_seconds(self) -> float | None:
        return None

    async def stale(self) -> bool:
        return False


async def test_no_file_leaves_while_the_log_lags() -> None:
    with pytest.raises(LogBehind):
        await require_covered(Lagging())
    await require_covered(Fresh())

"""How quickly new records follow each other: when what was passed over is worth a statement."""

IDLE_SECONDS = 0.05
"""Without a new record for so long, what was passed over is written."""
BUSY_SECONDS = 0.25
"""The same after several turns in quick succession: the next one is likely to come soon, and to move the same rows."""
BUSY_TURNS = 4


class Turns:
    def __init__(self) -> None:
        self._last = 0.0
        self._quick = 0

    def count(self, now: float) -> None:
        """New records came at `now`."""
        self._quick = self._quick + 1 if now - self._last < BUSY_SECONDS else 0
        self._last = now

    @property
    def idle_seconds(self) -> float:
        return BUSY_SECONDS if self._quick >= BUSY_TURNS else IDLE_SECONDS

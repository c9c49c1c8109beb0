"""Named places where a fault run kills the process. Nothing happens unless LOUNGE_FAILPOINT names one."""

import os
import signal

_NAME, _, _COUNT = os.environ.get("LOUNGE_FAILPOINT", "").partition(":")
_left = int(_COUNT or "1")

FAILPOINTS = (
    "append.before_commit",
    "append.after_commit",
    "sequencer.before_commit",
    "sequencer.after_commit",
    "relay.after_ack",
    "reaction.before_commit",
    "reaction.after_commit",
    "view.before_commit",
    "timer.before_commit",
    "sealer.before_rows",
    "sealer.after_rows",
    "sealer.before_checkpoint",
    "sealer.after_checkpoint",
)

NEEDS_A_RELAY = ("relay.after_ack",)
"""Passed only where Kafka carries the records."""


def failpoint(name: str) -> None:
    """Kills this process with SIGKILL on the n-th passage of the place that LOUNGE_FAILPOINT=name:n gives."""
    global _left
    if name != _NAME:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)

"""No log line holds what an exception says, whoever writes it."""

import json
import subprocess
import sys

TYPED = "隔壁王大爷的院墙"
PROCESS = f"""
import asyncio, logging, structlog
from shared.telemetry.setup import set_up_logs

set_up_logs()
try:
    raise ValueError("{TYPED}")
except ValueError:
    structlog.get_logger("ours").exception("went_wrong")
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application\\n")

async def fails():
    raise ValueError("{TYPED}")

async def forgets():
    task = asyncio.create_task(fails())
    await asyncio.wait([task])
    del task

asyncio.run(forgets())
"""


def test_of_an_error_only_its_class_and_places_are_written_whoever_logs_it() -> None:
    done = subprocess.run([sys.executable, "-c", PROCESS], capture_output=True, text=True, timeout=60, check=True)
    assert TYPED not in done.stderr
    entries = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(entry["event"], entry["level"], entry["error"]) for entry in entries] == [
        ("went_wrong", "error", "ValueError"),
        ("Exception in ASGI application", "error", "ValueError"),
        ("Task exception was never retrieved", "error", "ValueError"),
    ]
    assert all("<module>" in entry["at"][-1] or "fails" in entry["at"][-1] for entry in entries)

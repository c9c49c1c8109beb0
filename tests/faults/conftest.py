"""A place for data that PostgreSQL's own user can enter, and what runs only in the long form."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

LONG = ["test_cluster_faults.py", "test_way_to_kafka.py"]
collect_ignore = [] if os.environ.get("LOUNGE_FAULTS") == "long" else LONG


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not pytest's own: a second run of pytest closes that to everybody else."""
    made = Path(tempfile.mkdtemp(prefix="lounge-faults-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)

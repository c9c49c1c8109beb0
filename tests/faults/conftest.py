"""A place for data that PostgreSQL's own user can enter, and what runs only in the long form."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.nemeses import NoFaketime, faketime
from tests.faults.table import Row, as_markdown, write

LONG = ["test_crashes.py", "test_cluster_faults.py", "test_way_to_kafka.py"]
IS_LONG = os.environ.get("LOUNGE_FAULTS") == "long"
collect_ignore = [] if IS_LONG else LONG
if IS_LONG:
    try:
        faketime()
    except NoFaketime as missing:
        pytest.exit(str(missing), returncode=pytest.ExitCode.USAGE_ERROR)
TABLE = os.environ.get("LOUNGE_FAULTS_TABLE", "var/faults.md" if IS_LONG else "")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not pytest's own: a second run of pytest closes that to everybody else."""
    made = Path(tempfile.mkdtemp(prefix="lounge-faults-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[list[Row]]:
    """Rows of fault × invariant, shown and written when the module ends, whatever came of it."""
    rows: list[Row] = []
    yield rows
    if TABLE and rows:
        given = Path(TABLE)
        suffix = request.node.path.stem.removeprefix("test_").removeprefix("faults")
        write(rows, given.with_stem(f"{given.stem}-{suffix}" if suffix else given.stem))
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n" + as_markdown(rows))  # noqa: T201


@pytest.fixture(scope="module")
def remembered() -> dict[str, str]:
    """Idempotency key → request id, of everything that this module's desk has accepted so far."""
    return {}

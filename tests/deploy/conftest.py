"""A folder that the server's own user may pass through; pytest's `tmp_path` is closed to it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lounge-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)

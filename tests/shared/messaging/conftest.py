from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs


@pytest.fixture(autouse=True)
def no_tracebacks_of_poison() -> Iterator[None]:
    """Poison is logged with everything in sight, which takes seconds to print."""
    with capture_logs():
        yield

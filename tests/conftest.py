"""What every test may ask for."""

from hypothesis import settings

pytest_plugins = ["tests.support.postgres", "tests.support.kafka"]

# A busy machine is no bug: pytest's own time limit stops what hangs.
settings.register_profile("desk", deadline=None, derandomize=True)
"""The same tree gets the same verdict."""
settings.register_profile("explore", deadline=None, print_blob=True)
"""Other dice at every seed: `make explore`."""
settings.load_profile("desk")

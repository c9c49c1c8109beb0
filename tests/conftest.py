"""What every test may ask for."""

from hypothesis import settings

pytest_plugins = ["tests.support.postgres", "tests.support.kafka"]

# A busy machine is no bug: pytest's own time limit stops what hangs.
settings.register_profile("desk", deadline=None, print_blob=True)
settings.load_profile("desk")

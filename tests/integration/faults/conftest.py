"""The seed of each run, for every test here that draws."""

import pytest

from tests.simulation.seeds import seed_of_run


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this test's chance."""
    return seed_of_run(request)

"""The seed of each run, for every test here that draws, and a town made ready to speak."""

from pathlib import Path

import pytest

from tests.integration.faults.speaking_rig import prepared
from tests.simulation.seeds import seed_of_run


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this test's chance."""
    return seed_of_run(request)


@pytest.fixture(scope="session")
def town_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a town that is set up lies, to be copied."""
    return prepared(tmp_path_factory.mktemp("speaking") / "town")

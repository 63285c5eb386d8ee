"""Where a run's chance comes from: one seed, shown by every failure, given again to replay it."""

import os
from random import SystemRandom

import pytest

SEED_VARIABLE = "MERCAT_TEST_SEED"
SEED_MAX = 2**32


def seed_of_run(request: pytest.FixtureRequest) -> int:
    """Return the seed that `MERCAT_TEST_SEED` names, else a new one; a failed test shows it."""
    given = os.environ.get(SEED_VARIABLE)
    seed = int(given) if given else SystemRandom().randrange(SEED_MAX)
    replay = f"{SEED_VARIABLE}={seed} replays this run"
    request.node.add_report_section("call", "seed", replay)
    return seed

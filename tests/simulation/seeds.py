"""Where a run's chance comes from, shown by every failure, and how much of a long test it is."""

import os
from random import SystemRandom

import pytest

SEED_VARIABLE = "MERCAT_TEST_SEED"
SHARE_VARIABLE = "MERCAT_TEST_LONG_SHARE"
SEED_MAX = 2**32


def long_share_of(whole: int) -> int:
    """Return how much of a long test to run: `MERCAT_TEST_LONG_SHARE` per cent of it, else all."""
    return max(1, whole * int(os.environ.get(SHARE_VARIABLE, "100")) // 100)


def seed_of_run(request: pytest.FixtureRequest) -> int:
    """Return the seed that `MERCAT_TEST_SEED` names, else a new one; a failed test shows it."""
    given = os.environ.get(SEED_VARIABLE)
    seed = int(given) if given else SystemRandom().randrange(SEED_MAX)
    replay = f"{SEED_VARIABLE}={seed} replays this run"
    request.node.add_report_section("call", "seed", replay)
    return seed

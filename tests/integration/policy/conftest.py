"""Desks over databases of their own, for every file here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.runtime.clock import ManualClock
from tests.desk_rig import DeskRig, desk_rig


@pytest.fixture
def rig(sqlite_path: Path, clock: ManualClock) -> Iterator[DeskRig]:
    """A desk of a body with several officers, where everything waits for a second person."""
    with desk_rig(sqlite_path, clock) as made:
        yield made


@pytest.fixture
def lone_rig(sqlite_path: Path, clock: ManualClock) -> Iterator[DeskRig]:
    """A desk of a body that says in its settings that it has one officer."""
    with desk_rig(sqlite_path, clock, one_officer=True) as made:
        yield made

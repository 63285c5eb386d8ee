"""A body's folder that ran once, made once and copied for each test that changes it."""

import shutil
from pathlib import Path

import pytest

from tests.folders import make_folder
from tests.mercat_process import Ended, environment, run


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with a keys folder of its own."""
    return environment(tmp_path / "keys")


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """A folder whose posts were taken in by one `mercat run --until-idle`, and how that ended."""
    place = tmp_path_factory.mktemp("ran")
    folder = make_folder(place / "body")
    return folder, run("run", folder, "--until-idle", env=environment(place / "keys"), afresh=True)


@pytest.fixture
def ran(first_run: tuple[Path, Ended], tmp_path: Path) -> Path:
    """A copy of that folder, and of the keys it was made with, where `env` has them."""
    folder = tmp_path / "ran"
    shutil.copytree(first_run[0], folder)
    shutil.copytree(first_run[0].parent / "keys", tmp_path / "keys", dirs_exist_ok=True)
    return folder

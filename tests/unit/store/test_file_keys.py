"""Keys in files: made once, read by their owner alone, named for one installation."""

import stat
from pathlib import Path

import pytest

from services.runtime.errors import SettingsError
from services.store.file_installation import MasterKeys
from services.store.file_keys import KeyFolder


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    """A keys folder that is not there yet."""
    return KeyFolder(tmp_path / "keys")


def test_a_key_is_made_for_its_owner_alone(folder: KeyFolder) -> None:
    """Folder and file are closed to others, and nothing unfinished is left beside."""
    made = folder.make_key("master-a-1")

    assert (32, made) == (len(made), folder.key("master-a-1"))
    assert 0o700 == stat.S_IMODE(folder.folder.stat().st_mode)
    assert 0o600 == stat.S_IMODE((folder.folder / "master-a-1").stat().st_mode)
    assert ["master-a-1"] == [path.name for path in folder.folder.iterdir()]


def test_a_key_is_never_written_over(folder: KeyFolder) -> None:
    """A second making of one name is refused, and the first key stays."""
    made = folder.make_key("master-a-1")

    with pytest.raises(SettingsError, match="never written over"):
        folder.make_key("master-a-1")

    assert made == folder.key("master-a-1")


@pytest.mark.parametrize("content", ["", "c2hvcnQ=", "not base64 at all", "é" * 40])
def test_a_damaged_key_is_named(folder: KeyFolder, content: str) -> None:
    """A file that holds no 32 bytes is never taken for a key."""
    folder.make_key("master-a-1")
    (folder.folder / "master-a-1").write_text(content, "utf-8")

    with pytest.raises(SettingsError, match="not a key of 32 bytes"):
        folder.key("master-a-1")


def test_a_key_that_others_may_read_is_refused(folder: KeyFolder) -> None:
    """The sentence names the command that closes it."""
    folder.make_key("master-a-1")
    (folder.folder / "master-a-1").chmod(0o644)

    with pytest.raises(SettingsError, match="chmod 600"):
        folder.key("master-a-1")


def test_the_highest_number_is_in_use(folder: KeyFolder) -> None:
    """Numbers are compared as numbers, and other installations' keys do not count."""
    masters, others = MasterKeys(folder, "a"), MasterKeys(folder, "b")
    others.make_next()
    for _ in range(11):
        masters.make_next()

    assert "a-11" == masters.active
    assert ["b-1"] == others.ids()
    assert folder.key("master-a-2") == masters.key("a-2")


def test_the_key_in_use_is_not_retired_and_an_older_one_is_gone(folder: KeyFolder) -> None:
    """Retiring takes the file away for good."""
    masters = MasterKeys(folder, "a")
    first, second = masters.make_next(), masters.make_next()

    with pytest.raises(SettingsError, match="in use"):
        masters.retire(second)
    masters.retire(first)

    assert [second] == masters.ids()
    with pytest.raises(SettingsError, match="no secret"):
        masters.key(first)

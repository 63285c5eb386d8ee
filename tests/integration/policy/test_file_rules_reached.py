"""How far the rules have come, in a file of the keys folder: forward only, and whole or not."""

import stat
from pathlib import Path

import pytest

from services.policy.file_rules_reached import KeptReached
from services.policy.rules_reached import NOWHERE, Reached, behind
from services.runtime.errors import SettingsError
from services.store.file_keys import KeyFolder

A, B = "a" * 64, "b" * 64
FILE = "reached-here"


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    """A keys folder, as it is made."""
    place = tmp_path / "keys"
    place.mkdir(mode=0o700)
    return KeyFolder(place)


def test_what_was_kept_is_read_by_the_next_start(folder: KeyFolder) -> None:
    """It is readable by its owner alone, and nothing else is left in the folder."""
    first = KeptReached(folder, "here")
    nothing = first.read()
    first.keep(Reached(3, A))

    assert (NOWHERE, Reached(3, A)) == (nothing, KeptReached(folder, "here").read())
    assert [FILE] == [path.name for path in folder.folder.iterdir()]
    assert 0o600 == stat.S_IMODE((folder.folder / FILE).stat().st_mode)


def test_a_lower_number_is_not_kept(folder: KeyFolder) -> None:
    """Neither by the process that kept the higher one, nor by another that comes late."""
    KeptReached(folder, "here").keep(Reached(5, B))
    late = KeptReached(folder, "here")
    late.keep(Reached(4, A))
    late.keep(Reached(5, A))

    assert Reached(5, B) == late.read()


def test_installations_that_share_a_folder_do_not_share_a_number(folder: KeyFolder) -> None:
    """Each has its own rules."""
    KeptReached(folder, "here").keep(Reached(5, B))

    assert NOWHERE == KeptReached(folder, "there").read()


@pytest.mark.parametrize("content", ["", "5", f"5 {A} more", f"-5 {A}", f"0 {A}", "x" * 900])
def test_a_damaged_file_is_named(folder: KeyFolder, content: str) -> None:
    """Nothing is made up in its place."""
    folder.write(FILE, content)

    with pytest.raises(SettingsError, match=FILE):
        KeptReached(folder, "here").read()


def test_a_folder_that_cannot_be_written_is_read_all_the_same(
    folder: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mounted secret is such a folder: what was put there counts, and speaking goes on."""
    KeptReached(folder, "here").keep(Reached(2, A))
    kept, tried = KeptReached(folder, "here"), []

    def refused(name: str, _secret: str) -> None:
        tried.append(name)
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(folder, "write", refused)
    kept.keep(Reached(3, B))
    kept.keep(Reached(4, B))

    assert ([FILE], Reached(2, A)) == (tried, kept.read())


@pytest.mark.parametrize(
    ("number", "revision", "is_behind"),
    [(4, A, False), (3, A, False), (3, B, True), (2, A, True)],
)
def test_only_what_is_above_or_the_very_same_is_not_behind(
    number: int, revision: str, *, is_behind: bool
) -> None:
    """Another set under the same number is none that was in force."""
    assert is_behind == (behind(Reached(3, A), number, revision) is not None)

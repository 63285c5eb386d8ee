"""Settings files on disk: each way of being unreadable has its sentence."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from services.runtime.errors import SettingsError
from services.runtime.file_yaml import read_yaml


class Settings(BaseModel):
    """A file with one setting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str


def test_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    """Editors that put a mark before UTF-8 do no harm."""
    path = tmp_path / "a.yaml"

    for start in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(start + "name: Café".encode())
        assert read_yaml(path, Settings) == Settings(name="Café")


def test_missing_file_is_a_settings_error_with_the_cure(tmp_path: Path) -> None:
    """The path is named, and what makes such a file."""
    with pytest.raises(SettingsError, match=r"no\.yaml: there is no such file; make one with"):
        read_yaml(tmp_path / "no.yaml", Settings)


def test_folder_in_place_of_a_file_cannot_be_read(tmp_path: Path) -> None:
    """The system's own reason is in the sentence."""
    with pytest.raises(SettingsError, match=r"cannot be read \(Is a directory\)"):
        read_yaml(tmp_path, Settings)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"name: x\nname2: \xff", "line 2: a byte here is not UTF-8"),
        (b"#" * 1_000_001, "is over 1,000,000 bytes"),
        (b"nam: x", r"a\.yaml line 1: nam: is not a setting known here; did you mean name\?"),
    ],
)
def test_wrong_content_names_the_file(tmp_path: Path, content: bytes, expected: str) -> None:
    """What is wrong inside is named with the file and, where it has one, the line."""
    path = tmp_path / "a.yaml"
    path.write_bytes(content)

    with pytest.raises(SettingsError, match=expected):
        read_yaml(path, Settings)

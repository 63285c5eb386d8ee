"""Reads a set of rules from a folder, and writes one as the folder that officers edit."""

from collections.abc import Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from services.policy.bundle import SOURCE_BYTES_MAX
from services.policy.rule_set import FILES_MAX, REGO, YAML, RuleSet, rule_set_of_files
from services.runtime.errors import FolderError, SettingsError
from services.runtime.yaml_lines import SIZE_BYTES_MAX

RULES: Final = Path(__file__).with_name("rules")
"""The rules that come with Mercat."""
_BYTES_MAX: Final = {REGO: SOURCE_BYTES_MAX, YAML: SIZE_BYTES_MAX}


def read_rule_set(folder: Path = RULES) -> RuleSet:
    """Return the set in a folder: every Rego file, and the YAML files of `data`.

    Other files, such as notes and the history of a repository, are left alone. Raises
    SettingsError, naming the file, where one is missing, misplaced, unreadable or wrong.
    """
    rego = list(islice(folder.rglob(f"*{REGO}"), FILES_MAX + 1))
    data = list(islice((folder / "data").glob(f"*{YAML}"), FILES_MAX + 1))
    if len(rego) + len(data) > FILES_MAX:
        raise SettingsError(f"{folder}: over {FILES_MAX:,} files; that is no set of rules.")
    if not rego:
        raise SettingsError(f"{folder}: holds no rules; `mercat policy new FOLDER` writes some.")
    files = {path.relative_to(folder).as_posix(): _text(path) for path in sorted(rego + data)}
    return rule_set_of_files(files, f"{folder}/")


@cache
def delivered_data() -> Mapping[str, str]:
    """Return the YAML texts that come with Mercat, by name: what kept rules lack is filled so."""
    return {path.stem: _text(path) for path in sorted((RULES / "data").glob(f"*{YAML}"))}


def write_rule_set(folder: Path, rule_set: RuleSet) -> None:
    """Write a set into a new or empty folder, file by file as it was kept.

    Raises FolderError where something is in the folder already: what somebody edits there is not
    written over.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FolderError(f"{folder}: is not empty; name a new folder for the rules.")
        for place, text in rule_set.files.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise FolderError(f"{folder}: cannot be written ({error.strerror}).") from error


def _text(path: Path) -> str:
    bytes_max = _BYTES_MAX[path.suffix]
    try:
        with path.open("rb") as file:
            content = file.read(bytes_max + 1)
        if len(content) > bytes_max:
            raise SettingsError(f"{path}: is over {bytes_max:,} bytes; split it or shorten it.")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            f"{path} line {line}: a byte here is not UTF-8; save the file in UTF-8."
        ) from error

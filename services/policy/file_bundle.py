"""Reads a bundle from a folder of rules: the one that comes with Mercat, or a body's own."""

from itertools import islice
from pathlib import Path
from typing import Any, Final

from services.policy.bundle import SOURCE_BYTES_MAX, Bundle, bundle_of
from services.policy.rule_data import LIST_DATA, RULE_DATA
from services.runtime.errors import SettingsError
from services.runtime.file_yaml import read_yaml

RULES: Final = Path(__file__).with_name("rules")
CAPABILITIES: Final = RULES / "capabilities.json"
FILES_MAX: Final = 1_000


def read_bundle(folder: Path = RULES) -> Bundle:
    """Return the bundle in a folder; tests (`*_test.rego`) are left out.

    Raises SettingsError, naming the file, where one is missing, misplaced, unreadable or wrong.
    """
    paths = sorted(islice(folder.rglob("*.rego"), FILES_MAX + 1))
    if len(paths) > FILES_MAX:
        raise SettingsError(f"{folder}: over {FILES_MAX:,} Rego files; that is no set of rules.")
    modules = {
        path.relative_to(folder).as_posix(): _source(path)
        for path in paths
        if not path.stem.endswith("_test")
    }
    return bundle_of(modules, _data(folder / "data"))


def _source(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(SOURCE_BYTES_MAX + 1)
        if len(content) > SOURCE_BYTES_MAX:
            raise SettingsError(f"{path}: is over {SOURCE_BYTES_MAX:,} bytes; split it into rules.")
        return content.decode("utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8; save it in UTF-8.") from error


def _data(folder: Path) -> dict[str, Any]:
    models = {**RULE_DATA, **LIST_DATA}
    unknown = sorted({path.stem for path in folder.glob("*.yaml")} - models.keys())
    if unknown:
        known = ", ".join(sorted(models))
        raise SettingsError(f"{folder}: no rule reads {unknown[0]}.yaml; files are {known}.")
    return {
        name: read_yaml(folder / f"{name}.yaml", model).model_dump(mode="json")
        for name, model in models.items()
    }

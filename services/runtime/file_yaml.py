"""Settings files on disk, read whole and bounded."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from services.runtime.errors import SettingsError
from services.runtime.yaml_lines import SIZE_BYTES_MAX, Check, parse_yaml

M = TypeVar("M", bound=BaseModel)


def read_yaml(path: Path, model: type[M], check: Check[M] | None = None) -> M:
    """Return the settings that a YAML file in UTF-8 holds; `check` as in `parse_yaml`.

    Raises SettingsError, naming the file, where it is missing, unreadable or wrong.
    """
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_BYTES_MAX + 1)
    except FileNotFoundError:
        raise SettingsError(
            f"{path}: there is no such file; make one with `mercat init`, or correct its path."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}); it must be a file this user may read."
        ) from error
    if len(content) > SIZE_BYTES_MAX:
        raise SettingsError(f"{path}: is over {SIZE_BYTES_MAX:,} bytes; shorten it or split it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            f"{path} line {line}: a byte here is not UTF-8; save the file in UTF-8."
        ) from error
    return parse_yaml(text, model, str(path), check)

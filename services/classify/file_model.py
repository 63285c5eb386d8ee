"""Read and write model files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from services.classify.model import Model, ModelInvalidError
from services.classify.model_format import FILE_SIZE_BYTES_MAX, pack_model, unpack_model

DEFAULT_MODEL: Final = Path(__file__).with_name("models") / "default.model"


def load_model(path: Path) -> Model:
    """Return the model in a file. Raises ModelInvalidError, which names the file and the cure."""
    try:
        with path.open("rb") as file:
            packed = file.read(FILE_SIZE_BYTES_MAX + 1)
    except OSError as fault:
        reason = fault.strerror or "it cannot be read"
        raise ModelInvalidError(
            f"no model can be read from {path}: {reason}. Name one that `mercat model train` wrote"
        ) from fault
    return unpack_model(packed, str(path))


def default_model() -> Model:
    """Return the model that comes with Mercat."""
    return load_model(DEFAULT_MODEL)


def save_model(path: Path, model: Model, about: Mapping[str, str]) -> Model:
    """Write a model's file, whole or not at all, and return the model as it will be read."""
    packed = pack_model(model, about)
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(packed)
    beside.replace(path)
    return unpack_model(packed, str(path))

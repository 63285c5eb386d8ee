"""Writes a bundle as the folder that an OPA server is started with: `opa run --server --bundle`."""

import json
from pathlib import Path
from typing import Final

from services.policy.bundle import Bundle
from services.runtime.errors import FolderError

ROOTS: Final = ("mercat",)


def write_opa_bundle(folder: Path, bundle: Bundle) -> None:
    """Write a bundle into a new or empty folder: sources, data, and a manifest with the revision.

    Raises FolderError where something is in the folder already: a stray rule there would be run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderError(f"{folder}: is not empty; name a new folder for the bundle.")
    for place, source in bundle.modules.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    _write_json(folder / "data.json", bundle.documents)
    manifest = {"revision": bundle.revision, "roots": list(ROOTS), "rego_version": 1}
    _write_json(folder / ".manifest", manifest)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, sort_keys=True), encoding="utf-8")

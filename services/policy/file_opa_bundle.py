"""Writes a bundle as the folder that an OPA server is started with: `opa run --server --bundle`."""

from pathlib import Path

from services.policy.bundle import Bundle
from services.policy.bundle_archive import bundle_files
from services.runtime.errors import FolderError


def write_opa_bundle(folder: Path, bundle: Bundle) -> None:
    """Write a bundle into a new or empty folder: sources, data, and a manifest with the revision.

    Raises FolderError where something is in the folder already: a stray rule there would be run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderError(f"{folder}: is not empty; name a new folder for the bundle.")
    for place, content in bundle_files(bundle).items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

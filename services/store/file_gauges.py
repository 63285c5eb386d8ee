"""How large the files of a data folder are, and what is free on the disk under them."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from services.runtime import machine_metrics as metrics
from services.runtime.gauges import Figure


class FolderGauges:
    """Reads a data folder. `parts` are files by how they are told; one not there has no size."""

    def __init__(self, folder: Path, parts: dict[str, str]) -> None:
        self._folder = folder
        self._parts = parts

    def __call__(self) -> Sequence[Figure]:
        """Return the figures."""
        sizes = [
            Figure(metrics.STORE_BYTES, _bytes(self._folder / name), (part,))
            for part, name in self._parts.items()
        ]
        free = shutil.disk_usage(self._folder).free
        return [*sizes, Figure(metrics.FOLDER_FREE_BYTES, free)]


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0

"""CPU and memory of a process and everything under it, as Linux counts them in /proc."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw
import numpy as np

_PROC: Final = Path("/proc")
_PARENT, _USER, _SYSTEM, _RSS = 1, 11, 12, 21
"""Places of /proc/PID/stat counted from the process's state on, which follows its name."""


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds spent and bytes held in memory by some processes together."""

    cpu_seconds: float
    rss_bytes: int


def tree_usage(root: int | None = None) -> Usage | None:
    """Return what a process (this one, unless named) and all below it use; None without /proc.

    The seconds of children that have ended are not counted.
    """
    if not (_PROC / "self" / "stat").exists():
        return None
    stats = _stats()
    tree = {os.getpid() if root is None else root}
    while more := {pid for pid, stat in stats.items() if int(stat[_PARENT]) in tree} - tree:
        tree |= more
    ticks = sum(int(stats[pid][_USER]) + int(stats[pid][_SYSTEM]) for pid in tree & stats.keys())
    pages = sum(int(stats[pid][_RSS]) for pid in tree & stats.keys())
    return Usage(
        cpu_seconds=ticks / os.sysconf("SC_CLK_TCK"),
        rss_bytes=pages * os.sysconf("SC_PAGE_SIZE"),
    )


def machine_facts() -> dict[str, Any]:
    """Return what a figure hangs on, and nothing by which one machine could be told from another.

    `cores` counts those this process may use.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": len(affinity(0)) if affinity else os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "numpy": np.__version__,
    }


def load_average() -> float:
    """Return how many processes wanted a core, on average over the last minute."""
    return os.getloadavg()[0]


def _stats() -> dict[int, list[str]]:
    stats = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                content = (entry / "stat").read_text("utf-8", errors="replace")
            except OSError:
                # It ended between being listed and being read.
                continue
            stats[int(entry.name)] = content.rpartition(")")[2].split()
    return stats

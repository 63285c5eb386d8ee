"""Fixed work whose time tells how fast a machine is just now: the measure for other figures.

The three parts are what the listening flow spends its time on: objects and dictionaries in Python,
arrays in numpy, rows and syncs in SQLite. Never change them: figures taken before would no longer
compare.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import apsw
import numpy as np

from bench.figures import median

REPETITIONS: Final = 5
_WORDS: Final = 300_000
_NUMBERS: Final = 2_000_000
_COMMITS: Final = 40
_ROWS_PER_COMMIT: Final = 500
_INSERT: Final = "INSERT INTO fixed VALUES (?, ?, ?)"


def calibrate() -> float:
    """Return the seconds that one round of the fixed work takes: the median of five rounds."""
    return median([_round() for _ in range(REPETITIONS)])


def _round() -> float:
    return sum(_timed(part) for part in (_python, _numpy, _sqlite))


def _timed(part: Callable[[], object]) -> float:
    begun = time.perf_counter()
    part()
    return time.perf_counter() - begun


def _python() -> int:
    counts: dict[str, int] = {}
    for number in range(_WORDS):
        word = f"word{number * 7_919 % 10_007}"
        counts[word] = counts.get(word, 0) + len(word.upper())
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return sum(place * count for place, (_, count) in enumerate(ranked))


def _numpy() -> float:
    numbers = np.arange(_NUMBERS, dtype=np.int64) * 2_654_435_761 % 1_000_003
    ordered = np.sort(numbers)
    places = np.searchsorted(ordered, numbers[:50_000])
    weights = np.outer(np.sqrt(ordered[:1_000] + 1.0), np.ones(40)) @ np.ones((40, 39))
    return float(places.sum() + weights.sum())


def _sqlite() -> None:
    with tempfile.TemporaryDirectory(prefix="mercat-bench-") as folder:
        connection = apsw.Connection(str(Path(folder) / "fixed.sqlite"))
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("CREATE TABLE fixed (id INTEGER PRIMARY KEY, name TEXT, value BLOB)")
            for commit in range(_COMMITS):
                first = commit * _ROWS_PER_COMMIT
                with connection:
                    connection.executemany(
                        _INSERT,
                        [
                            (first + row, f"name {row}", b"v" * 500)
                            for row in range(_ROWS_PER_COMMIT)
                        ],
                    )
        finally:
            connection.close()

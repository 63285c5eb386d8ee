"""The results file, and the lines on standard error that say how far the measuring is."""

import json
import sys
from pathlib import Path
from typing import Final

from bench.document import Document

RESULTS: Final = Path(__file__).parent / "results.json"


def read_results(path: Path) -> Document | None:
    """Return the results taken before, or None where there are none."""
    if not path.is_file():
        return None
    found: Document = json.loads(path.read_text("utf-8"))
    return found


def results_text(results: Document) -> str:
    """Return results as the file has them, so that a difference shows line by line."""
    return json.dumps(results, indent=1, ensure_ascii=False) + "\n"


def write_results(path: Path, results: Document) -> None:
    """Write the results file."""
    path.write_text(results_text(results), encoding="utf-8")


def say(name: str, words: str) -> None:
    """Tell on standard error what a measurement does now."""
    print(f"bench: {name}: {words}", file=sys.stderr, flush=True)

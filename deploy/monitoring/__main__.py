"""Writes what watches over Mercat into its files; with `--check`, says which are not as written."""

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

DEPLOY: Final = Path(__file__).parents[1]
WRITERS: Final = ("deploy.monitoring.rule_files", "deploy.monitoring.dashboard_files")
"""Each module's `files()` gives texts by their paths below `deploy`."""


def written() -> Mapping[str, str]:
    """Return every file's text by its path below `deploy`."""
    texts: dict[str, str] = {}
    for writer in WRITERS:
        texts |= import_module(writer).files()
    return texts


def differing(texts: Mapping[str, str]) -> list[str]:
    """Return the paths whose files are missing or hold something else."""
    return [
        path
        for path, text in texts.items()
        if not (DEPLOY / path).is_file() or (DEPLOY / path).read_text("utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write, or check; return how to end."""
    texts = written()
    changed = differing(texts)
    if "--check" in arguments:
        for path in changed:
            sys.stderr.write(f"deploy/{path} is not as it would be written: make monitoring\n")
        return 1 if changed else 0
    for path in changed:
        (DEPLOY / path).parent.mkdir(parents=True, exist_ok=True)
        (DEPLOY / path).write_text(texts[path], "utf-8")
        sys.stdout.write(f"wrote deploy/{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

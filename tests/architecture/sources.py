"""Which files the checks look at: those git tracks, and those it would if asked to."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Source:
    """A file's path below the root, with slashes, and its text."""

    path: str
    text: str


def tracked_paths() -> list[str]:
    """Return the paths of all files in the checkout that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return sorted(path for path in set(listed.stdout.split("\0")) if (ROOT / path).is_file())


def python_sources(*folders: str) -> list[Source]:
    """Return every Python file below these folders."""
    return [
        Source(path, (ROOT / path).read_text(encoding="utf-8"))
        for path in tracked_paths()
        if path.endswith(".py") and path.split("/")[0] in folders
    ]


def text_sources() -> list[Source]:
    """Return every file that is text: UTF-8 without NUL."""
    found = []
    for path in tracked_paths():
        content = (ROOT / path).read_bytes()
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            found.append(Source(path, text))
    return found

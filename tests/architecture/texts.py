"""Tells a text that names this machine, a registry or unfinished work, and a lock that is none."""

import re

from tests.architecture.sources import Source

# The words looked for are put together from parts, so that this file does not hold them itself.
_FOLDERS = "|".join(("wo" + "rk", "ro" + "ot", "t" + "mp"))
_BEFORE = r"(?<![\w.:/~$}\])*-])"
_AFTER = r"""(?=[/\s"'`),;:]|\.(?:\s|$)|$)"""
MACHINE_PATH = re.compile(rf"{_BEFORE}/(?:{_FOLDERS}){_AFTER}")
REGISTRY = re.compile(
    "|".join(
        (
            r"py" + r"pi\.org",
            r"python" + r"hosted\.org",
            r"registry\.npm" + r"js\.org",
            r"proxy\.go" + r"lang\.org",
            r"repo1\.ma" + r"ven\.org",
            r"repo\.ma" + r"ven\.apache\.org",
            r"--(?:extra-)?index" + r"-url",
            r'"resolved"\s*:\s*"ht' + r"tp",
        )
    )
)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
UNFINISHED_CODE = re.compile(r"\braise\s+NotImplementedError\b")
PROSE_AND_CODE = (
    *(".cfg", ".css", ".go", ".html", ".js", ".md", ".py", ".rego", ".sh", ".sql", ".toml"),
    *(".ts", ".yaml", ".yml", "Makefile", "Dockerfile", ".ci/run"),
)

_REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==\S+")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def places_named(source: Source) -> list[str]:
    """Return a sentence for each line that names a folder of one machine or a registry."""
    found = []
    for number, line in enumerate(source.text.splitlines(), 1):
        for what, pattern in (("a folder of one machine", MACHINE_PATH), ("a registry", REGISTRY)):
            if pattern.search(line):
                found.append(f"{source.path}:{number}: names {what}; leave it to settings")
    return found


def unfinished(source: Source) -> list[str]:
    """Return a sentence for each mark of unfinished work in code and prose; data are free."""
    if not source.path.endswith(PROSE_AND_CODE):
        return []
    patterns = [UNFINISHED, UNFINISHED_CODE] if source.path.endswith(".py") else [UNFINISHED]
    return [
        f"{source.path}:{number}: holds a mark of unfinished work; finish it or open an issue"
        for number, line in enumerate(source.text.splitlines(), 1)
        if any(pattern.search(line) for pattern in patterns)
    ]


def lock_faults(source: Source) -> list[str]:
    """Return a sentence for each line of a lock that lacks hash or version, or has an address."""
    found = []
    entries = source.text.replace("\\\n", " ").splitlines()
    for entry in entries:
        line = entry.strip()
        if "://" in line:
            found.append(f"{source.path}: {line[:60]!r} holds an address")
        if not line or line.startswith("#"):
            continue
        if not _REQUIREMENT.match(line):
            found.append(f"{source.path}: {line[:60]!r} is not a package at one version")
        elif not _HASH.search(line):
            found.append(f"{source.path}: {line[:60]!r} has no hash")
    return found

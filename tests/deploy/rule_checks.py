"""Asks the rules of deploy/checks what they have against a description."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.deploy.places import RULES


def sentences(opa: Path, described: Mapping[str, Any]) -> list[str]:
    """Return what the rules say of `{"manifests": [...]}` or `{"compose": {...}}` with `facts`."""
    asked = subprocess.run(
        [
            *(str(opa), "eval", "--strict-builtin-errors", "--format=json", "--stdin-input"),
            *("--data", str(RULES), "[sentence | some sentence in data.deploy[_].deny]"),
        ],
        input=json.dumps(described),
        capture_output=True,
        check=False,
        text=True,
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr
    found: list[str] = json.loads(asked.stdout)["result"][0]["expressions"][0]["value"]
    return sorted(found)

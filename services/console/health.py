"""Whether the whole is well, from how its parts are."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.console.parts import PartStatus


def readiness(statuses: Sequence[PartStatus]) -> tuple[bool, Mapping[str, Any]]:
    """Return whether every needed part works, and the report that says so part by part."""
    ready = all(status.working for status in statuses if status.needed)
    return ready, {"ready": ready, "parts": [part_report(status) for status in statuses]}


def part_report(status: PartStatus) -> Mapping[str, Any]:
    """Return one part's status as JSON."""
    return {
        "name": status.name,
        "kind": status.kind,
        "working": status.working,
        "needed": status.needed,
        "sentence": status.sentence,
        "fresh_at": None if status.fresh_at is None else status.fresh_at.isoformat(),
        "progress": status.progress,
    }

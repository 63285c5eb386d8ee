"""What the fake desk answers about bells."""

from collections.abc import Mapping
from typing import Any


def bell_answered(verb: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to an order about bells, as the real desk words it."""
    if verb == "bell-read":
        return {"sentence": "Read: 1.", "read": 1}
    if verb == "bell-test":
        return {"sentence": "A test bell is on its way, by every way you wish."}
    return {
        "sentence": "You are told by mail; summaries come at 08:00.",
        "channels": arguments.get("channels") or ["mail"],
        "quiet_from": arguments.get("quiet_from"),
        "quiet_until": arguments.get("quiet_until"),
        "summary_at": arguments.get("summary_at") or "08:00",
        "zone": arguments.get("zone") or "Europe/London",
        "muted": arguments.get("muted") or [],
    }

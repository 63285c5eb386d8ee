"""What each verb about a handover answers, written by hand."""

from collections.abc import Mapping
from typing import Any, Final

DIGEST: Final = "d" * 32
ANSWERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "handover-decide": {
        "sentence": "To be reverted in your name: 2 changes, each through the gate.",
        "decided": 2,
        "not_revertible": 0,
        "digest": DIGEST,
    },
    "handover-agree": {"sentence": "You agreed to 2 reverts.", "agreed": 2, "digest": DIGEST},
    "handover-override": {"sentence": "It waits for a second person.", "state": "compared"},
}


def handover_answered(verb: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a verb answers about the takeover that it was asked about."""
    return {**ANSWERS[verb], "takeover_id": arguments["takeover_id"]}

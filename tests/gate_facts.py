"""Facts for the gate: an act that may go, and the same with something changed."""

import copy
from typing import Any, Final

from services.reading.wording import FAMILIES
from services.runtime.gate import Facts

NOW: Final = 1_764_194_400
DIGEST: Final = "5a" * 32
OTHER_DIGEST: Final = "a5" * 32


def approval(approver: str = "alder", *roles: str, **values: Any) -> dict[str, Any]:
    """Return an approval in force of the act, by an approver unless told otherwise."""
    given = {"digest": DIGEST, "expires_at": NOW + 60} | values
    return {"approver": approver, "roles": list(roles or ("approver",)), **given}


REST: Final = {"last_hour": 0, "last_day": 0, "seconds_since_last": 86_400}

_FACTS: Final[dict[str, Any]] = {
    "phase": "sending",
    "now": NOW,
    "act": {
        "id": "0" * 32,
        "kind": "reply",
        "account": "town",
        "digest": DIGEST,
        "text": "We emptied it this morning.",
        "length": 27,
        "language": "en",
        "theme": "bins",
        "target": "post-1",
        "media": [],
    },
    "actor": {
        "id": "rowan",
        "roles": ["team-member"],
        "active": True,
        "grant": {
            "id": "g1",
            "live": True,
            "in_scope": True,
            "out_of": [],
            "origin": "standing",
            "ends_at": NOW + 3_600,
        },
        "trust": None,
        "pace": {**REST},
    },
    "account": {
        "id": "town",
        "platform": "house",
        "mode": "normal",
        "halts": [],
        "limits": {"kind": "graphemes", "limit": 500},
        "pace": {**REST},
        "same_said": 0,
    },
    "conversation": {
        "parent": "live",
        "language": "en",
        "theme": "bins",
        "team": "waste",
        "same_said": 0,
        "others_answering": 0,
    },
    "findings": {
        "personal_data": 0,
        "personal_data_kinds": {},
        "promises": 0,
        "promises_without_timescale": 0,
        "timescale_days_min": None,
        "wording": dict.fromkeys(FAMILIES, 0),
        "links_elsewhere": 0,
        "links_shortened": 0,
        "links_lookalike": 0,
        "hashtags_run_together": 0,
        "emoji": 0,
        "emoji_in_a_row": 0,
        "media_without_alt": 0,
        "alts_poor": 0,
        "veils": 0,
        "is_other_language": False,
        "length": 27,
        "is_too_long": False,
        "is_cut": False,
        "language": "en",
        "language_probability": 0.97,
    },
    "approvals": [approval()],
    "settings": {"one_officer": False, "four_eyes": True, "in_hours": True},
    "evidence": {"closed_cases": 0, "closed_days_p80": 0},
}


def unhurried(told: Facts) -> Facts:
    """Return facts in which neither account nor author has spoken for a day.

    A storm of acts is what some tests and measurements are about; quotas have tests of their own.
    """
    account = {**told["account"], "pace": REST, "same_said": 0}
    return {**told, "account": account, "actor": {**told["actor"], "pace": REST}}


def facts(**changes: Any) -> dict[str, Any]:
    """Return the facts of an act that may go; `actor__grant=None` changes what lies below."""
    made = copy.deepcopy(_FACTS)
    for path, value in changes.items():
        *above, last = path.split("__")
        place = made
        for step in above:
            place = place[step]
        place[last] = value
    return made

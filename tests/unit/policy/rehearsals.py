"""Recorded decisions and rules to rehearse on, made by hand."""

import json
from collections.abc import Mapping
from typing import Any, Final

from schemas.verdict import Need
from services.policy.bundle import GATE, Bundle, bundle_of
from services.policy.file_bundle import read_bundle
from services.policy.recorded import Entry
from tests.gate_facts import facts

AT_MS: Final = 1_764_194_400_000
ANGER: Final = "content/anger"
EMOJI: Final = "content/emoji"
NEED: Final = Need(roles=("approver",)).model_dump(mode="json")
SHIPPED: Final = read_bundle()


def bundle(without: str = "", data: Mapping[str, Any] | None = None, **modules: str) -> Bundle:
    """Return the rules of Mercat without one, with other data, or with other sources by rule."""
    sources = {path: text for path, text in SHIPPED.modules.items() if path != place(without)}
    sources |= {place(rule.replace("__", "/")): text for rule, text in modules.items()}
    return bundle_of(sources, {**SHIPPED.data, **(data or {})})


def place(rule: str) -> str:
    """Return where a rule's source lies."""
    return f"{rule}/{rule.partition('/')[2]}.rego"


def source(rule: str) -> str:
    """Return a rule's source as it comes with Mercat."""
    return SHIPPED.modules[GATE if rule == GATE else place(rule)]


def data(name: str, **changes: Any) -> dict[str, Any]:
    """Return the data with some values of one file changed."""
    return {name: {**SHIPPED.data[name], **changes}}


def reason(rule: str = ANGER, severity: str = "hold", **values: Any) -> dict[str, Any]:
    """Return one reason as it is kept."""
    plain = {
        "rule": rule,
        "severity": severity,
        "message": "content.something",
        "parameters": {},
        "sentence": f"{rule} objects.",
        "cure": "",
        "citation": "",
        "need": NEED if severity == "hold" else None,
    }
    return plain | values


def entry(*reasons: Mapping[str, Any], number: int = 1, **values: Any) -> Entry:
    """Return the entry of a decision on an act that may go but for these reasons.

    `facts` are laid over the facts, `payload` and `body` over theirs; `kind` is the entry's.
    """
    severities = {each["severity"] for each in reasons}
    held = "hold" if "hold" in severities else "allow"
    decision = "deny" if "deny" in severities else held
    told: dict[str, Any] = facts(**values.get("facts", {}))
    payload = {
        "text": told["act"].get("text", ""),
        "media": "[]",
        "facts": told,
        "verdict": {
            "decision": decision,
            "reasons": list(reasons),
            "revision": values.get("revision", SHIPPED.revision),
            "failure": None,
            "reasons_left_out": 0,
        },
    }
    payload |= values.get("payload", {})
    body = {"facts": {"verdict": f"verdict-{number}"}}
    return Entry(
        kind=values.get("kind", "act.cleared"),
        act_id=f"act-{number}",
        at_ms=values.get("at_ms", AT_MS),
        body=json.dumps(body).encode(),
        payload=json.dumps(payload).encode(),
        parent_text=values.get("parent_text"),
    )

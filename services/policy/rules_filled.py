"""What is asked of rules that lack sections: put on record before it is asked, and found again.

Such rules are signed without the sections, and decisions name the revision of all that was asked.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from services.policy.audit_entries import chain_entries
from services.policy.decided import Decided
from services.policy.people import note
from services.policy.rule_set import RuleSet, content_digest, rule_set_bytes
from services.policy.signed_rules import RULES_CHAIN, content_key
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import BODY_SUBJECT
from services.runtime.effects import Key, Row
from services.runtime.ports import Store

FILLED: Final = "rules.filled"
SHOWN_LENGTH_MAX: Final = 500


class Filled(NamedTuple):
    """The number that rules were in force under, and where they are kept as they were asked."""

    number: int
    content_id: str


def filled_on_record(store: Store, revision: str) -> Filled | None:
    """Return the rules that were asked as a revision, with sections filled; None for none."""
    for entry in chain_entries(store, RULES_CHAIN):
        if entry.kind == FILLED:
            facts: Mapping[str, Any] = entry.said["facts"]
            if facts["asked"] == revision:
                return Filled(int(facts["number"]), str(facts["content"]))
    return None


def filled(store: Store, number: int, rule_set: RuleSet, now_ms: int) -> Decided | None:
    """Put on record what is asked of a set that lacks sections; None where it is there already."""
    asked = rule_set.bundle.revision
    if filled_on_record(store, asked) is not None:
        return None
    content = rule_set_bytes(rule_set)
    key = content_key(content_digest(content))
    row: Row = {"content": content, "kept_at_ms": now_ms}
    writes: dict[Key, Row | None] = {} if store.fetch([key])[key] else {key: row}
    said = note(
        FILLED,
        PROGRAM,
        BODY_SUBJECT,
        {},
        chain=RULES_CHAIN,
        number=number,
        revision=rule_set.revision_written,
        asked=asked,
        content=key.id,
        filled=", ".join(rule_set.filled)[:SHOWN_LENGTH_MAX],
    )
    return Decided(writes=writes, notes=[said])


def filled_sentence(rule_set: RuleSet) -> str:
    """Return what of a set is not its author's, and what to do about it."""
    return (
        f"your own rules say nothing of {', '.join(rule_set.filled)}, which came with a later "
        "Mercat; what Mercat delivers holds there. Take it into your own rules: have the change "
        "approved and activated that Mercat proposed (`mercat policy log`), or write them out with "
        "`mercat policy edit WORK` and propose that"
    )

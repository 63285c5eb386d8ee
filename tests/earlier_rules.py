"""A body's own rules as an earlier program read and signed them: it knew nothing of some places."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.policy.bundle import bundle_of
from services.policy.file_rule_set import read_rule_set
from services.policy.rule_set import RuleSet, content_digest, rule_set_bytes
from services.policy.signed_rules import (
    IN_FORCE,
    Revision,
    content_key,
    revision_key,
    revision_row,
)
from services.runtime.effects import Key, Row
from services.runtime.ports import Commit
from tests.speaking_town import SpeakingTown

MINUTES_OWN: Final = 20
"""What the body changed itself: for so long somebody else's answer is in the making."""


def earlier_rules(lacking: Sequence[str], **texts_of: str) -> RuleSet:
    """Return such rules, as `authority.trust`, or `form` for a whole file; some texts are others.

    They stand as the earlier program would have them, with the body's own change.
    """
    delivered = read_rule_set()
    texts, data = dict(delivered.data_texts), dict(delivered.data)
    for place in lacking:
        name, *within = place.split(".")
        if within:
            texts[name] = taken_out(texts[name], within)
            data[name] = _without(data[name], within)
        else:
            del texts[name], data[name]
    assert "minutes: 15" in texts["authority"], "what the body changed is there"
    texts["authority"] = texts["authority"].replace("minutes: 15", f"minutes: {MINUTES_OWN}")
    others = {**data["authority"]["others_answering"], "minutes": MINUTES_OWN}
    data["authority"] = {**data["authority"], "others_answering": others}
    return RuleSet(delivered.modules, delivered.tests, {**texts, **texts_of}, data)


def taken_out(text: str, place: Sequence[str]) -> str:
    """Return a delivered text without what stands at a place, by its indents."""
    lines, start = text.splitlines(keepends=True), 0
    for depth, name in enumerate(place):
        key = f"{'  ' * depth}{name}:"
        start = next(at for at in range(start, len(lines)) if lines[at].startswith(key))
    deeper = re.compile(rf"{'  ' * (len(place) - 1)}(?:[ #-]|\n)|\n")
    end = next((at for at in range(start + 1, len(lines)) if not deeper.match(lines[at])), None)
    return "".join(lines[:start] + ([] if end is None else lines[end:]))


def put_in_force(town: SpeakingTown, number: int, rule_set: RuleSet, **said: str) -> str:
    """Sign rules as an earlier program did, and put them in force; return their revision.

    `revision` is what is said of them in place of what they are.
    """
    content = rule_set_bytes(rule_set)
    revision = Revision(
        number=number,
        revision=said.get("revision") or bundle_of(rule_set.modules, rule_set.data).revision,
        content_id=content_digest(content),
        origin="change",
        change_id=None,
        made_at_ms=1_790_000_000_000,
    )
    before = town.store.fetch([IN_FORCE])[IN_FORCE]
    assert before is not None, "the town has rules"
    writes: dict[Key, Row | None] = {
        content_key(revision.content_id): {"content": content, "kept_at_ms": 1},
        revision_key(number): revision_row(revision, town.speaking.rules_key),
        IN_FORCE: {
            **before,
            "number": number,
            "revision": revision.revision,
            "version": int(str(before["version"])) + 1,
        },
    }
    town.embedded.journal.commit(Commit(writes=writes)).result()
    return revision.revision


def _without(value: Mapping[str, Any], place: Sequence[str]) -> dict[str, Any]:
    name, *within = place
    kept = {key: each for key, each in value.items() if key != name}
    return {**kept, name: _without(value[name], within)} if within else kept

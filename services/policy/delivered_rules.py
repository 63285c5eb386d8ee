"""The rules that come with Mercat: the first in force, followed while a body has none of its own.

Once a body has changed its rules, what a newer Mercat delivers is proposed to it and no more.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.difference import difference
from services.policy.people import note
from services.policy.rule_change import RuleChange, change_key
from services.policy.rule_changes import Present, in_force, proposed
from services.policy.rule_classes import newly_allowed
from services.policy.rule_set import (
    RuleSet,
    content_digest,
    rule_set_bytes,
    rule_set_of_files,
    whole_rule_set,
)
from services.policy.rules_told import activated_event
from services.policy.signed_rules import (
    IN_FORCE,
    RULES_CHAIN,
    Revision,
    RulesKey,
    content_key,
    revision_key,
    revision_row,
)
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote
from services.runtime.effects import Key, Row
from services.runtime.errors import SettingsError
from services.runtime.ports import Guard

ID_CHARACTERS: Final = 24


def delivered_id(content_id: str) -> str:
    """Return the id of the change that proposes a delivered set: the same wherever it is made."""
    return f"delivered-{content_id[:ID_CHARACTERS]}"


def first_in_force(delivered: RuleSet, key: RulesKey, now_ms: int, *, kept: bool) -> Decided:
    """Put the delivered rules in force as number 1."""
    revision, content = _revision(delivered, 1, now_ms)
    row: Row = {
        "number": 1,
        "revision": revision.revision,
        "change_id": None,
        "shadow_change_id": None,
        "since_ms": now_ms,
        "version": 1,
    }
    writes: dict[Key, Row | None] = {
        IN_FORCE: row,
        revision_key(1): revision_row(revision, key),
        **_content(revision, content, now_ms, kept=kept),
    }
    return Decided(
        writes=writes,
        guards=[Guard(IN_FORCE, None), Guard(revision_key(1), None, "number")],
        notes=[_noted("rules.delivered", revision)],
        events=[activated_event(revision, None)],
    )


def followed(delivered: RuleSet, present: Present, *, kept: bool) -> Decided:
    """Put newly delivered rules in force under the next number: the body has none of its own."""
    revision, content = _revision(delivered, present.number + 1, present.now_ms)
    writes, guards = in_force(revision, present)
    return Decided(
        writes={**writes, **_content(revision, content, present.now_ms, kept=kept)},
        guards=guards,
        notes=[_noted("rules.delivered", revision)],
        events=[activated_event(revision, present.row)],
    )


def merged(own: RuleSet, base: RuleSet | None, delivered: RuleSet) -> tuple[RuleSet, list[str]]:
    """Return the body's rules with what was delivered anew, and the places where its own stay.

    `base` are the rules that were delivered before. A file that the body left as it was delivered
    follows; one that both changed stays the body's, with the sections added that it lacks.
    """
    before = {} if base is None else base.files_written
    mine, theirs = dict(own.files_written), delivered.files
    kept = []
    for place in sorted(mine.keys() | theirs.keys() | before.keys()):
        if theirs.get(place) == before.get(place) or mine.get(place) == theirs.get(place):
            continue
        if mine.get(place) != before.get(place):
            kept.append(place)
        elif place in theirs:
            mine[place] = theirs[place]
        else:
            del mine[place]
    return rule_set_of_files(whole_rule_set(mine, delivered.data_texts).files), kept


def offered(
    own: RuleSet, base: RuleSet | None, delivered: RuleSet, present: Present
) -> tuple[RuleChange, bytes] | None:
    """Return the change that proposes what was delivered, and its content; None for no change."""
    try:
        after, kept = merged(own, base, delivered)
    except SettingsError:
        # What fits no longer together is for an officer to put together.
        after, kept = delivered, sorted(own.files.keys() ^ delivered.files.keys())
    between = difference(own, after)
    if between.is_nothing:
        return None
    content = rule_set_bytes(after)
    stays = f" Your own stay in: {', '.join(kept)}." if kept else ""
    change = RuleChange(
        id=delivered_id(content_digest(rule_set_bytes(delivered))),
        title="The rules that come with this version of Mercat",
        why=f"Mercat was updated, and this body has rules of its own.{stays}"[:500],
        author_id=PROGRAM.person_id,
        base_revision=str(present.row["revision"]),
        revision=after.bundle.revision,
        content_id=content_digest(content),
        difference=_told(between.as_json()),
        rehearsal="{}",
        classes=newly_allowed(own, after, between),
        digest="",
        proposed_at_ms=present.now_ms,
    )
    return change, content


def offer(change: RuleChange, content: bytes, *, kept: bool) -> Decided:
    """Propose what was delivered, once."""
    return proposed(change, content, PROGRAM, kept=kept)


def is_own(row: Row) -> bool:
    """Return whether a revision is the body's own, by how it came into force."""
    return row["origin"] != "delivered"


def offer_key(delivered_content_id: str) -> Key:
    """Return where the change stands that proposes a delivered set."""
    return change_key(delivered_id(delivered_content_id))


def _revision(delivered: RuleSet, number: int, now_ms: int) -> tuple[Revision, bytes]:
    content = rule_set_bytes(delivered)
    revision = Revision(
        number=number,
        revision=delivered.bundle.revision,
        content_id=content_digest(content),
        origin="delivered",
        change_id=None,
        made_at_ms=now_ms,
    )
    return revision, content


def _content(
    revision: Revision, content: bytes, now_ms: int, *, kept: bool
) -> dict[Key, Row | None]:
    row: Row = {"content": content, "kept_at_ms": now_ms}
    return {} if kept else {content_key(revision.content_id): row}


def _told(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _noted(kind: str, revision: Revision) -> AuditNote:
    return note(
        kind,
        PROGRAM,
        BODY_SUBJECT,
        {},
        chain=RULES_CHAIN,
        number=revision.number,
        revision=revision.revision,
    )

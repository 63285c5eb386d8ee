"""What people read of the rules: those in force, every number there was, and every change."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from services.policy.rule_change import change_key, change_of
from services.policy.rule_sections import NOTHING_DELIVERED, Delivered
from services.policy.rule_set import RuleSet
from services.policy.rules_on_record import NOT_WHOLE, whole_rules
from services.policy.signed_rules import IN_FORCE, revision_key
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError, RetryLaterError
from services.runtime.ports import Store

PAGE_MAX: Final = 200
LAST_ID: Final = "~"
"""Larger than any id: where a list that is read from its end begins."""
COUNTS: Final = ("asked", "freed", "held", "denied")


class StoredRules:
    """The life of the rules as the store has it. `trouble` says what this process has against it.

    `asked_here` is the number that this process asks: it follows the one in force within seconds.
    What is `delivered` fills what rules of an earlier Mercat lack.
    """

    def __init__(
        self,
        store: Store,
        asked_here: Callable[[], int],
        trouble: Callable[[], str | None],
        delivered: Delivered = NOTHING_DELIVERED,
    ) -> None:
        self._store = store
        self._asked_here = asked_here
        self._trouble = trouble
        self._delivered = delivered

    def in_force(self, *, with_files: bool = False) -> Mapping[str, Any]:
        """Return the rules in force: number, revision, since when, how, and what they are.

        `filled` are the places of what they lack and is asked with them, by the revision that
        `revision_asked` names; files are told with it. Raises RetryLaterError where there are none
        yet, or they are not kept whole.
        """
        row = self._row(IN_FORCE)
        if row is None:
            raise RetryLaterError("No rules are in force yet; they come with the first start.")
        signed = self._signed(row)
        rule_set = self._content(str(signed["content_id"]))
        change = None if row["change_id"] is None else self._row(change_key(str(row["change_id"])))
        return {
            "number": row["number"],
            "revision": row["revision"],
            "revision_asked": rule_set.bundle.revision,
            "filled": list(rule_set.filled),
            "since_at_ms": row["since_ms"],
            "origin": signed["origin"],
            "key_id": signed["key_id"],
            "change_id": row["change_id"],
            "title": None if change is None else change["title"],
            "shadow_change_id": row["shadow_change_id"],
            "asked_here": self._asked_here(),
            "trouble": self._trouble(),
            "rules": list(rule_set.bundle.manifest),
            "files": dict(rule_set.files) if with_files else {},
        }

    def rule_set(self) -> RuleSet:
        """Return the set in force as it is asked. Raises RetryLaterError as `in_force` does."""
        row = self._row(IN_FORCE)
        if row is None:
            raise RetryLaterError("No rules are in force yet; they come with the first start.")
        return self._content(str(self._signed(row)["content_id"]))

    def log(self, *, before: int | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return revisions, the latest first, below a number."""
        rows = self._store.select("rule_revisions_before", (before or 2**53, min(limit, PAGE_MAX)))
        keys = [change_key(str(row["change_id"])) for row in rows if row["change_id"]]
        changes = self._store.fetch(keys)
        return [
            {
                **{name: row[name] for name in ("number", "revision", "origin", "change_id")},
                "made_at_ms": row["made_at_ms"],
                "key_id": row["key_id"],
                "title": _title(changes, row),
            }
            for row in rows
        ]

    def changes(self, *, before: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return changes, the latest first, before an id."""
        rows = self._store.select("rule_changes_before", (before or LAST_ID, min(limit, PAGE_MAX)))
        return [_summary(row) for row in rows]

    def change(self, change_id: str, *, with_files: bool = False) -> Mapping[str, Any]:
        """Return a change whole: difference, rehearsal, consents, and what a trial has counted.

        Raises NotFoundError.
        """
        row = self._row(change_key(change_id))
        if row is None:
            raise NotFoundError(f"There is no change {change_id}; `mercat policy log` lists them.")
        change = change_of(change_id, row)
        counted = self._store.select("rule_shadows_of", (change_id,))
        files = self._content(change.content_id).files_written if with_files else {}
        return {
            **change.as_json(),
            "difference": json.loads(change.difference),
            "rehearsal": json.loads(change.rehearsal),
            "approvals": [_consent(each) for each in self._approvals(change_id)],
            "shadow": {name: sum(int(str(each[name])) for each in counted) for name in COUNTS},
            "files": dict(files),
        }

    def _approvals(self, change_id: str) -> Sequence[Row]:
        return self._store.select("rule_approvals_of", (change_id,))

    def _signed(self, row: Row) -> Row:
        signed = self._row(revision_key(int(str(row["number"]))))
        if signed is None:
            raise RetryLaterError(NOT_WHOLE)
        return signed

    def _content(self, content_id: str) -> RuleSet:
        return whole_rules(self._store, content_id, self._delivered)

    def _row(self, key: Key) -> Row | None:
        return self._store.fetch([key])[key]


def _title(changes: Mapping[Key, Row | None], row: Row) -> str | None:
    change = changes.get(change_key(str(row["change_id"])))
    return None if change is None else str(change["title"])


def _summary(row: Row) -> Mapping[str, Any]:
    return {**row, "classes": json.loads(str(row["classes"]))}


def _consent(row: Row) -> Mapping[str, Any]:
    names = ("approver_id", "digest", "why", "approved_at_ms")
    return {
        **{name: row[name] for name in names},
        "classes": json.loads(str(row["classes"])),
        "one_officer": bool(row["one_officer"]),
    }

"""A change of the rules as it is kept: what it is, who proposed it, how far it has come."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, Literal, Self, cast

from services.policy.sealing import canonical
from services.runtime.effects import Key, Row, without_id
from services.runtime.ports import Guard

ChangeState = Literal["proposed", "approved", "shadowed", "active", "replaced", "withdrawn"]
OPEN: Final[tuple[ChangeState, ...]] = ("proposed", "approved", "shadowed")
FORMAT: Final = "mercat-rules-change-1"
JSON_BYTES_MAX: Final = 200_000
"""So long may a difference or the summary of a rehearsal be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One change. `digest` stands for all that its approver agrees to.

    `content_id` names the bytes of the set proposed, `base_revision` the rules it was made from.
    """

    id: str
    title: str
    why: str
    author_id: str
    base_revision: str
    revision: str
    content_id: str
    difference: str
    rehearsal: str
    classes: tuple[str, ...]
    digest: str
    state: ChangeState = "proposed"
    sentence: str = ""
    proposed_at_ms: int | None = None
    approved_at_ms: int | None = None
    shadowed_at_ms: int | None = None
    shadow_until_ms: int | None = None
    activated_at_ms: int | None = None
    ended_at_ms: int | None = None
    number: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return change_key(self.id)

    def guard(self) -> Guard:
        """Return the guard that it is still as it was read."""
        return Guard(self.key, self.version)

    def changed(self, **values: Any) -> Self:
        """Return it one version on, with some values set."""
        return replace(self, version=self.version + 1, **values)

    def row(self) -> Row:
        """Return its row."""
        names = (name for name in self.__slots__ if name not in ("id", "classes"))
        return {
            **{name: getattr(self, name) for name in names},
            "classes": json.dumps(self.classes, ensure_ascii=False),
        }

    def as_json(self) -> dict[str, Any]:
        """Return it as people are shown it, without what it holds."""
        names = [name for name in self.__slots__ if name not in ("difference", "rehearsal")]
        return {name: getattr(self, name) for name in names} | {"classes": list(self.classes)}


def change_key(change_id: str) -> Key:
    """Return where a change's row stands."""
    return Key("rule_changes", change_id)


def change_of(change_id: str, row: Row) -> RuleChange:
    """Return the change that a row holds."""
    values: Mapping[str, Any] = without_id(row)
    known = {name: values[name] for name in RuleChange.__slots__ if name in values}
    return RuleChange(
        id=change_id, **(known | {"classes": tuple(json.loads(cast("str", row["classes"])))})
    )


def change_digest(change: RuleChange) -> str:
    """Return the digest of all that is agreed to: content, reasons, difference and rehearsal."""
    names = ("title", "why", "author_id", "base_revision", "revision", "content_id")
    bound = {name: getattr(change, name) for name in (*names, "difference", "rehearsal")}
    classes = list(change.classes)
    return sha256(canonical({**bound, "classes": classes, "format": FORMAT})).hexdigest()

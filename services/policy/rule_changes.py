"""Decides on changes of the rules: who proposes and agrees, what comes into force and what goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from services.policy.decided import Decided
from services.policy.leave import raised
from services.policy.people import note
from services.policy.rule_change import OPEN, RuleChange, change_digest, change_of
from services.policy.rule_orders import ActivateRules, ApproveRules, RollBackRules, WithdrawRules
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
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote
from services.runtime.clock import HOUR_MS
from services.runtime.effects import Key, Row, without_id
from services.runtime.errors import NotAllowedError, RejectError, VersionConflictError
from services.runtime.ports import Guard

MOVED_ON: Final = (
    "Other rules came into force since this change was proposed; propose it anew, on those."
)
OWN_CHANGE: Final = "Nobody agrees to their own change; ask another governance officer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The rules in force, the change that put them there, and what a new number raises.

    `row` is that of `rules_in_force`, `change` the row of the change behind it, if there was one.
    """

    row: Row
    change: Row | None
    accounts: Sequence[Row]
    key: RulesKey
    now_ms: int

    @property
    def number(self) -> int:
        """The number in force."""
        return cast("int", self.row["number"])

    @property
    def guard(self) -> Guard:
        """The guard that nothing else came into force."""
        return Guard(IN_FORCE, self.row["version"])


def proposed(change: RuleChange, content: bytes, actor: Actor, *, kept: bool) -> Decided:
    """Keep a change for others to look at; `kept` says that its content is there already."""
    bound = RuleChange(**{**_values(change), "digest": change_digest(change)})
    needs = f" It newly allows: {', '.join(bound.classes)}." if bound.classes else ""
    sentence = f"Proposed: {bound.title}. Another governance officer must agree to it.{needs}"
    bound = RuleChange(**{**_values(bound), "sentence": sentence[:500]})
    writes: dict[Key, Row | None] = {bound.key: bound.row()}
    if not kept:
        writes[content_key(bound.content_id)] = {
            "content": content,
            "kept_at_ms": bound.proposed_at_ms,
        }
    return Decided(
        reply={**bound.as_json(), "sentence": sentence},
        writes=writes,
        guards=[Guard(bound.key, None)],
        notes=[
            _noted(
                "rules.proposed",
                actor,
                bound,
                {"title": bound.title, "why": bound.why},
                classes=len(bound.classes),
            )
        ],
    )


def approved(
    order: ApproveRules,
    change: RuleChange,
    actor: Actor,
    approval_id: str,
    now_ms: int,
    *,
    one_officer: bool,
) -> Decided:
    """Agree to exactly what a digest names, with each newly allowed class ticked by itself."""
    _require(change, ("proposed",), "approved")
    if order.digest != change.digest:
        raise VersionConflictError(
            "What you agreed to is not what this change says; read it again, then approve that."
        )
    alone = actor.person_id == change.author_id
    if alone and not one_officer:
        return Decided(
            notes=[_noted("rules.approval-refused", actor, change, {"sentence": OWN_CHANGE})],
            refusal=NotAllowedError(OWN_CHANGE),
        )
    missing = [each for each in change.classes if each not in order.classes]
    if missing:
        raise RejectError(
            f"This change newly allows {', '.join(missing)}; agree to each by name, or not at all."
        )
    sentence = f"Agreed: {change.title}. It can be put in force now."
    after = change.changed(state="approved", approved_at_ms=now_ms, sentence=sentence)
    consent: Row = {
        "change_id": change.id,
        "author_id": change.author_id,
        "approver_id": actor.person_id,
        "digest": change.digest,
        "classes": change.row()["classes"],
        "why": order.why,
        "approved_at_ms": now_ms,
        "one_officer": int(alone),
        "version": 1,
    }
    key = Key("rule_approvals", approval_id)
    return Decided(
        reply={**after.as_json(), "sentence": sentence},
        writes={after.key: after.row(), key: consent},
        guards=[change.guard(), Guard(key, None)],
        notes=[
            _noted(
                "rules.approved",
                actor,
                after,
                {"title": change.title, "why": order.why, "classes": list(change.classes)},
                approval=approval_id,
                classes=len(change.classes),
                one_officer=alone,
            )
        ],
    )


def activated(
    order: ActivateRules, change: RuleChange, present: Present, actor: Actor, consents: int
) -> Decided:
    """Put a change in force under the next number, or begin to try it beside those in force."""
    _require(change, ("approved", "shadowed"), "put in force")
    if not consents:
        raise NotAllowedError("Nobody has agreed to what this change says; it cannot be in force.")
    if change.base_revision != present.row["revision"]:
        raise VersionConflictError(MOVED_ON)
    if order.shadow_hours:
        return _shadowed(order, change, present, actor)
    revision = Revision(
        number=present.number + 1,
        revision=change.revision,
        content_id=change.content_id,
        origin="change",
        change_id=change.id,
        made_at_ms=present.now_ms,
    )
    sentence = f"In force as number {revision.number}: {change.title}."
    after = change.changed(
        state="active", activated_at_ms=present.now_ms, number=revision.number, sentence=sentence
    )
    writes, guards = in_force(revision, present)
    return Decided(
        reply={**after.as_json(), "sentence": sentence},
        writes={**writes, after.key: after.row()},
        guards=[*guards, change.guard()],
        notes=[
            _noted(
                "rules.activated",
                actor,
                after,
                {"title": change.title, "why": order.why},
                number=revision.number,
            )
        ],
        events=[activated_event(revision, present.row, title=change.title, classes=change.classes)],
    )


def rolled_back(
    order: RollBackRules,
    earlier: Row,
    present: Present,
    actor: Actor,
    title: str | None = None,
) -> Decided:
    """Put earlier rules in force again under the next number; `title` is that of their change."""
    number = cast("int", earlier["number"])
    if earlier["revision"] == present.row["revision"]:
        raise RejectError(f"Number {number} is the same rules as are in force.")
    revision = Revision(
        number=present.number + 1,
        revision=str(earlier["revision"]),
        content_id=str(earlier["content_id"]),
        origin="rollback",
        change_id=cast("str | None", earlier["change_id"]),
        made_at_ms=present.now_ms,
    )
    writes, guards = in_force(revision, present)
    sentence = f"In force as number {revision.number}: the rules of number {number} again."
    return Decided(
        reply={"sentence": sentence, "number": revision.number, "revision": revision.revision},
        writes=writes,
        guards=guards,
        notes=[
            note(
                "rules.rolled-back",
                actor,
                BODY_SUBJECT,
                {"why": order.why},
                chain=RULES_CHAIN,
                number=revision.number,
                earlier=number,
                revision=revision.revision,
            )
        ],
        events=[activated_event(revision, present.row, title=title)],
    )


def accepted_restored(
    order: RollBackRules, present_rules: Row, present: Present, actor: Actor, reached: int
) -> Decided:
    """Go on with the rules that a restored database has, above every number there ever was."""
    revision = Revision(
        number=max(reached, present.number) + 1,
        revision=str(present_rules["revision"]),
        content_id=str(present_rules["content_id"]),
        origin="rollback",
        change_id=cast("str | None", present_rules["change_id"]),
        made_at_ms=present.now_ms,
    )
    writes, guards = in_force(revision, present)
    sentence = (
        f"In force as number {revision.number}: the rules of number {present.number}, which the "
        f"restored database had. What came into force after them, up to number {reached}, is gone; "
        "propose it anew where it is still wanted."
    )
    return Decided(
        reply={"sentence": sentence, "number": revision.number, "revision": revision.revision},
        writes=writes,
        guards=guards,
        notes=[
            note(
                "rules.restored-accepted",
                actor,
                BODY_SUBJECT,
                {"why": order.why},
                chain=RULES_CHAIN,
                number=revision.number,
                earlier=present.number,
                reached=reached,
                revision=revision.revision,
            )
        ],
        events=[activated_event(revision, present.row, title=None)],
    )


def withdrawn(order: WithdrawRules, change: RuleChange, present: Present, actor: Actor) -> Decided:
    """Take a change back; a trial of it ends with it."""
    _require(change, OPEN, "withdrawn")
    sentence = f"Withdrawn: {change.title}."
    after = change.changed(state="withdrawn", ended_at_ms=present.now_ms, sentence=sentence)
    writes: dict[Key, Row | None] = {after.key: after.row()}
    guards = [change.guard()]
    if present.row["shadow_change_id"] == change.id:
        writes[IN_FORCE] = _moved(present.row, shadow_change_id=None)
        guards.append(present.guard)
    return Decided(
        reply={**after.as_json(), "sentence": sentence},
        writes=writes,
        guards=guards,
        notes=[_noted("rules.withdrawn", actor, after, {"title": change.title, "why": order.why})],
    )


def in_force(revision: Revision, present: Present) -> tuple[dict[Key, Row | None], list[Guard]]:
    """Return what puts a revision in force: signed, and every account's version raised.

    So whatever was judged by the rules before is judged again before it is sent.
    """
    writes, guards = raised(present.accounts, present.now_ms)
    writes[revision_key(revision.number)] = revision_row(revision, present.key)
    writes[IN_FORCE] = _moved(
        present.row,
        number=revision.number,
        revision=revision.revision,
        change_id=revision.change_id,
        shadow_change_id=None,
        since_ms=present.now_ms,
    )
    if present.change is not None and present.change["id"] != revision.change_id:
        before = change_of(str(present.change["id"]), present.change)
        if before.state == "active":
            after = before.changed(state="replaced", ended_at_ms=present.now_ms)
            writes[after.key] = after.row()
            guards.append(before.guard())
    return writes, [*guards, present.guard, Guard(revision_key(revision.number), None, "number")]


def _shadowed(order: ActivateRules, change: RuleChange, present: Present, actor: Actor) -> Decided:
    if present.row["shadow_change_id"] not in (None, change.id):
        raise RejectError("Another change is being tried already; withdraw or activate that first.")
    until_ms = present.now_ms + round(order.shadow_hours * HOUR_MS)
    sentence = (
        f"Tried for {order.shadow_hours:g} hours beside the rules in force: {change.title}. "
        "Differences are counted and not obeyed; then it comes into force."
    )
    after = change.changed(
        state="shadowed",
        shadowed_at_ms=present.now_ms,
        shadow_until_ms=until_ms,
        sentence=sentence,
    )
    return Decided(
        reply={**after.as_json(), "sentence": sentence},
        writes={
            after.key: after.row(),
            IN_FORCE: _moved(present.row, shadow_change_id=change.id),
        },
        guards=[change.guard(), present.guard],
        notes=[
            _noted(
                "rules.shadowed",
                actor,
                after,
                {"title": change.title, "why": order.why},
                until_ms=until_ms,
            )
        ],
    )


def _require(change: RuleChange, states: Sequence[str], what: str) -> None:
    if change.state not in states:
        raise RejectError(f"This change is {change.state}; it cannot be {what} now.")


def _moved(row: Row, **values: Any) -> Row:
    return {**without_id(row), **values, "version": cast("int", row["version"]) + 1}


def _values(change: RuleChange) -> dict[str, Any]:
    return {name: getattr(change, name) for name in RuleChange.__slots__}


def _noted(
    kind: str,
    actor: Actor,
    change: RuleChange,
    payload: Mapping[str, Any],
    **facts: str | int | bool | None,
) -> AuditNote:
    return note(
        kind,
        actor,
        BODY_SUBJECT,
        payload,
        chain=RULES_CHAIN,
        change=change.id,
        digest=change.digest,
        revision=change.revision,
        **facts,
    )

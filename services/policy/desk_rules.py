"""The desk's verbs about rules: propose, approve, activate, withdraw, roll back."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.difference import difference
from services.policy.rehearsal_bound import require_rehearsal_of
from services.policy.rule_change import JSON_BYTES_MAX, RuleChange, change_key, change_of
from services.policy.rule_changes import (
    Present,
    accepted_restored,
    activated,
    approved,
    proposed,
    rolled_back,
    withdrawn,
)
from services.policy.rule_classes import newly_allowed
from services.policy.rule_orders import (
    ActivateRules,
    ApproveRules,
    ProposeRules,
    RollBackRules,
    WithdrawRules,
)
from services.policy.rule_set import (
    RuleSet,
    content_digest,
    rule_set_bytes,
    rule_set_of_files,
)
from services.policy.rules_on_record import NOT_WHOLE, whole_rules
from services.policy.rules_reached import behind
from services.policy.signed_rules import IN_FORCE, content_key, revision_key
from services.runtime.effects import Row
from services.runtime.errors import NotFoundError, RejectError, RetryLaterError, SettingsError


def propose_rules(work: Work, order: ProposeRules) -> Decided:
    """Bind a set of rules, its difference from those in force and its rehearsal to a digest."""
    after = _rule_set(order)
    content = rule_set_bytes(after)
    present = _present(work)
    before = rule_set_in_force(work)
    between = difference(before, after)
    if between.is_nothing:
        raise RejectError("These are the rules in force already, to the last comment.")
    in_force = str(present.row["revision"])
    asked = before.bundle.revision
    require_rehearsal_of(order.rehearsal, before=asked, after=after.bundle.revision)
    change = RuleChange(
        id=work.parts.fresh_id(),
        title=order.title,
        why=order.why,
        author_id=work.actor.person_id,
        base_revision=in_force,
        revision=after.bundle.revision,
        content_id=content_digest(content),
        difference=_bounded("difference", between.as_json()),
        rehearsal=_bounded("rehearsal", order.rehearsal),
        classes=newly_allowed(before, after, between),
        digest="",
        proposed_at_ms=work.now_ms,
    )
    kept = work.row(content_key(change.content_id)) is not None
    return proposed(change, content, work.actor, kept=kept)


def approve_rules(work: Work, order: ApproveRules) -> Decided:
    """Agree to what a digest names."""
    return approved(
        order,
        _change(work, order.change_id),
        work.actor,
        work.parts.fresh_id(),
        work.now_ms,
        one_officer=work.parts.settings.one_officer,
    )


def activate_rules(work: Work, order: ActivateRules) -> Decided:
    """Put a change in force, or try it first."""
    change = _change(work, order.change_id)
    rows = work.parts.store.select("rule_approvals_of", (change.id,))
    consents = sum(1 for row in rows if row["digest"] == change.digest)
    return activated(order, change, _present(work), work.actor, consents)


def withdraw_rules(work: Work, order: WithdrawRules) -> Decided:
    """Take a change back."""
    return withdrawn(order, _change(work, order.change_id), _present(work), work.actor)


def roll_back_rules(work: Work, order: RollBackRules) -> Decided:
    """Put earlier rules in force again."""
    present = _present(work)
    if order.restored:
        reached = _reached(work, present)
        return accepted_restored(order, _in_force(work, present), present, work.actor, reached)
    earlier = _earlier(work, order, present)
    change_id = earlier["change_id"]
    change = None if change_id is None else work.row(change_key(str(change_id)))
    title = None if change is None else str(change["title"])
    return rolled_back(order, earlier, present, work.actor, title)


def rule_set_in_force(work: Work) -> RuleSet:
    """Return the set in force as it is asked. Raises RetryLaterError where there is none yet."""
    row = work.row(revision_key(_present(work).number))
    if row is None:
        raise RetryLaterError(NOT_WHOLE)
    return whole_rules(work.parts.store, str(row["content_id"]), work.parts.delivered)


def _rule_set(order: ProposeRules) -> RuleSet:
    try:
        return rule_set_of_files(order.files)
    except SettingsError as error:
        raise RejectError(str(error)) from error


def _bounded(what: str, value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if len(text.encode("utf-8", "surrogatepass")) > JSON_BYTES_MAX:
        raise RejectError(f"The {what} is over {JSON_BYTES_MAX:,} bytes; make it shorter.")
    return text


def _change(work: Work, change_id: str) -> RuleChange:
    row = work.row(change_key(change_id))
    if row is None:
        raise NotFoundError(f"There is no change {change_id}; `mercat policy log` lists them.")
    return change_of(change_id, row)


def _present(work: Work) -> Present:
    row = work.row(IN_FORCE)
    key = work.parts.rules_key
    if row is None or key is None:
        raise RetryLaterError("No rules are in force yet; they come with the first `mercat run`.")
    change_id = row["change_id"]
    change = None if change_id is None else work.row(change_key(str(change_id)))
    return Present(
        row=row,
        change=None if change is None else {**change, "id": change_id},
        accounts=work.accounts(),
        key=key,
        now_ms=work.now_ms,
    )


def _in_force(work: Work, present: Present) -> Row:
    row = work.row(revision_key(present.number))
    if row is None:
        raise RetryLaterError("The rules in force are not kept whole; see `mercat doctor`.")
    return row


def _reached(work: Work, present: Present) -> int:
    """Return the highest number there was, where the database is behind that."""
    reached = work.parts.reached()
    if behind(reached, present.number, str(present.row["revision"])) is None:
        raise RejectError(
            "The rules in force are the latest that were in force here; nothing was put back."
        )
    return reached.number


def _earlier(work: Work, order: RollBackRules, present: Present) -> Row:
    """Return the revision named, or the latest one that was another than the present."""
    if order.number is not None:
        row = work.row(revision_key(order.number))
        if row is None:
            raise NotFoundError(f"There never were rules of number {order.number}.")
        return row
    rows = work.parts.store.select("rule_revisions_before", (present.number, 100))
    for row in rows:
        if row["revision"] != present.row["revision"]:
            return row
    raise NotFoundError("There are no earlier rules to go back to.")


RULES_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "propose-rules": propose_rules,
    "approve-rules": approve_rules,
    "activate-rules": activate_rules,
    "withdraw-rules": withdraw_rules,
    "roll-back-rules": roll_back_rules,
}

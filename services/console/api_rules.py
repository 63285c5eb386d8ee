"""The API's paths about rules: those in force, and the life of a change of them."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import FastAPI, Query

from services.console.api_access import ItemId, Key, Who, desk_of
from services.console.api_bodies import WhyBody
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_rows import told, with_logins
from services.console.api_rules_shapes import (
    ActivateRulesBody,
    ApproveRulesBody,
    ChangeDone,
    ChangeShown,
    ChangeWhole,
    RevisionShown,
    RollBackBody,
    RolledBack,
    RulesShown,
)
from services.console.api_shapes import Page
from services.console.cursors import ITEMS_USUAL, Cursor, Limit, next_link, place_in
from services.console.parts import ConsoleParts, RulesDesk
from services.policy.rule_orders import ProposeRules
from services.runtime.errors import RetryLaterError

Files = Annotated[Literal["none", "all"], Query(description="Which files are told, too.")]
LOG: Final = "/api/v1/rules/log"
CHANGES: Final = "/api/v1/rules/changes"
NUMBER_MAX: Final = 2**53
ID_MAX: Final = "~"


def add_rules_reading_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that show the rules and their changes; whoever is signed in may look."""

    @api.get("/rules", responses=documented(READING))
    def rules(actor: Who, files: Files = "none") -> RulesShown:
        """Show the rules in force: number, revision, since when, and how they came to be."""
        del actor
        return RulesShown.model_validate(told(rules_of(parts).in_force(with_files=files == "all")))

    @api.get("/rules/log", responses=documented(READING))
    def log(actor: Who, limit: Limit = ITEMS_USUAL, cursor: Cursor = None) -> Page[RevisionShown]:
        """List every number there was, the latest first."""
        del actor
        what: dict[str, str | None] = {"list": "log"}
        (before,) = place_in(cursor, what, (NUMBER_MAX,))
        found = rules_of(parts).log(before=int(before), limit=limit + 1)
        items = [RevisionShown.model_validate(told(each)) for each in found[:limit]]
        link = None
        if len(found) > limit:
            link = next_link(LOG, what, limit, (items[-1].number,))
        return Page(items=items, next=link)

    @api.get("/rules/changes", responses=documented(READING))
    def changes(actor: Who, limit: Limit = ITEMS_USUAL, cursor: Cursor = None) -> Page[ChangeShown]:
        """List changes, the latest first, whatever became of them."""
        del actor
        what: dict[str, str | None] = {"list": "changes"}
        (before,) = place_in(cursor, what, (ID_MAX,))
        found = rules_of(parts).changes(before=str(before), limit=limit + 1)
        items = [ChangeShown.model_validate(_change(parts, each)) for each in found[:limit]]
        link = None
        if len(found) > limit:
            link = next_link(CHANGES, what, limit, (items[-1].id,))
        return Page(items=items, next=link)

    @api.get("/rules/changes/{change_id}", responses=documented(READING))
    def change(change_id: ItemId, actor: Who, files: Files = "none") -> ChangeWhole:
        """Show a change with all that its approver agrees to."""
        del actor
        found = rules_of(parts).change(change_id, with_files=files == "all")
        consents = [_consent(parts, each) for each in found["approvals"]]
        return ChangeWhole.model_validate({**_change(parts, found), "approvals": consents})


def add_rules_changing_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths of a change's life; each is a governance officer's."""

    @api.post("/rules/changes", status_code=201, responses=documented(CHANGING))
    def propose(body: ProposeRules, actor: Who, key: Key = None) -> ChangeDone:
        """Propose a whole set of rules in place of the one in force."""
        order = body.model_dump(mode="json")
        return _done(desk_of(parts).carry_out("propose-rules", order, actor, key=key))

    @api.post("/rules/changes/{change_id}/approval", responses=documented(CHANGING))
    def approve(
        change_id: ItemId, body: ApproveRulesBody, actor: Who, key: Key = None
    ) -> ChangeDone:
        """Agree to exactly the change that a digest names; never its author."""
        order = {**body.told(), "change_id": change_id}
        return _done(desk_of(parts).carry_out("approve-rules", order, actor, key=key))

    @api.post("/rules/changes/{change_id}/activation", responses=documented(CHANGING))
    def activate(
        change_id: ItemId, body: ActivateRulesBody, actor: Who, key: Key = None
    ) -> ChangeDone:
        """Put a change in force that was agreed to, or try it first."""
        order = {**body.told(), "change_id": change_id}
        return _done(desk_of(parts).carry_out("activate-rules", order, actor, key=key))

    @api.post("/rules/changes/{change_id}/withdrawal", responses=documented(CHANGING))
    def withdraw(change_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> ChangeDone:
        """Take a change back that is not in force."""
        order = {**body.told(), "change_id": change_id}
        return _done(desk_of(parts).carry_out("withdraw-rules", order, actor, key=key))

    @api.post("/rules/rollback", responses=documented(CHANGING))
    def roll_back(body: RollBackBody, actor: Who, key: Key = None) -> RolledBack:
        """Put earlier rules in force again, under a new number."""
        reply = desk_of(parts).carry_out("roll-back-rules", body.told(), actor, key=key)
        return RolledBack.model_validate(reply)


def rules_of(parts: ConsoleParts) -> RulesDesk:
    """Return what tells of rules. Raises RetryLaterError where this installation has none."""
    if parts.rules is None:
        raise RetryLaterError("This Mercat only listens now; it has no rules to speak by.")
    return parts.rules


def _done(reply: Mapping[str, Any]) -> ChangeDone:
    return ChangeDone.model_validate(reply)


def _change(parts: ConsoleParts, change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a change with its author's login; the program's own has none."""
    named = with_logins(parts.store, change, "author_id")
    shown = told({**named, "author": named["author_id"], "until_at_ms": named["shadow_until_ms"]})
    return {**shown, "shadow_until": shown.pop("until_at", None)}


def _consent(parts: ConsoleParts, consent: Mapping[str, Any]) -> dict[str, Any]:
    named = with_logins(parts.store, consent, "approver_id")
    return told({**named, "approver": named["approver_id"]})

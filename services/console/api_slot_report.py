"""The API's paths about reports on slots: read and publish what came of a slot."""

from fastapi import FastAPI

from services.console.api_access import ItemId, Key, Who, desk_of
from services.console.api_bodies import WhyBody
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_public_rules import OPEN
from services.console.api_rows import told
from services.console.api_slot_report_shapes import (
    PublishBody,
    ReportDone,
    ReportInPublic,
    SlotReport,
    TakeoversInPublic,
)
from services.console.parts import ConsoleParts, SlotReportsDesk
from services.runtime.actor import Actor
from services.runtime.errors import NotAllowedError, RetryLaterError


def add_slot_report_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about reports on slots."""

    @api.get("/reports/public", responses=documented(OPEN))
    def in_public() -> TakeoversInPublic:
        """Show anybody which takeovers were, are and will be."""
        items = [told(each) for each in slot_reports_of(parts).in_public()]
        return TakeoversInPublic.model_validate({"items": items})

    @api.get("/reports/public/{takeover_id}", responses=documented((*OPEN, 404, 422)))
    def published(takeover_id: ItemId) -> ReportInPublic:
        """Show anybody what came of a takeover, once that is published."""
        return ReportInPublic.model_validate(told(slot_reports_of(parts).published(takeover_id)))

    @api.get("/reports/{slot_id}", responses=documented(READING))
    def report(slot_id: ItemId, actor: Who) -> SlotReport:
        """Show what came of a slot: to whoever spoke in it, duty officers and governance."""
        found = slot_reports_of(parts).one(slot_id)
        _require_reader(actor, str(found["person_id"]))
        return SlotReport.model_validate(told(found))

    @api.post("/takeovers/{takeover_id}/report/publish", responses=documented(CHANGING))
    def publish(takeover_id: ItemId, body: PublishBody, actor: Who, key: Key = None) -> ReportDone:
        """Put the report on a closed takeover on the public page."""
        order = {**body.told(), "takeover_id": takeover_id}
        reply = desk_of(parts).carry_out("takeover-publish-report", order, actor, key=key)
        return ReportDone.model_validate(reply)

    @api.post("/takeovers/{takeover_id}/report/withdraw", responses=documented(CHANGING))
    def withdraw(takeover_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> ReportDone:
        """Take the report on a takeover off the public page."""
        order = {**body.told(), "takeover_id": takeover_id}
        reply = desk_of(parts).carry_out("takeover-withdraw-report", order, actor, key=key)
        return ReportDone.model_validate(reply)


def slot_reports_of(parts: ConsoleParts) -> SlotReportsDesk:
    """Return who reads reports. Raises RetryLaterError where this installation has none."""
    if parts.slot_reports is None:
        raise RetryLaterError("This Mercat only listens now; nobody speaks from it.")
    return parts.slot_reports


def _require_reader(actor: Actor, person_id: str) -> None:
    may = actor.is_operator or actor.roles & {"duty-officer", "governance"}
    if not may and actor.person_id != person_id:
        raise NotAllowedError("A report is for whoever spoke, duty officers and governance.")

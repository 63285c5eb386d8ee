"""The desk's verbs about reports on slots: put one on the public page, or take it off again."""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.people import note, person_subject
from services.policy.slot_report import report_key
from services.policy.slot_report_orders import PublishReport, WithdrawReport
from services.runtime.audit_entry import account_chain
from services.runtime.effects import Row, without_id
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError
from services.runtime.ports import Guard


def publish(work: Work, order: PublishReport) -> Decided:
    """Put a report on the public page. Raises RejectError before the takeover is closed."""
    row = _report(work, order.takeover_id)
    if row["state"] != "final":
        raise RejectError("A report is published once its takeover is closed and it is complete.")
    after = {
        "thanks": " ".join(order.thanks.split()) or None,
        "published_by": work.actor.person_id,
        "published_at_ms": work.now_ms,
    }
    said = f"The report is on the page /takeovers/{order.takeover_id} now."
    return _changed(work, order.takeover_id, row, after, "report.published", said)


def withdraw(work: Work, order: WithdrawReport) -> Decided:
    """Take a report off the public page."""
    row = _report(work, order.takeover_id)
    if row["published_at_ms"] is None:
        raise RejectError("That report is on no public page.")
    after: Row = {"published_by": None, "published_at_ms": None}
    said = "The report is on no public page any more."
    return _changed(work, order.takeover_id, row, after, "report.withdrawn", said)


def _report(work: Work, takeover_id: str) -> Row:
    row = work.row(report_key(takeover_id))
    if row is None or row["kind"] != "takeover":
        raise NotFoundError(
            f"There is no report on {takeover_id}: it is made once the takeover has ended."
        )
    if row["person_id"] == work.actor.person_id:
        raise NotAllowedError("Who spoke in a takeover does not publish the report; ask another.")
    return row


def _changed(
    work: Work, takeover_id: str, row: Row, after: Row, kind: str, sentence: str
) -> Decided:
    key, version = report_key(takeover_id), cast("int", row["version"])
    made = note(
        kind,
        work.actor,
        person_subject(str(row["person_id"])),
        {"thanks": after.get("thanks"), "why": work.actor.why},
        chain=account_chain(str(row["account"])),
        takeover=takeover_id,
        person=str(row["person_id"]),
    )
    return Decided(
        reply={"sentence": sentence, "takeover_id": takeover_id},
        writes={key: {**without_id(row), **after, "version": version + 1}},
        guards=[Guard(key, version)],
        notes=[made],
    )


SLOT_REPORT_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "takeover-publish-report": publish,
    "takeover-withdraw-report": withdraw,
}
"""The desk's verbs about reports on slots."""

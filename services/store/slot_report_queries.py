"""The searches about reports on slots: which are due, and what a slot came to."""

from typing import Final

SLOT_ACTS_MAX: Final = 5_000
"""So many acts of one slot are counted at most: more than a month of the quota of a day."""
SLOT_VERDICTS_MAX: Final = 20_000

_OF_SLOT: Final = (
    "acts.author_id = ? AND acts.account = ? AND acts.proposed_at_ms >= ? "
    "AND acts.proposed_at_ms < ?"
)


def _old(
    origin: str, at: str = "takeovers.closed_at_ms", subject: str = "'person:' || curator_id"
) -> str:
    """Return a search for rows older than a moment, oldest first, behind the last one seen.

    `at` is when a row's time begins: usually the moment at which its takeover was closed.
    """
    row, account = origin.split(maxsplit=1)[0], at.split(".", maxsplit=1)[0]
    return (
        f"SELECT {row}.id, {at} AS at_ms, NULL AS case_id, {subject} AS subject, "  # noqa: S608 - nothing here comes from outside
        f"{account}.account FROM {origin} WHERE {at} < ? "
        f"AND ({at} > ? OR ({at} = ? AND {row}.id > ?)) ORDER BY {at}, {row}.id LIMIT ?"
    )


SLOT_REPORT_QUERIES: Final[dict[str, str]] = {
    "slot_reports_due": "SELECT * FROM takeovers WHERE state IN ('ended', 'closed') "
    "AND grant_id IS NOT NULL AND ended_at_ms > ? AND NOT EXISTS "
    "(SELECT 1 FROM slot_reports WHERE slot_reports.id = takeovers.id) "
    "ORDER BY ended_at_ms, id LIMIT ?",
    "shift_reports_due": "SELECT * FROM shifts WHERE state = 'done' AND ends_at_ms > ? "
    "AND NOT EXISTS (SELECT 1 FROM slot_reports WHERE slot_reports.id = shifts.id) "
    "AND EXISTS (SELECT 1 FROM acts WHERE acts.author_id = shifts.person_id "
    "AND acts.account = shifts.account AND acts.proposed_at_ms >= shifts.starts_at_ms "
    "AND acts.proposed_at_ms < shifts.ends_at_ms) ORDER BY ends_at_ms, id LIMIT ?",
    "slot_reports_to_complete": "SELECT takeovers.* FROM slot_reports JOIN takeovers "
    "ON takeovers.id = slot_reports.id WHERE slot_reports.state = 'made' "
    "AND takeovers.state = 'closed' ORDER BY slot_reports.id LIMIT ?",
    "slot_acts": "SELECT acts.id, acts.kind, acts.state, acts.proposed_at_ms, "  # noqa: S608
    "acts.conversation_id, sendings.state AS sending_state, sendings.remote_id, sendings.link, "
    "sendings.ended_at_ms AS sent_at_ms FROM acts LEFT JOIN sendings ON sendings.id = acts.id "
    f"WHERE {_OF_SLOT} ORDER BY acts.proposed_at_ms, acts.id LIMIT {SLOT_ACTS_MAX}",
    "slot_verdicts": "SELECT verdicts.act_id, verdicts.decision, verdicts.reasons "  # noqa: S608
    f"FROM acts JOIN verdicts ON verdicts.act_id = acts.id WHERE {_OF_SLOT} "
    "AND verdicts.phase <> 'advice' AND verdicts.decision IN ('hold', 'deny') "
    f"ORDER BY verdicts.act_id, verdicts.id LIMIT {SLOT_VERDICTS_MAX}",
    "slot_approvals": "SELECT approvals.act_id, approvals.approved_at_ms, "  # noqa: S608
    "acts.proposed_at_ms FROM acts JOIN approvals ON approvals.act_id = acts.id "
    f"WHERE {_OF_SLOT} ORDER BY approvals.act_id, approvals.id LIMIT {SLOT_ACTS_MAX}",
    "slot_unsettled": "SELECT count(*) AS acts FROM acts LEFT JOIN sendings "  # noqa: S608
    f"ON sendings.id = acts.id WHERE {_OF_SLOT} AND (acts.state = 'approved' "
    "OR sendings.state IN ('sending', 'deferred') "
    "OR (sendings.state = 'unknown' AND sendings.not_before_ms IS NOT NULL))",
    "slot_reports_of": "SELECT * FROM slot_reports WHERE account = ? "
    "ORDER BY starts_at_ms DESC, id LIMIT ?",
    "slot_reports_published": "SELECT id FROM slot_reports WHERE published_at_ms IS NOT NULL "
    "ORDER BY starts_at_ms DESC, id LIMIT ?",
    "slot_reports_old": _old(
        "slot_reports", "slot_reports.made_at_ms", "'person:' || slot_reports.person_id"
    ),
    "handovers_old": _old("handovers JOIN takeovers ON takeovers.id = handovers.id"),
    "handover_items_old": _old(
        "handover_items JOIN takeovers ON takeovers.id = handover_items.takeover_id"
    ),
}

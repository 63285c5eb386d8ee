"""The tables of takeovers, and the columns that grants have had since: slots, scopes, trust."""

from typing import Final

from services.store.table import Column, Table, integer, text

GRANT_COLUMNS: Final[tuple[Column, ...]] = (
    *text("origin", "takeover_id", "languages", "hours", "answers", "initials", "coach_id"),
    *integer("quota_hour", "quota_day"),
)
"""What a grant is limited to beside kinds and themes; where one is empty, it limits nothing.

`origin` is standing, rota or takeover. `hours` is JSON: the weekly times at which it holds, and
their zone. `answers` says whom it lets answer: anyone, own-account, or nobody.
"""

TAKEOVER_TABLES: Final = (
    Table(
        "takeovers",
        "policy",
        (
            *text("account", "title", "curator_id", "duty_officer_id", "standby_id", "state"),
            *text("outcome", "kinds", "themes", "languages", "grant_id", "pair_id", "zone"),
            *text("terms_version", "practice_digest", "planned_by", "reason"),
            *integer("starts_at_ms", "ends_at_ms", "planned_at_ms", "invited_at_ms"),
            *integer("accepted_at_ms", "consented_at_ms", "second_factor_at_ms"),
            *integer("practised_at_ms", "ready_at_ms", "live_at_ms", "signed_on_at_ms"),
            *integer("paused_at_ms", "ended_at_ms", "closed_at_ms", "version"),
        ),
    ),
    Table(
        "trust_levels",
        "policy",
        (
            *text("person_id", "account", "level", "reason", "changed_by"),
            *integer("clean_acts", "changed_at_ms", "version"),
        ),
    ),
)
"""A takeover's row says when each move was made; `outcome` how it came to its end. The id of a
trust level is its person and account, `person:account`."""

"""The third migration: the tables of speaking, with the rules the database itself keeps.

What a table may hold stands in `speaking_tables.py`; the checks here are the last line behind
policy: nobody approves their own act, no act has two sendings, a release takes two people. A check
passes on what is unknown, so what it looks at is asked to be known first.
"""

from dataclasses import replace
from typing import Final

from services.store.break_glass_tables import HALT_COLUMNS
from services.store.migration import Migration
from services.store.register_tables import REGISTER_COLUMNS
from services.store.rota_tables import ROTA_GRANT_COLUMNS
from services.store.speaking_tables import SPEAKING_TABLES
from services.store.table import Table, create_statement
from services.store.takeover_tables import GRANT_COLUMNS

_CHECKS: Final = {
    "approvals": (
        "author_id IS NOT NULL AND approver_id IS NOT NULL",
        "approver_id <> author_id OR coalesce(one_officer, 0) = 1",
        "state IS NOT NULL AND state IN ('valid', 'void')",
    ),
    "halts": (
        "state IS NOT NULL AND state IN ('halted', 'released')",
        "state <> 'released' OR (release_asked_by IS NOT NULL AND released_by IS NOT NULL "
        "AND (released_by <> release_asked_by OR coalesce(one_officer, 0) = 1))",
    ),
    "acts": ("state IN ('draft', 'held', 'approved', 'sending', 'denied', 'void', 'withdrawn')",),
    "sendings": (
        "state IN ('sending', 'deferred', 'sent', 'refused', 'unknown', 'reconciled')",
        "state NOT IN ('sent', 'reconciled') OR remote_id IS NOT NULL OR settled_by IS NOT NULL",
    ),
    "verdicts": ("decision IN ('allow', 'hold', 'deny')",),
    "persons": ("state IN ('active', 'left')",),
}

_LATER: Final = {
    "grants": (*GRANT_COLUMNS, *ROTA_GRANT_COLUMNS),
    "accounts": REGISTER_COLUMNS,
    "halts": HALT_COLUMNS,
}


def _as_released(table: Table) -> Table:
    """Return a table as this migration made it: columns that came later are added by theirs."""
    later = _LATER.get(table.name, ())
    return replace(table, columns=tuple(each for each in table.columns if each not in later))


SPEAKING: Final = Migration(
    number=3,
    name="speaking",
    statements=(
        *(
            create_statement(_as_released(table), _CHECKS.get(table.name, ()))
            for table in SPEAKING_TABLES
        ),
        "CREATE UNIQUE INDEX persons_by_login ON persons (login)",
        "CREATE INDEX tokens_by_person ON tokens (person_id)",
        "CREATE UNIQUE INDEX tokens_by_digest ON tokens (digest)",
        "CREATE INDEX grants_by_person ON grants (person_id, account)",
        "CREATE INDEX acts_by_state ON acts (account, state, approved_at_ms)",
        "CREATE INDEX acts_by_case ON acts (case_id)",
        "CREATE INDEX approvals_by_act ON approvals (act_id)",
        "CREATE INDEX verdicts_by_act ON verdicts (act_id, judged_at_ms)",
        "CREATE INDEX sendings_by_state ON sendings (account, state, begun_at_ms)",
        "CREATE UNIQUE INDEX sendings_by_remote_id ON sendings (account, remote_id)",
        "CREATE UNIQUE INDEX audit_entries_by_place ON audit_entries (chain, sequence)",
        "CREATE INDEX audit_entries_by_case ON audit_entries (case_id)",
        "CREATE INDEX audit_entries_by_act ON audit_entries (act_id)",
        "CREATE INDEX audit_entries_by_actor ON audit_entries (actor_id, at_ms)",
        "CREATE INDEX audit_entries_by_subject ON audit_entries (subject)",
        "CREATE INDEX audit_entries_by_time ON audit_entries (at_ms)",
    ),
)
"""A sending's id is its act's, so that one act has one sending and no more."""

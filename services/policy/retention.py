"""Retention: what each class of records keeps how long, what would go today, and its going.

A deletion is on record in the house's chain with its class and its moment, so that verification
knows a payload that was retired from one that was taken away. A legal hold keeps what it covers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

from services.policy.audit_verify import RETENTION_KIND
from services.policy.configuration import RetentionSettings
from services.policy.legal_holds import Holds, holds_in_force
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, HOUSE_CHAIN, AuditNote, Sealer
from services.runtime.clock import DAY_MS
from services.runtime.effects import Key, Row, Value
from services.runtime.ports import Commit, Journal, Lane, Store

BATCH_ROWS: Final = 200
ACCOUNT_PREFIX: Final = "account:"


@dataclass(frozen=True, slots=True)
class RecordClass:
    """A class of records: how its old rows are found, and which rows go for each.

    `days` names its setting; `kinds` are the entries whose payloads it holds.
    """

    name: str
    days: str
    query: str
    tables: tuple[str, ...]
    kinds: tuple[str, ...] = ()

    def parameters(self, kind: str | None) -> tuple[Value, ...]:
        """Return what its search looks for: a kind of entry, as a range of names."""
        # A stop is followed by a stroke in order of characters: `act.` covers `act.drafted`.
        return () if kind is None else (kind, kind.removesuffix(".") + "/")


CLASSES: Final = (
    RecordClass("drafts", "drafts_days", "audit_old_drafts", ("acts",)),
    RecordClass("approvals", "decisions_days", "audit_old_approvals", ("approvals",)),
    RecordClass("verdicts", "decisions_days", "audit_old_verdicts", ("verdicts",)),
    RecordClass("slot reports", "decisions_days", "slot_reports_old", ("slot_reports",)),
    RecordClass("handovers", "decisions_days", "handovers_old", ("handovers",)),
    RecordClass("handover items", "decisions_days", "handover_items_old", ("handover_items",)),
    RecordClass("sendings", "sendings_days", "audit_old_sendings", ("sendings", "acts")),
    RecordClass(
        "payloads of acts",
        "act_payloads_days",
        "audit_old_payloads",
        ("audit_payloads",),
        ("act.", "approval."),
    ),
    RecordClass(
        "payloads of sendings",
        "sending_payloads_days",
        "audit_old_payloads",
        ("audit_payloads",),
        ("sending.",),
    ),
    RecordClass(
        "other payloads",
        "other_payloads_days",
        "audit_old_payloads",
        ("audit_payloads",),
        (
            *("account.", "audit.", "case.", "erasure.", "grant.", "halt.", "hold.", "keys."),
            *("person.", "secret.", "takeover.", "token."),
            *("bell.", "correction.", "drill.", "glass.", "incident.", "nomination.", "register."),
            *("report.", "rota.", "shift.", "sign-in.", "swap."),
        ),
    ),
    RecordClass("checkpoints", "checkpoints_days", "audit_old_checkpoints", ("audit_checkpoints",)),
    RecordClass("replies", "replies_days", "audit_old_replies", ("command_keys",)),
)


@dataclass(frozen=True, slots=True)
class Retired:
    """What of a class is past its time: how much goes, and how much a legal hold keeps."""

    name: str
    days: int
    before_ms: int
    going: int
    held: int


def retention_report(store: Store, settings: RetentionSettings, now_ms: int) -> Sequence[Retired]:
    """Return what would go today, class by class; nothing is touched."""
    holds = holds_in_force(store)
    return [_counted(store, each, settings, now_ms, holds) for each in CLASSES]


def apply_retention(
    store: Store,
    journal: Journal,
    sealer: Sealer,
    settings: RetentionSettings,
    actor: Actor,
    now_ms: int,
) -> Sequence[Retired]:
    """Delete what is past its time and on no hold; return what went, class by class.

    Each run of rows goes in one commit with the entry that tells of it, so that a run broken off
    has told of everything that is gone, and the next one deletes the rest.
    """
    holds = holds_in_force(store)
    done = []
    for each in CLASSES:
        before_ms = _before_ms(each, settings, now_ms)
        going = held = 0
        for kind in each.kinds or (None,):
            for rows in _old(store, each, kind, before_ms):
                free = [row for row in rows if not _is_held(row, holds)]
                held += len(rows) - len(free)
                going += len(free)
                if free:
                    entry = sealer.seal(_note(each, actor, before_ms, len(free)), now_ms)
                    gone = {
                        Key(table, str(row["id"])): None for row in free for table in each.tables
                    }
                    journal.commit(Commit(writes=gone, lane=Lane.BULK, entries=(entry,))).result()
        done.append(Retired(each.name, getattr(settings, each.days), before_ms, going, held))
    return done


def _counted(
    store: Store, each: RecordClass, settings: RetentionSettings, now_ms: int, holds: Holds
) -> Retired:
    before_ms = _before_ms(each, settings, now_ms)
    held = [
        _is_held(row, holds)
        for kind in each.kinds or (None,)
        for rows in _old(store, each, kind, before_ms)
        for row in rows
    ]
    days = getattr(settings, each.days)
    return Retired(each.name, days, before_ms, len(held) - sum(held), sum(held))


def _before_ms(each: RecordClass, settings: RetentionSettings, now_ms: int) -> int:
    days: int = getattr(settings, each.days)
    return now_ms - days * DAY_MS


def _old(
    store: Store, each: RecordClass, kind: str | None, before_ms: int
) -> Iterator[Sequence[Row]]:
    """Yield runs of rows past their time; what is deleted between runs is no loss to the next."""
    at_ms, last = 0, ""
    while True:
        asked = (*each.parameters(kind), before_ms, at_ms, at_ms, last, BATCH_ROWS)
        rows = store.select(each.query, asked)
        if not rows:
            return
        yield rows
        at_ms, last = cast("int", rows[-1]["at_ms"]), str(rows[-1]["id"])


def _is_held(row: Row, holds: Holds) -> bool:
    subject, account, case = (
        None if row[name] is None else str(row[name]) for name in ("subject", "account", "case_id")
    )
    account = account and account.removeprefix(ACCOUNT_PREFIX)
    return holds.on(subject=subject, account=account, cases=[case]) is not None


def _note(each: RecordClass, actor: Actor, before_ms: int, count: int) -> AuditNote:
    return AuditNote(
        chain=HOUSE_CHAIN,
        kind=RETENTION_KIND,
        actor=actor,
        subject=BODY_SUBJECT,
        payload={},
        facts={
            "class": each.name,
            "before_ms": before_ms,
            "count": count,
            "kinds": " ".join(each.kinds),
        },
    )

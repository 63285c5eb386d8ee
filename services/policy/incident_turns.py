"""Reads each own timeline again and again, and halts an account that shows what nobody sent.

Platforms are read outside of any transaction, and before the sendings are: what one of ours did has
its sending by then, whatever ended in between. A turn that was cut short is made again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, cast

import structlog

from services.policy.decided import Decided
from services.policy.decided_commit import commit_of, sealed
from services.policy.incident import incident_of, timeline_act_key, timeline_key
from services.policy.incidents import found, standing_row
from services.policy.people import note
from services.policy.situation import account_key, halt_key
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import BODY_SUBJECT, Sealer, account_chain
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Key, Row, without_id
from services.runtime.errors import PlatformUnavailableError, RejectError, StaleStateError
from services.runtime.platform import OwnAct
from services.runtime.ports import Guard, Journal, Store

OVERLAP_MS: Final = 600_000
"""How far behind the last look the next one reads again: what a platform may show late, and clocks
differ by."""
KEPT_EVERY_MS: Final = 60_000
"""How often it is kept that an account was read, where nothing else is to be kept."""
TOLD_A_LOOK_MAX: Final = 100
BASELINE_MAX: Final = 1_000
TROUBLE_LENGTH_MAX: Final = 500

log = structlog.get_logger(__name__)


class Seen(Protocol):
    """What a look shows that no sending accounts for; see `services/publish/timeline.py`."""

    @property
    def acts(self) -> Sequence[OwnAct]:
        """The acts, the oldest first."""
        ...

    @property
    def trouble(self) -> str | None:
        """Why nothing could be told."""
        ...

    @property
    def whole(self) -> bool:
        """Whether the platform listed all there was."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineParts:
    """What the detector stands on.

    `unaccounted` tells what an account did since a moment that no sending accounts for; it raises
    PlatformUnavailableError, or RejectError where there is no credential. `halted` is told after an
    account was halted, `found` how many acts nobody sent.
    """

    store: Store
    journal: Journal
    sealer: Sealer
    clock: Clock
    accounts: Sequence[str]
    fresh_id: Callable[[], str]
    unaccounted: Callable[[str, int], Seen]
    halted: Callable[[], None] = lambda: None
    found: Callable[[int], None] = lambda _acts: None


class TimelineTurns:
    """Looks at every account once a turn."""

    def __init__(self, parts: TimelineParts) -> None:
        self._parts = parts

    def turn(self) -> int:
        """Look at each account; return on how many something was found that nobody sent.

        Raises RetryLaterError where the database does not take it.
        """
        return sum(self._look(account) for account in self._parts.accounts)

    def _look(self, account: str) -> bool:
        restore, before = self._row(Key("restores", account)), self._row(timeline_key(account))
        if restore is not None and restore["state"] == "waiting":
            # What was sent after the backup was made is being found out; it is no stranger's.
            return False
        now_ms = to_epoch_ms(self._parts.clock.now())
        restores = 0 if restore is None else cast("int", restore["version"])
        since_ms = _since_ms(before, restores, now_ms)
        try:
            seen = self._parts.unaccounted(account, since_ms or now_ms - OVERLAP_MS)
        except (PlatformUnavailableError, RejectError) as error:
            self._troubled(account, before, str(error), now_ms)
            return False
        if seen.trouble is not None:
            self._troubled(account, before, seen.trouble, now_ms)
            return False
        known = timeline_act_key
        new = [act for act in seen.acts if self._row(known(account, act.remote_id)) is None]
        if since_ms is None:
            self._taken_as_known(account, before, new, restores, now_ms)
        elif new:
            return self._alarmed(account, new[:TOLD_A_LOOK_MAX], now_ms)
        else:
            self._read(account, before, now_ms, whole=seen.whole)
        return False

    def _alarmed(self, account: str, acts: Sequence[OwnAct], now_ms: int) -> bool:
        store, key = self._parts.store, account_key(account)
        row = self._row(key)
        assert row is not None, "an account of the settings has its row"
        rows = store.select("incident_open_of", (account,))
        before = incident_of(str(rows[0]["id"]), rows[0]) if rows else None
        halt = self._row(halt_key("account", account))
        decided = found(before, self._parts.fresh_id(), {**row, "id": account}, halt, acts, now_ms)
        if not self._kept(decided, now_ms):
            return False
        log.error("a timeline shows what nobody sent", account=account, acts=len(acts))
        self._parts.found(len(acts))
        self._parts.halted()
        return True

    def _taken_as_known(
        self,
        account: str,
        before: Row | None,
        acts: Sequence[OwnAct],
        restores: int,
        now_ms: int,
    ) -> None:
        """Take what is there now as known: the first look, and the first after a restore."""
        again = before is not None and before["baseline_at_ms"] is not None
        since = {"baseline_at_ms": now_ms, "read_at_ms": now_ms, "restores": restores}
        row, guard = self._timeline(account, before, **since)
        known = {
            timeline_act_key(account, act.remote_id): standing_row(account, act, "baseline")
            for act in acts[-BASELINE_MAX:]
        }
        facts = {"acts": len(known)}
        chain = account_chain(account)
        noted = note("incident.baseline", PROGRAM, BODY_SUBJECT, {}, chain=chain, **facts)
        writes: dict[Key, Row | None] = {timeline_key(account): row, **known}
        self._kept(Decided(writes=writes, guards=[guard], notes=[noted] if again else []), now_ms)

    def _read(self, account: str, before: Row | None, now_ms: int, *, whole: bool) -> None:
        assert before is not None, "its baseline was taken"
        ago_ms = now_ms - cast("int", before["read_at_ms"] or 0)
        if whole and before["trouble"] is None and 0 <= ago_ms < KEPT_EVERY_MS:
            return
        row, guard = self._timeline(account, before, read_at_ms=now_ms)
        chain = account_chain(account)
        gap = note("incident.gap", PROGRAM, BODY_SUBJECT, {}, chain=chain)
        notes = [] if whole else [gap]
        self._kept(
            Decided(writes={timeline_key(account): row}, guards=[guard], notes=notes), now_ms
        )

    def _troubled(self, account: str, before: Row | None, trouble: str, now_ms: int) -> None:
        said = trouble[:TROUBLE_LENGTH_MAX]
        if before is not None and before["trouble"] == said:
            return
        since_ms = None if before is None else cast("int | None", before["trouble_since_ms"])
        row, guard = self._timeline(
            account, before, trouble=said, trouble_since_ms=since_ms or now_ms
        )
        log.warning("a timeline cannot be read", account=account, reason=said)
        self._kept(Decided(writes={timeline_key(account): row}, guards=[guard]), now_ms)

    def _timeline(
        self, account: str, before: Row | None, **values: int | str | None
    ) -> tuple[Row, Guard]:
        """Return a timeline's row one version on, without trouble unless some is named."""
        kept = {} if before is None else without_id(before)
        version = cast("int", kept.get("version") or 0)
        row: Row = {
            "baseline_at_ms": None,
            "read_at_ms": None,
            "restores": 0,
            **kept,
            "trouble": None,
            "trouble_since_ms": None,
            **values,
            "version": version + 1,
        }
        return row, Guard(timeline_key(account), version or None)

    def _kept(self, decided: Decided, now_ms: int) -> bool:
        """Carry a decision out; return False where somebody was quicker."""
        entries = sealed(self._parts.sealer, decided.notes, now_ms)
        try:
            self._parts.journal.commit(commit_of(decided, entries)).result()
        except StaleStateError:
            return False
        return True

    def _row(self, key: Key) -> Row | None:
        return self._parts.store.fetch([key])[key]


def _since_ms(before: Row | None, restores: int, now_ms: int) -> int | None:
    """Return from when on what an account did is looked at, or None where that begins now.

    What was sent between a backup and its restore has no sending here, and never will: so each of
    the account's `restores` begins anew.
    """
    if before is None or before["baseline_at_ms"] is None or before["restores"] != restores:
        return None
    baseline_ms = cast("int", before["baseline_at_ms"])
    last_ms = cast("int", before["read_at_ms"] or baseline_ms)
    # Where the clock was put back, what is done now bears a time before the last look.
    return max(min(baseline_ms, now_ms), min(now_ms, last_ms)) - OVERLAP_MS

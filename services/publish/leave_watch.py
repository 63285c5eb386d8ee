"""Hears what other processes changed of what accounts may do, and wakes this one's senders.

The account's row is what counts: its version is raised with every grant and halt, and an act starts
only at the version that was judged. What is heard here only makes that sooner, and lets the effect
of a halt be measured. It looks five times a second: one read, by indexes, for all accounts.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Final

from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Row
from services.runtime.errors import RetryLaterError
from services.runtime.ports import Store
from services.runtime.repeated_work import RepeatedWork

LOOK_SECONDS: Final = 0.2


class LeaveWatch:
    """Looks at all accounts from a thread.

    `changed` is told the accounts whose version, or whose latest approval, is another than before;
    `halted` how many seconds ago it was ordered, for a halt that was not there before. A bug ends
    it: `crashed_with`.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        changed: Callable[[AbstractSet[str]], None],
        halted: Callable[[float], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._changed = changed
        self._halted = halted
        self._seen: dict[str, Row] | None = None
        self._halted_at_ms = 0
        self._repeated = RepeatedWork("leave-watch", self._look_or_wait, LOOK_SECONDS)

    @property
    def crashed_with(self) -> BaseException | None:
        """The bug that ended it, if one did."""
        return self._repeated.crashed_with

    def start(self) -> None:
        """Begin to look."""
        self._repeated.start()

    def stop(self) -> None:
        """Stop looking."""
        self._repeated.stop()

    def look(self) -> None:
        """Look once. Raises RetryLaterError where the store would not answer."""
        rows = self._store.select("accounts_at_work")
        found = {str(row["id"]): row for row in rows}
        before = self._seen
        if found == before:
            return
        halted_at_ms = self._latest_halt_ms()
        if before is not None and halted_at_ms > self._halted_at_ms:
            self._halted((to_epoch_ms(self._clock.now()) - halted_at_ms) / 1_000)
        self._halted_at_ms = max(self._halted_at_ms, halted_at_ms)
        self._seen = found
        known = before or {}
        self._changed({account for account, row in found.items() if row != known.get(account)})

    def _latest_halt_ms(self) -> int:
        """Return when the latest halt in force was ordered, or 0."""
        halts = self._store.select("halts")
        in_force = (row["halted_at_ms"] for row in halts if row["state"] == "halted")
        return max((at_ms for at_ms in in_force if isinstance(at_ms, int)), default=0)

    def _look_or_wait(self) -> None:
        try:
            self.look()
        except RetryLaterError:
            # The senders say so themselves; they look at the rows before they begin anything.
            self._repeated.wait(LOOK_SECONDS)

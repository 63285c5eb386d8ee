"""The clock at work on takeovers: finds those it is to move, and moves each in a commit of its own.

A turn that is cut short is made again: what was moved is moved, and the rest is still due.
"""

from typing import Final

from services.policy.configuration import TakeoverSettings
from services.policy.decided_commit import commit_of, sealed
from services.policy.takeover_clock import MINUTE_MS, caught_up, clock_sentence
from services.policy.takeover_scenes import scene_of
from services.runtime.audit_entry import Sealer
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.errors import StaleStateError
from services.runtime.ports import Journal, Store

AT_ONCE_MAX: Final = 100


class TakeoverTurns:
    """Moves what is due, at each turn so many at most."""

    def __init__(
        self,
        journal: Journal,
        store: Store,
        sealer: Sealer,
        clock: Clock,
        settings: TakeoverSettings,
    ) -> None:
        self._journal = journal
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._settings = settings

    def turn(self) -> int:
        """Move what is due now; return how many takeovers were moved.

        One that a person changed meanwhile is left to the next turn. Raises RetryLaterError where
        the database does not take it.
        """
        now_ms = to_epoch_ms(self._clock.now())
        late_ms = now_ms - round(self._settings.no_show_minutes * MINUTE_MS)
        times = (now_ms, now_ms, now_ms, now_ms, late_ms, AT_ONCE_MAX)
        rows = self._store.select("takeovers_due", times)
        return sum(self._moved(str(row["id"]), now_ms) for row in rows)

    def _moved(self, takeover_id: str, now_ms: int) -> bool:
        scene = caught_up(scene_of(self._store, takeover_id, now_ms), self._settings)
        if scene.takeover is scene.before:
            return False
        decided = scene.concluded(clock_sentence(scene))
        entries = sealed(self._sealer, decided.notes, now_ms)
        try:
            self._journal.commit(commit_of(decided, entries)).result()
        except StaleStateError:
            return False
        return True

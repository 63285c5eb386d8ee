"""Rules that are tried beside those in force: asked the same, counted, and never obeyed."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Full, Queue
from typing import Final

import structlog

from schemas.verdict import Verdict
from services.policy.standing import FactsBy, StandingRules

QUESTIONS_MAX: Final = 200
END_SECONDS_MAX: Final = 5.0
ORDER: Final = {"allow": 0, "hold": 1, "deny": 2}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many verdicts were compared, and how many the rules tried would have made otherwise."""

    asked: int = 0
    freed: int = 0
    held: int = 0
    denied: int = 0

    def and_one(self, obeyed: Verdict, tried: Verdict) -> "Counted":
        """Return the count with one more question in it; what could not be judged is none."""
        if tried.failure is not None or obeyed.failure is not None:
            return self
        before, after = ORDER[obeyed.decision], ORDER[tried.decision]
        return Counted(
            asked=self.asked + 1,
            freed=self.freed + int(after < before),
            held=self.held + int(before < after == ORDER["hold"]),
            denied=self.denied + int(before < after == ORDER["deny"]),
        )


class Shadow:
    """Asks the rules of one change what was asked of those in force, in a thread of its own.

    Nobody waits for it: where more than 200 questions wait, the next ones are passed over.
    """

    def __init__(self, change_id: str, standing: StandingRules, close: Callable[[], None]) -> None:
        """Begin. `close` lets its engine go."""
        self.change_id = change_id
        self.counted = Counted()
        self._standing = standing
        self._close = close
        self._ending = threading.Event()
        self._waiting: Queue[tuple[FactsBy, Verdict] | None] = Queue(QUESTIONS_MAX)
        self._thread = threading.Thread(target=self._run, name="rules-shadow", daemon=True)
        self._thread.start()

    def ask(self, facts_by: FactsBy, obeyed: Verdict) -> None:
        """Have a question asked again; `facts_by` gives its facts as the rules tried find them."""
        try:
            self._waiting.put_nowait((facts_by, obeyed))
        except Full:
            log.debug("a question was not tried", change=self.change_id)

    def close(self) -> None:
        """End after the question in hand, and let the engine go."""
        self._ending.set()
        with suppress(Full):
            self._waiting.put_nowait(None)
        self._thread.join(END_SECONDS_MAX)
        self._close()

    def _run(self) -> None:
        while (question := self._waiting.get()) is not None and not self._ending.is_set():
            facts_by, obeyed = question
            tried = self._standing.gate.judge(facts_by(self._standing.reader))
            self.counted = self.counted.and_one(obeyed, tried)

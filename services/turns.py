"""A person's request, put on the log behind what its conversation holds, until its turn came."""

import threading
from collections.abc import Sequence
from typing import Final

from schemas.codec import encode_event
from schemas.envelope import Event
from schemas.topics import POSTS_CLASSIFIED
from services.bootstrap_foundation import Foundation
from services.route.stage import RouteStage
from services.runtime.audit_entry import SealedEntry
from services.runtime.effects import Key, Row
from services.runtime.errors import RejectError, RetryLaterError
from services.runtime.ports import Append, Commit, Lane
from services.runtime.step import dead_letter_key, handled_key, intake_of

TURN_STEP_SECONDS: Final = 0.02


class Turns:
    """Asks route for what only route may do, and waits."""

    def __init__(self, foundation: Foundation) -> None:
        self._foundation = foundation

    def take(self, request: Event, entries: Sequence[SealedEntry] = ()) -> None:
        """Put a request on the log, its entries in the audit, and return once route has met it.

        Both are in one commit: neither is ever on record without the other.

        Raises RejectError with the reason where route set it aside, since what it was asked on
        changed meanwhile; RetryLaterError where its turn has not come in the foundation's
        `turn_seconds_max`: it stays on record.
        """
        append = Append(POSTS_CLASSIFIED.name, request.subject, encode_event(request), request)
        commit = Commit(appends=(append,), lane=Lane.DECISION, entries=entries)
        (record,) = self._foundation.journal.commit(commit).result()
        handled = handled_key(RouteStage.name, request)
        set_aside = dead_letter_key(RouteStage.name, intake_of(record))
        deadline = self._foundation.clock.elapsed_seconds() + self._foundation.turn_seconds_max
        pause = threading.Event()
        while True:
            found = self._rows(handled, set_aside)
            if found[handled] is not None:
                return
            letter = found[set_aside]
            if letter is not None:
                raise RejectError(str(letter["detail"]))
            if self._foundation.clock.elapsed_seconds() > deadline:
                raise RetryLaterError(
                    "the request is on record and waits its turn; look again with `mercat show`"
                )
            pause.wait(TURN_STEP_SECONDS)

    def _rows(self, *keys: Key) -> dict[Key, Row | None]:
        return self._foundation.journal.store.fetch(keys)

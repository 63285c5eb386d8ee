"""Answers kept for a while, so that a request sent twice under one key is carried out once.

For the verbs whose answers nobody keeps on disk; after a restart a repeat is a new request.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from services.runtime.errors import RejectError, VersionConflictError

ANSWERS_MAX: Final = 1_000

Answer = Mapping[str, Any]


class _Kept(NamedTuple):
    request: str
    answer: Answer | None


class Repeats:
    """The last answers by who asked and under what key, at most so many."""

    def __init__(self, answers_max: int = ANSWERS_MAX) -> None:
        self._answers_max = answers_max
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def once(
        self,
        person_id: str,
        key: str | None,
        request: Mapping[str, Any],
        carry_out: Callable[[], Answer],
    ) -> Answer:
        """Return the answer to a request, the first one again where the key was there before.

        A request that failed may be sent again under its key. Raises RejectError where the key
         was used for another request, VersionConflictError while the first is still in hand.
        """
        if key is None:
            return carry_out()
        place, digest = (person_id, key), _digest(request)
        known = self._claim(place, digest)
        if known is not None:
            return known
        try:
            answer = carry_out()
        except BaseException:
            with self._lock:
                self._kept.pop(place, None)
            raise
        with self._lock:
            self._kept[place] = _Kept(digest, answer)
        return answer

    def _claim(self, place: tuple[str, str], digest: str) -> Answer | None:
        """Return the answer there is; None after noting that the request is now in hand."""
        with self._lock:
            kept = self._kept.get(place)
            if kept is None:
                self._kept[place] = _Kept(digest, None)
                if len(self._kept) > self._answers_max:
                    self._kept.popitem(last=False)
                return None
        if kept.request != digest:
            raise RejectError(
                "This Idempotency-Key was used for another request; give each request its own."
            )
        if kept.answer is None:
            raise VersionConflictError(
                "The first request under this Idempotency-Key is still being carried out; "
                "ask again in a moment."
            )
        return kept.answer


def _digest(request: Mapping[str, Any]) -> str:
    return sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()

"""Keeps the latest readings of drafts under their digests, so that the same words are read once.

What is kept are counts and short, masked excerpts, as facts hold them, and never a draft.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from threading import Lock
from typing import Any, Final

READINGS_KEPT_MAX: Final = 256
"""A reading takes up to some 20 kB; so many are drafts of the last minutes at the busiest."""

Reading = Mapping[str, Any]


class KeptReadings:
    """Readings of one reader of drafts. May be asked from several threads; bounded."""

    def __init__(self, kept_max: int = READINGS_KEPT_MAX) -> None:
        self._kept_max = kept_max
        self._kept: OrderedDict[bytes, Reading] = OrderedDict()
        self._turn = Lock()

    def of(self, draft: Sequence[str | None], read: Callable[[], Reading]) -> Reading:
        """Return the reading of a draft, kept or made now; nobody may change it.

        `draft` is all that its reading hangs on: two that differ anywhere are never taken for one.
        What `read` raises is raised, and nothing is kept.
        """
        digest = sha256(_written(draft)).digest()
        with self._turn:
            kept = self._kept.get(digest)
            if kept is not None:
                self._kept.move_to_end(digest)
                return kept
        reading = read()
        with self._turn:
            self._kept[digest] = reading
            if len(self._kept) > self._kept_max:
                self._kept.popitem(last=False)
        return reading


def _written(draft: Sequence[str | None]) -> bytes:
    """Return bytes that no other draft has: halves of characters stay apart from whole ones."""
    return json.dumps(draft, ensure_ascii=False).encode("utf-8", "surrogatepass")

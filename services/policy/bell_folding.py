"""Keeps a storm small: so many bells of a family an hour for each person, and the rest in one.

What is over the number is told as one bell for its kind and the hour, which counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from services.policy.bell import Bell, bell_id
from services.runtime.clock import HOUR_MS

Counts = dict[tuple[str, str], int]
"""How many bells of a family somebody got in this hour: by person and family."""


class Folding:
    """Takes bells one by one; `before` has what this hour brought already, `known` folded bells."""

    def __init__(self, before: Counts, most: int, now_ms: int) -> None:
        self._counts = dict(before)
        self._most = most
        self._hour = now_ms // HOUR_MS
        self.single: list[Bell] = []
        self.folded: dict[str, Bell] = {}

    def take(self, bell: Bell) -> None:
        """Let a bell through, or count it with its like."""
        place = bell.person_id, bell.family
        if self._counts.get(place, 0) < self._most:
            self._counts[place] = self._counts.get(place, 0) + 1
            self.single.append(bell)
            return
        folded_id = bell_id(bell.kind, f"hour {self._hour}", bell.person_id)
        kept = self.folded.get(folded_id)
        if kept is None:
            self.folded[folded_id] = replace(bell, id=folded_id, link="", about=_list_of(bell))
        else:
            self.folded[folded_id] = replace(kept, times=kept.times + 1)

    def merged(self, before: Mapping[str, Bell | None]) -> Iterable[Bell]:
        """Yield the folded bells with what stood in their rows before added, their words anew."""
        for folded_id, bell in self.folded.items():
            kept = before.get(folded_id)
            whole = bell if kept is None else kept.again(bell.times)
            yield replace(whole, body=_sentence(whole))


NEEDS_MANY: Final = 1


def _sentence(bell: Bell) -> str:
    if bell.times == NEEDS_MANY:
        return f"There was 1 more of this in one hour: {bell.subject}."[:500]
    return f"There were {bell.times:,} more of these in one hour: {bell.subject}."[:500]


def _list_of(bell: Bell) -> str:
    return bell.about.partition("/")[0]

"""The town's weeks whole: ordinary posts with the stories among them, in the order of arrival."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from services.runtime.clock import to_epoch_ms
from services.town.generator import PostStream, TownGenerator
from services.town.labelled_texts import LabelledText, StoryName, StoryPost
from services.town.rates import USUAL, RateProfile
from services.town.rows import Row
from services.town.stories import Arrival, StoryTeller

POSTS_PER_WEEK: Final = 1_200
WEEK: Final = timedelta(days=7)

_Week = tuple[int, list[Arrival]]
"""When a week begins, and all that its stories will bring, in no order."""

_RARE: Final[frozenset[StoryName]] = frozenset({"storm", "rumour", "grievance"})
_RARE_SHARE: Final = 0.25
"""How many weeks have a storm, say; the first week of every run has all stories."""


class Town:
    """Mercatburgh, as one seed makes it."""

    def __init__(
        self, texts: Sequence[LabelledText], stories: Sequence[StoryPost], seed: int
    ) -> None:
        self.generator = TownGenerator(texts, seed)
        self._draws = self.generator.draws
        self._teller = StoryTeller(stories, self._draws)

    def sample_week(self, now: datetime) -> Iterator[Row]:
        """Yield the rows of the week before a moment, the last of them just before it.

        Every story is told to its end by then; where one needs it, the rows begin some days more
        than a week before `now`.
        """
        starts = {story: self._teller.latest_start(story, now) for story in self._teller.names}
        start = min(now - WEEK, *starts.values()).astimezone(UTC)
        count = round(POSTS_PER_WEEK * ((now - start) / WEEK))
        stream = self.generator.stream(start, now - start, count)
        arrivals = [
            arrival
            for story, begins in starts.items()
            for arrival in self._teller.told(story, begins, "week")
        ]
        return _merged(stream, count, now, [(0, arrivals)])

    def posts(
        self, start: datetime, duration: timedelta, count: int, profile: RateProfile = USUAL
    ) -> Iterator[Row]:
        """Yield `count` ordinary posts and, week by week, the stories among them.

        What a story holds for after the end is left out. Memory is that of one week's stories.
        """
        stream = self.generator.stream(start, duration, count, profile)
        weeks_count = -(-duration // WEEK)
        weeks = (self._week(start + number * WEEK, number) for number in range(weeks_count))
        return _merged(stream, count, start + duration, weeks)

    def _week(self, start: datetime, number: int) -> _Week:
        found: list[Arrival] = []
        for story in self._teller.names:
            happens = self._draws.at("story happens", number, story).chance(_RARE_SHARE)
            if number == 0 or story not in _RARE or happens:
                begins = self._teller.next_start(story, start)
                found += self._teller.told(story, begins, f"week{number}")
        return to_epoch_ms(start), found


def _merged(stream: PostStream, count: int, end: datetime, weeks: Iterable[_Week]) -> Iterator[Row]:
    """Yield a stream's rows and the weeks' arrivals by moment; no week is told before it begins."""
    pending: list[Arrival] = []
    coming = iter(weeks)
    upcoming = next(coming, None)
    for number in range(count):
        arrived_ms = stream.arrived_ms(number)
        while upcoming is not None and upcoming[0] <= arrived_ms:
            for arrival in upcoming[1]:
                heapq.heappush(pending, arrival)
            upcoming = next(coming, None)
        while pending and pending[0].arrived_ms <= arrived_ms:
            yield heapq.heappop(pending).row
        yield stream.row(number)
    while pending and pending[0].arrived_ms <= to_epoch_ms(end):
        yield heapq.heappop(pending).row

"""The week's stories: the storm, the rumour, the grievance that hundreds echo, spam, threads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from services.runtime.clock import to_epoch_ms
from services.town.authors import AUTHORS_COUNT, author_handle
from services.town.draw import Draw, Draws
from services.town.echoes import echo_text
from services.town.labelled_texts import StoryName, StoryPost
from services.town.phrases import ACCOUNT
from services.town.rates import USUAL, Timetable
from services.town.rows import Row, edited_row, instant_text, removal_row

ECHOES_COUNT: Final = 320
ECHOES_LAST: Final = timedelta(hours=73)
"""From Wednesday noon until Saturday after lunch."""

AFTERMATH: Final = timedelta(hours=6)
"""Edits, removals and late arrivals follow their post within this."""

_MINUTE_MS: Final = 60_000
_LATE_ARRIVAL: Final = 0.02
_ANSWERS: Final = 0.75
# Who speaks again under another post; everybody else speaks once.
_SPEAKERS: Final = {"rumour-20": "rumour-01", "storm-50": "storm-48", "storm-45": "storm-07"}


class Arrival(NamedTuple):
    """A row and when it arrives; `order` settles which of two at the same moment comes first."""

    arrived_ms: int
    order: str
    row: Row


@dataclass(frozen=True, slots=True)
class Opening:
    """When a story begins by the town's clock; on any day where no weekday (0 is Monday) is set."""

    at: time
    weekday: int | None = None

    def falls_on(self, day: datetime) -> bool:
        """Return whether the story may begin on a day."""
        return self.weekday is None or self.weekday == day.weekday()


OPENINGS: Final[dict[StoryName, Opening]] = {
    "storm": Opening(time(20, 30), weekday=1),
    "grievance": Opening(time(12, 0), weekday=2),
    "rumour": Opening(time(16, 0), weekday=3),
    "thread": Opening(time(8, 0)),
    "spam": Opening(time(7, 0)),
    "personal-data": Opening(time(9, 30)),
}


class StoryTeller:
    """Tells the stories from any moment on, with ids that begin with a label of that telling."""

    def __init__(self, stories: Sequence[StoryPost], draws: Draws, zone: str = USUAL.zone) -> None:
        self._draws = draws
        self._zone = ZoneInfo(zone)
        self._by_ref = {post.ref: post for post in stories}
        self._by_story: dict[StoryName, list[StoryPost]] = {}
        for post in stories:
            self._by_story.setdefault(post.story, []).append(post)

    @property
    def names(self) -> tuple[StoryName, ...]:
        """The stories there are to tell."""
        return tuple(self._by_story)

    def length(self, story: StoryName) -> timedelta:
        """Return how long a story lasts, what follows its last post included."""
        last = max(post.offset_minutes for post in self._by_story[story])
        return timedelta(minutes=last + 1) + AFTERMATH

    def latest_start(self, story: StoryName, end: datetime) -> datetime:
        """Return the last start of a story after which all of it is told before `end`."""
        return self._start(story, end - self.length(story), -1)

    def next_start(self, story: StoryName, start: datetime) -> datetime:
        """Return the first start of a story at or after a moment."""
        return self._start(story, start, 1)

    def told(self, story: StoryName, start: datetime, label: str) -> list[Arrival]:
        """Return everything that arrives when a story is told from a moment on, in no order."""
        arrivals = [
            arrival
            for post in self._by_story[story]
            for arrival in self._post_arrivals(post, start, label)
        ]
        if story == "grievance":
            arrivals += self._echoes(start, label)
        return arrivals

    def _start(self, story: StoryName, moment: datetime, step: int) -> datetime:
        opening = OPENINGS[story]
        local = moment.astimezone(self._zone)
        # A weekday comes round within seven days, and on the eighth at the latest by its hour.
        for days in range(9):
            day = local + timedelta(days=days * step)
            start = datetime.combine(day.date(), opening.at, self._zone)
            if opening.falls_on(day) and (start - local).total_seconds() * step >= 0:
                return start
        raise AssertionError("every weekday comes round")

    def _said_ms(self, post: StoryPost, start: datetime, label: str) -> int:
        within = self._draws.at("story moment", label, post.ref).integer(_MINUTE_MS)
        return to_epoch_ms(start) + post.offset_minutes * _MINUTE_MS + within

    def _post_arrivals(self, post: StoryPost, start: datetime, label: str) -> Iterator[Arrival]:
        said_ms = self._said_ms(post, start, label)
        draw = self._draws.at("story", label, post.ref)
        row = self._row(post, said_ms, label)
        late_ms = _MINUTE_MS * (10 + draw.integer(50)) if draw.chance(_LATE_ARRIVAL) else 0
        yield Arrival(said_ms + late_ms, row["id"], row)
        if post.edited_text is not None:
            edited_ms = said_ms + late_ms + _later_ms(draw)
            edited = edited_row(row, post.edited_text, edited_ms)
            yield Arrival(edited_ms, f"{row['id']} edited", edited)
        if post.removed:
            removed_ms = said_ms + late_ms + _later_ms(draw)
            removed = removal_row(row["id"], removed_ms)
            yield Arrival(removed_ms, f"{row['id']} removed", removed)

    def _row(self, post: StoryPost, said_ms: int, label: str) -> Row:
        speaker = _SPEAKERS.get(post.ref, post.ref)
        number = self._draws.at("speaker", label, speaker).integer(AUTHORS_COUNT)
        row: Row = {
            "id": f"{label}-{post.ref}",
            "posted_at": instant_text(said_ms),
            "author": author_handle(self._draws, number),
            "text": post.text,
        }
        if post.parent is not None:
            row["root_id"] = f"{label}-{self._root(post).ref}"
            row["parent_id"] = f"{label}-{post.parent}"
        if "@mercatburgh" in post.text:
            row["account"] = ACCOUNT
        return row

    def _root(self, post: StoryPost) -> StoryPost:
        while post.parent is not None:
            post = self._by_ref[post.parent]
        return post

    def _echoes(self, start: datetime, label: str) -> Iterator[Arrival]:
        times = Timetable(start, ECHOES_LAST, ECHOES_COUNT, USUAL)
        roots = [post for post in self._by_story["grievance"] if post.parent is None]
        for number in range(ECHOES_COUNT):
            draw = self._draws.at("echo", label, number)
            said_ms = times.moment_ms(number, draw.fraction())
            # Numbers beyond the town's usual voices, so that each echo is another person.
            author = author_handle(self._draws, AUTHORS_COUNT + number)
            row: Row = {
                "id": f"{label}-echo-{number:03d}",
                "posted_at": instant_text(said_ms),
                "author": author,
                "text": echo_text(draw),
            }
            before = [root for root in roots if self._said_ms(root, start, label) < said_ms]
            if before and draw.chance(_ANSWERS):
                answered = f"{label}-{draw.choice(before).ref}"
                row |= {"root_id": answered, "parent_id": answered}
            if "@mercatburgh" in row["text"]:
                row["account"] = ACCOUNT
            yield Arrival(said_ms, row["id"], row)


def _later_ms(draw: Draw) -> int:
    """Return how long after its arrival a post is edited or removed: 10 minutes to 4 hours."""
    return _MINUTE_MS * (10 + draw.integer(230))

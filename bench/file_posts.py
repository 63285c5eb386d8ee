"""Posts of the sample town, made before the clock starts and kept in a file until handed in."""

import pickle
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from services.ingest.door_stage import intake_of_item
from services.ingest.post_row import Origin, sighting_of
from services.runtime.step import Intake
from services.town.file_texts import read_texts
from services.town.generator import Kind, TownGenerator
from services.town.rates import STEADY
from services.town.rows import Row, row_line

SEED: Final = 7
SOURCE: Final = "bench"
_START: Final = datetime(2026, 3, 2, tzinfo=UTC)
_WEEK: Final = timedelta(days=7)
_SPARE: Final = 1.1
"""Six places in a hundred of the town's stream are edits, removals and repeats, left out here."""


@dataclass(frozen=True, slots=True)
class PostFile:
    """Deliveries on disk, so that a million posts to come weigh nothing in memory."""

    path: Path
    count: int

    def deliveries(self) -> Iterator[list[Intake]]:
        """Yield the deliveries in order, ready for the door."""
        with self.path.open("rb") as file:
            while True:
                try:
                    yield pickle.load(file)
                except EOFError:
                    return


def town_rows(count: int, label: str = "post") -> Iterator[Row]:
    """Yield `count` different posts and replies of the town; the same count, the same rows."""
    places = int(count * _SPARE) + 100
    stream = TownGenerator(read_texts(), SEED).stream(_START, _WEEK, places, STEADY, label)
    posts = (stream.row(place) for place in range(places) if stream.kind(place) is Kind.POST)
    return islice(posts, count)


def town_intakes(count: int, label: str = "post") -> Iterator[Intake]:
    """Yield `count` posts as a replayed file would hand them in."""
    origin = Origin(SOURCE, "platform", None, rows_name_source=True)
    for number, row in enumerate(town_rows(count, label), start=1):
        item = sighting_of(row, origin, f"posts.jsonl, line {number}", row_line(row))
        yield intake_of_item(SOURCE, item)


@contextmanager
def post_file(count: int, delivery_posts: int) -> Iterator[PostFile]:
    """Write `count` posts in deliveries of a size; the file goes when this ends."""
    with tempfile.TemporaryDirectory(prefix="mercat-bench-") as folder:
        path = Path(folder) / "posts.pickles"
        intakes = town_intakes(count)
        with path.open("wb") as file:
            while delivery := list(islice(intakes, delivery_posts)):
                pickle.dump(delivery, file, pickle.HIGHEST_PROTOCOL)
        yield PostFile(path, count)


def native_id(intake: Intake) -> str:
    """Return a post's own id."""
    found: str = intake.content.native_id
    return found


def grouped(intakes: Sequence[Intake], size: int) -> list[list[Intake]]:
    """Return the posts in deliveries of a size, the last perhaps smaller."""
    return [list(intakes[first : first + size]) for first in range(0, len(intakes), size)]

"""What a calendar of a thousand slots takes: read, told with names, and written as JSON."""

import json
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.figures import Figure, percentile
from bench.plan import Sizes
from bench.progress import Say
from services.console.api_rows import told
from services.console.api_takeover_shapes import Takeovers
from services.policy.configuration import TakeoverSettings
from services.policy.takeover import Takeover
from services.policy.takeover_parts import TakeoverParts
from services.policy.takeover_reading import TakeoverReading
from services.policy.takeover_terms import terms_of
from services.runtime.clock import DAY_MS, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.ports import Commit
from services.runtime.system_clock import SystemClock
from services.store.sqlite_journal import SqliteJournal

SLOTS: Final = 1_000
PEOPLE: Final = 60
ANSWERS: Final = 30
AIM_MS: Final = 50.0
ZONE: Final = "Europe/London"


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return what one answer of a calendar takes of a processor."""
    del sizes
    say(f"a calendar of {SLOTS:,} slots, {ANSWERS} times")
    clock = SystemClock()
    with tempfile.TemporaryDirectory(prefix="mercat-bench-") as place:
        journal = SqliteJournal(Path(place) / "mercat.db", clock, synchronous="OFF")
        try:
            first_ms = to_epoch_ms(clock.now())
            _fill(journal, first_ms)
            parts = TakeoverParts(TakeoverSettings(), ZONE, lambda: terms_of("Be kind."))
            reading = TakeoverReading(journal.store, clock, parts)
            costs = [_answered_ms(reading, first_ms) for _ in range(ANSWERS)]
        finally:
            journal.close()
    return (
        Figure(
            "calendar_of_1000_slots",
            "ms",
            f"{SLOTS:,} slots read, told with logins and written as the API writes them, processor "
            "time, the median",
            value=percentile(costs, 0.5),
            aim=AIM_MS,
            better="lower",
        ),
    )


def _answered_ms(reading: TakeoverReading, first_ms: int) -> float:
    begun = time.process_time()
    rows = reading.between(first_ms - 1, first_ms + SLOTS * DAY_MS)
    shown = Takeovers.model_validate({"items": [told(row) for row in rows]})
    written = json.dumps(shown.model_dump(mode="json"))
    assert len(rows) == SLOTS, "the whole calendar"
    assert written
    return (time.process_time() - begun) * 1_000


def _fill(journal: SqliteJournal, first_ms: int) -> None:
    writes: dict[Key, Row | None] = {}
    for number in range(PEOPLE):
        login = f"person-{number}"
        writes[Key("persons", login)] = {"login": login, "name": login.title(), "state": "active"}
    for number in range(SLOTS):
        slot = Takeover(
            id=f"{number:032x}",
            account="town",
            title=f"Day {number}",
            duty_officer_id=f"person-{number % 7}",
            standby_id=f"person-{number % 11}",
            curator_id=f"person-{7 + number % (PEOPLE - 7)}",
            planned_by="person-0",
            starts_at_ms=first_ms + number * DAY_MS,
            ends_at_ms=first_ms + (number + 1) * DAY_MS - 1,
            zone=ZONE,
            state="invited",
            planned_at_ms=first_ms,
            invited_at_ms=first_ms,
        )
        writes[slot.key] = slot.row()
    journal.commit(Commit(writes=writes)).result()

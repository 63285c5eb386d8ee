"""What gauges cost: they are read every few seconds, so what is done must not slow them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from services.runtime.clock import ManualClock, to_epoch_ms
from services.runtime.effects import Key, Row, Value
from services.runtime.ports import Commit
from services.store.queries import QUERIES
from services.store.sqlite_connection import open_reader
from services.store.sqlite_journal import SqliteJournal
from tests.conftest import START

NOW: Final = to_epoch_ms(START)
FEW: Final = 100
MANY: Final = 2_000
STEPS_MORE_MAX: Final = FEW
"""A search that reads what is done takes several steps for each of 1,900 more rows."""
PARAMETERS: Final[Mapping[str, tuple[Value, ...]]] = {
    "gauge_acts": (),
    "gauge_held": (),
    "gauge_cases": (NOW, NOW, NOW + 1),
    "gauge_senders": (),
    "gauge_bells": ("mail",),
    "gauge_dead_letters": (),
    "gauge_uncovered": (NOW - 1,),
}
DONE: Final[Mapping[str, Callable[[int], Row]]] = {
    "cases": lambda n: {"team": "roads", "state": "closed", "deadline_ms": NOW + n},
    "acts": lambda n: {"account": "town", "state": "sending", "proposed_at_ms": NOW - n},
    "sendings": lambda n: {
        "account": "town",
        "state": "sent",
        "version": 1,
        "remote_id": f"r{n}",
        "request_key": f"k{n}",
    },
    "bell_ringings": lambda n: {
        "bell_id": f"b{n}",
        "channel": "mail",
        "state": "rung",
        "manner": "at-once",
        "person_id": "ann",
    },
    "dead_letters": lambda n: {"origin": f"source:s{n % 3}", "state": "retried"},
}
"""Rows that a gauge has nothing to do with any more."""


def town(path: Path, clock: ManualClock, count: int) -> Path:
    """Write a town's database with one of each that waits, and so many that are done."""
    journal = SqliteJournal(path, clock)
    waiting: dict[Key, Row | None] = {
        Key("accounts", "town"): {"version": 1, "platform": "house"},
        Key("acts", "held"): {"account": "town", "state": "held", "proposed_at_ms": NOW - 9},
        Key("cases", "open"): {"team": "roads", "state": "open", "deadline_ms": NOW},
    }
    done: dict[Key, Row | None] = {
        Key(table, f"{table}-{n}"): row(n) for table, row in DONE.items() for n in range(count)
    }
    entry: Row = {"chain": "house", "previous_hash": b"", "body": b"", "hash": b"h"}
    entries: dict[Key, Row | None] = {
        Key("audit_entries", f"house:{n:012d}"): {**entry, "sequence": n, "at_ms": NOW - n}
        for n in range(1, count + 1)
    }
    journal.commit(Commit(writes={**waiting, **done, **entries})).result()
    journal.close()
    return path


def steps(path: Path, query: str) -> int:
    """Return how many steps SQLite takes over a query."""
    taken = 0

    def step() -> bool:
        nonlocal taken
        taken += 1
        return False

    reader = open_reader(path)
    reader.set_progress_handler(step, 1)
    reader.execute(QUERIES[query], PARAMETERS[query]).fetchall()
    reader.close()
    return taken


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A town in which little is done yet, and one in which much is."""
    folder = tmp_path_factory.mktemp("costs")
    clock = ManualClock(START)
    return town(folder / "few.db", clock, FEW), town(folder / "many.db", clock, MANY)


@pytest.mark.parametrize("query", PARAMETERS)
def test_what_is_done_costs_the_gauges_nothing(towns: tuple[Path, Path], query: str) -> None:
    """A search takes as many steps over twenty times as much that is over."""
    few, many = (steps(path, query) for path in towns)

    assert few + STEPS_MORE_MAX >= many > 0

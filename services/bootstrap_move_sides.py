"""The two sides of a move, a folder and a database, and what of the folder's log nobody handled."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from schemas.topics import POSTS_CLASSIFIED, POSTS_RECEIVED
from services.policy.audit_verify import Report
from services.runtime.ports import Append
from services.store.sqlite_journal import SqliteJournal
from services.store.sqlite_move import SqliteSource

if TYPE_CHECKING:
    from services.store.postgres_journal import PostgresJournal
    from services.store.postgres_move import PostgresTarget

EVENTS_A_COMMIT: Final = 500
UNHANDLED: Final = {POSTS_CLASSIFIED.name: "route", POSTS_RECEIVED.name: "classify"}
"""Topics whose events still have to be handled, and by whom. What is classified already goes
first, so that it is before what is still to be classified of the same conversation."""

Shown = Callable[[str, int, int], None]
"""Told of each step: what is done, how far it is, and how much that will be."""


@dataclass
class Moved:
    """What a move came to: rows by table, events by topic, and what verification found.

    `before` is true where the folder had been moved already and only the schema was looked at.
    """

    applied: list[str]
    before: bool = False
    tables: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    changed_texts: int = 0
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What is read (`source`, `old`), what is written (`target`, `new`), and who is told of it."""

    source: SqliteSource
    target: "PostgresTarget"
    old: SqliteJournal
    new: "PostgresJournal[None]"
    shown: Shown


def unhandled(old: SqliteJournal, topic: str, consumer: str) -> Iterator[Append]:
    """Yield the records of a topic that its consumer has still to handle."""
    offset = old.store.cursor(consumer, topic)
    while records := old.log.read(topic, offset, EVENTS_A_COMMIT):
        yield from (Append(topic, record.key, record.value) for record in records)
        offset = records[-1].offset + 1

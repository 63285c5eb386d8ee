"""Dead letters in a folder with nobody running, as a stage that refuses its events makes them."""

from pathlib import Path

from services.runtime.effects import Key
from services.runtime.ports import Commit
from services.runtime.system_clock import SystemClock
from services.store.sqlite_journal import SqliteJournal


def set_aside(folder: Path, topic: str, *letters: str) -> None:
    """Make dead letters of the first events of a topic, one for each id."""
    journal = SqliteJournal(folder / "mercat.sqlite", SystemClock())
    records = journal.log.read(topic, 0, len(letters))
    writes = {
        Key("dead_letters", letter): {
            "stage": "route",
            "stage_version": "1",
            "origin": topic,
            "place": str(record.offset),
            "event_id": None,
            "cause": "refused",
            "detail": "As the test has it.",
            "state": "waiting",
            "size_bytes": len(record.value),
            "written_at_ms": 1_772_442_000_000,
            "value": record.value,
        }
        for letter, record in zip(letters, records, strict=True)
    }
    journal.commit(Commit(writes=writes)).result()
    journal.close()

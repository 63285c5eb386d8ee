"""How far things were read: places that skip no row and meet none twice, moved only together."""

from services.policy.bell_marks import Mark, Marks, place_after
from services.runtime.effects import Key, Row
from services.runtime.ports import Guard
from tests.unit.policy.samples import NOW_MS


class Rows:
    """A store that has one mark."""

    def fetch(self, keys: list[Key]) -> dict[Key, Row | None]:
        """Return it."""
        row: Row = {"place": "5", "at_ms": 1, "version": 3}
        return {key: row if key.id == "known" else None for key in keys}


def marks() -> Marks:
    """Return the marks of a turn that has read both."""
    store: object = Rows()
    made = Marks(store, NOW_MS)  # type: ignore[arg-type] # all that marks ask of a store
    made.read(["known", "new"])
    return made


def test_a_moment_that_was_looked_at_to_its_end_is_not_looked_at_again() -> None:
    """The next place begins with the moment after it; behind a row it is that row's own."""
    assert (6, "") == Mark(place_after(5, ""), 1).time_and_id()
    assert (5, "a 1") == Mark(place_after(5, "a 1"), 1).time_and_id()


def test_a_move_is_kept_only_where_nobody_else_moved() -> None:
    """A mark that was never there must still not be."""
    moving = marks()
    moving.move("known", "9")
    moving.move("new", "1")
    writes, guards = moving.moved()

    known, new = Key("bell_marks", "known"), Key("bell_marks", "new")
    assert {known: 4, new: 1} == {key: (row or {})["version"] for key, row in writes.items()}
    assert [Guard(known, 3), Guard(new, None)] == guards


def test_a_mark_that_stays_writes_nothing() -> None:
    """A town in which nothing happens writes no rows."""
    moving = marks()
    moving.move("known", "5")

    assert ({}, []) == moving.moved()

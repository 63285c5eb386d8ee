"""What a handler may read: the rows it declared, as they stand for this event."""

from collections.abc import Mapping, Sequence

from services.runtime.effects import Key, Row


class UndeclaredReadError(LookupError):
    """A handler read a key that its `needs` had not named: a bug, found at the first such event."""


class View:
    """Rows prefetched for a batch, overlaid with what earlier events of it remembered or forgot.

    `fetched` maps every key that was asked for to its row, or to None where there is none; a key
    that is not in it was not declared, and reading it raises.
    """

    __slots__ = ("_allowed", "_rows", "_written")

    def __init__(self, fetched: Mapping[Key, Row | None]) -> None:
        self._rows: dict[Key, Row | None] = dict(fetched)
        self._written: dict[Key, Row | None] = {}
        self._allowed: Sequence[Key] = ()

    def narrow(self, keys: Sequence[Key]) -> None:
        """Allow reads of these keys alone: called by the runner before each event."""
        self._allowed = keys

    def get(self, key: Key) -> Row | None:
        """Return the row at a declared key, or None where there is none.

        Raises UndeclaredReadError for a key that `needs` did not name for this event.
        """
        if key not in self._allowed:
            raise UndeclaredReadError(f"{key} was read but not declared in needs()")
        return self._rows[key]

    def apply(self, key: Key, row: Row | None) -> None:
        """Let later events of the batch see this row; None takes it away."""
        self._rows[key] = row
        self._written[key] = row

    @property
    def written(self) -> Mapping[Key, Row | None]:
        """The last value of each key that was remembered (a row) or forgotten (None)."""
        return self._written

"""What a handler may ask for: effects are values that it returns and a runner carries out."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from schemas.envelope import Event

Value = str | int | float | bytes | None
Row = Mapping[str, Value]
"""One row of a table without its id: column name to value. Times are milliseconds since 1970."""


def without_id(row: Row) -> dict[str, Any]:
    """Return the columns of a row that a search found, to be written again: without its id."""
    return {name: value for name, value in row.items() if name != "id"}


class Key(NamedTuple):
    """One row's place: the table's name and the row's id."""

    table: str
    id: str


class Emit(NamedTuple):
    """Append `event` to `topic`, in the same commit as the state this handler remembers."""

    topic: str
    event: Event


class Remember(NamedTuple):
    """Set the row at `key`, whole; later events of the batch see it at once."""

    key: Key
    row: Row


class Forget(NamedTuple):
    """Take the row at `key` away; later events of the batch see it gone."""

    key: Key


class Reject(NamedTuple):
    """Set this event aside as a dead letter. Other effects of the same event are dropped with it.

    `cause` is one or two words that ops count by; `detail` is a sentence with place and cure.
    """

    cause: str
    detail: str


class Expect(NamedTuple):
    """Keep nothing of this event where the row at `key` no longer says `value` in `column`.

    For what rests on a row that another worker may be changing meanwhile: the commit looks, and
    where it fails the event is handled afresh on what is there by then. `value` is what the handler
    read. A row that an earlier event of the batch wrote is this worker's own, and needs no look.
    """

    key: Key
    column: str
    value: Value


Effect = Emit | Remember | Forget | Reject | Expect

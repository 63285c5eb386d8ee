"""What may be moved into which database, how rows are carried over, and where two sides differ."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

from services.runtime.effects import Value
from services.runtime.errors import FolderError
from services.runtime.null_characters import NULL
from services.store.speaking_tables import AUDIT_TABLES
from services.store.statements import columns_of
from services.store.tables import TABLES

ROWS_MAX: Final = 1_000
BYTES_MAX: Final = 4 * 1024 * 1024
DIFFERENCES_SHOWN_MAX: Final = 5
COPYING: Final = "copying"
MOVED: Final = "moved"
NULL_SIGN: Final = "\u2400"
"""What stands in PostgreSQL for a character of no use that it cannot keep."""

_KINDS: Final[dict[str, type]] = {"text": str, "integer": int, "real": float, "bytes": bytes}
_AUDIT: Final = frozenset(table.name for table in AUDIT_TABLES)

Stored = tuple[Value, ...]
"""A row as both databases give it: its id, then its columns in the order of their declaration."""


class Claim(NamedTuple):
    """Whose data a database is for: an installation, and the folder's word at the time.

    A folder that was worked on since has another `token`, or none.
    """

    installation: str
    token: str
    state: str


class Found(NamedTuple):
    """What a database holds before anything is moved into it."""

    claim: Claim | None
    installation: str | None
    filled: str | None
    """The first table that holds a row, if one does."""


class Difference(NamedTuple):
    """A row that is not the same on both sides, and how."""

    table: str
    row_id: str
    what: str

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}: {self.what}"


def beginning(found: Found, installation: str, token: str | None) -> Literal["new", "on", "anew"]:
    """Return how a move begins: into an empty database, where it was broken off, or over again.

    Raises FolderError where the database is not this installation's to fill.
    """
    claim = found.claim
    if claim is None:
        if found.installation is not None or found.filled is not None:
            whose = f"installation {found.installation}" if found.installation else "somebody"
            raise FolderError(
                f"the database is not empty: it holds data of {whose} "
                f"(table {found.filled or 'installations'}); make a new database and name that one"
            )
        return "new"
    if claim.installation != installation:
        raise FolderError(
            f"the database holds the data of another installation ({claim.installation}, this "
            f"folder is {installation}); make a new database and name that one"
        )
    if claim.state == MOVED:
        raise FolderError(
            "this body was moved into the database before, and may have been at work there since: "
            "nothing is written over it. Work there; or, to move what is in this folder, make a "
            "new database and name that one"
        )
    return "on" if claim.token == token else "anew"


def batches(
    rows: Iterable[Stored], rows_max: int = ROWS_MAX, bytes_max: int = BYTES_MAX
) -> Iterator[list[Stored]]:
    """Yield rows in order, in runs of bounded count and size; one row may be larger alone."""
    batch: list[Stored] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(batch) >= rows_max or size >= bytes_max:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def carried(table: str, row: Stored) -> Stored:
    """Return a row as the other side keeps it.

    PostgreSQL has no place for a null character in a text. None gets in any more (every door
    refuses it or takes it out); an old one is shown by its sign. Raises FolderError where it stands
    in an id or in the audit, which must not change, and for a value of another kind than declared.
    """
    kinds = (str, *(_KINDS[column.kind] for column in TABLES[table].columns))
    values = list(row)
    for place, (value, kind) in enumerate(zip(row, kinds, strict=True)):
        if value is None and place:
            continue
        if not isinstance(value, kind):
            raise FolderError(
                f"{_named(table, row, place)} holds {type(value).__name__} where {kind.__name__} "
                "belongs: the folder is damaged; restore it from a backup"
            )
        if isinstance(value, str) and NULL in value:
            if not place or table in _AUDIT:
                raise FolderError(
                    f"{_named(table, row, place)} holds a null character, which PostgreSQL cannot "
                    "keep and the record must not lose; restore the folder from a backup of "
                    "before it came in"
                )
            values[place] = value.replace(NULL, NULL_SIGN)
    return tuple(values)


def differences(
    table: str, here: Iterable[Stored], there: Iterable[Stored]
) -> Iterator[Difference]:
    """Yield every row that is on one side alone or not the same on both.

    Both sides come in the order of their ids' bytes.
    """
    left, right = iter(here), iter(there)
    old, new = next(left, None), next(right, None)
    while old is not None or new is not None:
        place = _order(old, new)
        if place < 0:
            assert old is not None
            yield Difference(table, str(old[0]), "is missing in the database")
        elif place > 0:
            assert new is not None
            yield Difference(table, str(new[0]), "is in the database and not in the folder")
        elif old != new:
            assert old is not None
            assert new is not None
            yield Difference(table, str(old[0]), _columns_apart(table, old, new))
        if place <= 0:
            old = next(left, None)
        if place >= 0:
            new = next(right, None)


def told_differences(found: Sequence[Difference]) -> str:
    """Return the first differences in words, and how many more there are."""
    lines = "\n".join(f"  {each}" for each in found[:DIFFERENCES_SHOWN_MAX])
    more = len(found) - DIFFERENCES_SHOWN_MAX
    return f"{lines}\n  and {more:,} more" if more > 0 else lines


def _order(old: Stored | None, new: Stored | None) -> int:
    """Return which comes first: below 0 the old side's, above 0 the new side's, 0 both."""
    if old is None or new is None:
        return 1 if old is None else -1
    left, right = str(old[0]).encode(), str(new[0]).encode()
    return (left > right) - (left < right)


def _columns_apart(table: str, old: Stored, new: Stored) -> str:
    names = [
        name for name, left, right in zip(columns_of(table), old, new, strict=True) if left != right
    ]
    return f"{', '.join(names)} is not what the folder has"


def _named(table: str, row: Stored, place: int) -> str:
    return f"{table} {str(row[0]).replace(NULL, NULL_SIGN)}: {columns_of(table)[place]}"

"""What the API answers whoever keeps the records; see `api_shapes.py` for the rest."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.console.api_shapes import Done, Shape


class HoldShown(Shape):
    """A legal hold in force; `due` once the day of its review has come."""

    id: str
    kind: str
    name: str
    reason: str
    owner: str
    review_on: date
    due: bool = False


class Holds(Shape):
    """Every legal hold in force."""

    items: tuple[HoldShown, ...]


class HoldDone(Done):
    """A hold that was placed or lifted."""

    id: str
    kind: str
    name: str


class ErasurePreview(Shape):
    """What an erasure would take away, what stands against it, and what stays all the same."""

    subject: Annotated[str, Field(description="Their name in the audit, which names nobody.")]
    posts: int
    acts: int
    payloads: int
    held: Annotated[str | None, Field(description="Why a legal hold forbids it.")] = None
    asked_by: str | None = None
    asked_at: datetime | None = None
    takes_two: bool = True
    stays: tuple[str, ...] = ()


class ErasureDone(Done):
    """An erasure that was asked for, or done."""

    state: Literal["asked", "erased"]
    subject: str
    posts: int = 0
    acts: int = 0
    payloads: int = 0
    log_records: int = 0
    dead_letters: int = 0
    stays: tuple[str, ...] = ()


class ClassRetired(Shape):
    """A class of records: how long it is kept, what is past that, what a hold keeps of it."""

    name: str
    days: int
    going: int
    held: int


class Retention(Shape):
    """What is past its time today."""

    classes: tuple[ClassRetired, ...]


class RetentionDone(Done):
    """What was deleted."""

    classes: tuple[ClassRetired, ...]


class KeyShown(Shape):
    """A master key by its id; never the key."""

    id: str
    in_use: bool
    wraps: Annotated[int, Field(description="How many data keys it alone opens.")]


class Keys(Shape):
    """Every master key there is, oldest first."""

    items: tuple[KeyShown, ...]


class KeysRotated(Done):
    """The key now in use, and what became of older ones."""

    key_id: str
    rewrapped: int
    older: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()

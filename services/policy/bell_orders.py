"""What people can ask about bells: each verb's arguments, bounded like any order's."""

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Field, model_validator

from schemas.verdict import Role
from services.policy.authority_data import TimeOfDay, one_each
from services.policy.bell import GROUPS, Group
from services.policy.grant_hours import Zone
from services.policy.orders import Id, Order, Verb

READ_AT_ONCE_MAX: Final = 200
EVERYBODY: Final[frozenset[Role]] = frozenset(get_args(Role))


class WishBells(Order):
    """Say how one wishes to be told; what is left out stays as it is.

    No channels: the inbox is all. Quiet hours come in pairs, and two equal times take them away.
    Times are by the clock of `zone`, else of the body's.
    """

    channels: Annotated[tuple[Literal["mail", "webhook"], ...], Field(max_length=2)] | None = None
    quiet_from: TimeOfDay | None = None
    quiet_until: TimeOfDay | None = None
    summary_at: TimeOfDay | None = None
    zone: Zone | None = None
    muted: Annotated[tuple[Group, ...], Field(max_length=len(GROUPS))] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("quiet hours have a beginning and an end; name both")
        one_each(self.channels or ())
        one_each(self.muted or ())
        return self


class TryBells(Order):
    """Have one bell rung to oneself, by every way one wishes."""


class ReadBells(Order):
    """Say that one has read bells of one's own: those named, or all there are so far."""

    bell_ids: Annotated[tuple[Id, ...], Field(max_length=READ_AT_ONCE_MAX)] = ()
    all: bool = False

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if bool(self.bell_ids) == self.all:
            raise ValueError("name bells, or say all; one of the two")
        return self


BELL_VERBS: Final[dict[str, Verb]] = {
    "bell-wish": Verb(WishBells, EVERYBODY),
    "bell-test": Verb(TryBells, EVERYBODY),
    "bell-read": Verb(ReadBells, EVERYBODY),
}

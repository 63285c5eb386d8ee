"""The API's paths about bells: say how one wishes to be told, and read what was told."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import FastAPI, Query
from pydantic import Field

from services.console.api_access import Key, Who, desk_of
from services.console.api_bodies import Body
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_shapes import Done, Page, Shape
from services.console.cursors import ITEMS_USUAL, Cursor, Limit, next_link, place_in
from services.console.parts import ConsoleParts
from services.policy.authority_data import TimeOfDay
from services.policy.bell import GROUPS, Bell, Group
from services.policy.bell_orders import READ_AT_ONCE_MAX
from services.policy.bell_reading import START, BellReading
from services.policy.desk_bell import wish_told
from services.policy.grant_hours import Zone
from services.policy.orders import Id
from services.runtime.clock import from_epoch_ms

Channels = Annotated[tuple[Literal["mail", "webhook"], ...], Field(max_length=2)]
Groups = Annotated[tuple[Group, ...], Field(max_length=len(GROUPS))]


class BellShown(Shape):
    """What one was told; `times` counts what a bell about many stands for."""

    id: str
    kind: str
    urgency: str
    subject: str
    body: str
    about: Annotated[str, Field(description="The path under which more is said; may be empty.")]
    times: int
    rung_at: datetime
    read_at: datetime | None = None


class WishesBody(Body):
    """How one wishes to be told; what is left out stays, two equal hours take quiet away."""

    channels: Channels | None = None
    quiet_from: TimeOfDay | None = None
    quiet_until: TimeOfDay | None = None
    summary_at: TimeOfDay | None = None
    zone: Zone | None = None
    muted: Groups | None = None


class ReadBody(Body):
    """Which bells one has read: those named, or all so far."""

    bell_ids: Annotated[tuple[Id, ...], Field(max_length=READ_AT_ONCE_MAX)] = ()
    all: bool = False


class WishesShown(Shape):
    """How one is told; times are by the clock of `zone`."""

    channels: tuple[str, ...]
    quiet_from: str | None
    quiet_until: str | None
    summary_at: str
    zone: str
    muted: tuple[str, ...]


class WishesDone(WishesShown, Done):
    """How one is told from now on."""


class ReadDone(Done):
    """How many were marked as read."""

    read: int


def add_bell_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about bells; everybody sees and wishes for themselves alone."""
    reading = BellReading(parts.store, parts.zone)

    @api.get("/bells", responses=documented(READING))
    def bells(
        actor: Who,
        unread: Annotated[bool, Query(description="Only what is not read yet.")] = False,  # noqa: FBT002 - a query has names
        limit: Limit = ITEMS_USUAL,
        cursor: Cursor = None,
    ) -> Page[BellShown]:
        """List what you were told, the newest first."""
        what: dict[str, str | None] = {"unread": "true" if unread else None}
        at_ms, last = place_in(cursor, what, START)
        before = (int(at_ms), str(last))
        found = reading.inbox(actor.person_id, unread=unread, before=before, limit=limit + 1)
        link = None
        if len(found) > limit:
            place = (found[limit - 1].rung_at_ms, found[limit - 1].id)
            link = next_link("/api/v1/bells", what, limit, place)
        return Page(items=tuple(_shown(bell) for bell in found[:limit]), next=link)

    @api.post("/bells/read", responses=documented(CHANGING))
    def read(body: ReadBody, actor: Who, key: Key = None) -> ReadDone:
        """Say that you have read bells: those named, or all so far."""
        reply = desk_of(parts).carry_out("bell-read", body.told(), actor, key=key)
        return ReadDone.model_validate(reply)

    @api.get("/bells/wishes", responses=documented(READING))
    def wishes(actor: Who) -> WishesShown:
        """Show how you are told."""
        return WishesShown.model_validate(wish_told(reading.wishes(actor.person_id)))

    @api.post("/bells/wishes", responses=documented(CHANGING))
    def wish(body: WishesBody, actor: Who, key: Key = None) -> WishesDone:
        """Say how you wish to be told."""
        reply = desk_of(parts).carry_out("bell-wish", body.told(), actor, key=key)
        return WishesDone.model_validate(reply)

    @api.post("/bells/test", responses=documented(CHANGING))
    def test(actor: Who, key: Key = None) -> Done:
        """Have one bell rung to yourself, by every way you wish."""
        return Done.model_validate(desk_of(parts).carry_out("bell-test", {}, actor, key=key))


def _shown(bell: Bell) -> BellShown:
    return BellShown(
        id=bell.id,
        kind=bell.kind,
        urgency=bell.urgency,
        subject=bell.subject,
        body=bell.body,
        about=bell.about,
        times=bell.times,
        rung_at=from_epoch_ms(bell.rung_at_ms),
        read_at=None if bell.read_at_ms is None else from_epoch_ms(bell.read_at_ms),
    )

"""Listens to the house platform: its changes, in order, as sightings like any other source's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from schemas.post import TEXT_LENGTH_MAX, Media
from services.house.configuration import full_handle
from services.house.threads import Change
from services.ingest.configuration import HouseSettings
from services.ingest.normalise import line_field, text_field
from services.ingest.sighting import Refused, Sighting, UnreadableItemError, refused
from services.ingest.source import ITEMS_COUNT_MAX, Poll, State
from services.runtime.errors import SourceUnavailableError, StorageRefusedError

ALT_LENGTH_MAX: Final = 2_000


class HouseChanges(Protocol):
    """What the house platform tells whoever listens; see `services/house/sqlite_house.py`."""

    def changes(self, after: int, limit: int) -> Sequence[Change]:
        """Return the changes behind a sequence number, in order."""
        ...

    def last_sequence(self) -> int:
        """Return the number of the newest change."""
        ...


@dataclass(frozen=True, slots=True)
class HouseOrigin:
    """The house platform a source listens to.

    `account` is the handle of the body's account that answers this source; `domain` and `address`
    are the settings'.
    """

    changes: HouseChanges
    account: str | None = None
    domain: str | None = None
    address: str | None = None


class HouseSource:
    """A source that reads each change once; what the body itself posts is left out.

    State: `after` is the sequence number of the last change read. A platform that was brought back
    from an older copy is read from its beginning: what was seen before, the door knows.
    """

    def __init__(self, settings: HouseSettings, origin: HouseOrigin) -> None:
        self.name = settings.name
        self._settings = settings
        self._origin = origin

    def poll(self, state: State) -> Poll:
        """Return what changed since."""
        changes = self._origin.changes
        try:
            after = int(state.get("after", 0))
            if after > changes.last_sequence():
                after = 0
            found = changes.changes(after, ITEMS_COUNT_MAX)
        except StorageRefusedError as error:
            raise SourceUnavailableError(str(error)) from error
        is_full = len(found) == ITEMS_COUNT_MAX
        return Poll(
            items=[self._item(change) for change in found if change.author.kind != "body"],
            state={"after": found[-1].sequence if found else after},
            wait_seconds=None if is_full else self._settings.poll_seconds,
        )

    def close(self) -> None:
        """Nothing stays open between polls: the platform belongs to whoever opened it."""

    def _item(self, change: Change) -> Sighting | Refused:
        place = f"house post {change.post.id}"
        try:
            return self._sighting(change, place)
        except UnreadableItemError as error:
            return refused(error, place, change.post.text.encode("utf-8", "replace"))

    def _sighting(self, change: Change, place: str) -> Sighting:
        post = change.post
        known: dict[str, Any] = {
            "source": self.name,
            "native_id": post.id,
            "channel": "platform",
            "root_native_id": post.thread_id,
            "parent_native_id": post.parent_id,
            "place_in_source": place,
        }
        if change.kind == "removed":
            return Sighting(kind="removed", posted_at=change.at, **known)
        origin = self._origin
        account = origin.account and full_handle(origin.account, origin.domain)
        return Sighting(
            kind="received",
            revision=str(post.revision),
            author=line_field("author", full_handle(post.author, origin.domain), 256),
            text=text_field("text", post.text, TEXT_LENGTH_MAX),
            language_hint=post.language,
            media=tuple(
                Media(kind=item.kind, alt=line_field("media alt", item.alt, ALT_LENGTH_MAX))
                for item in post.media
            ),
            account=account,
            link=f"{origin.address or ''}/house/threads/{post.thread_id}#post-{post.id}",
            posted_at=post.created_at,
            raw=post.text.encode("utf-8", "replace"),
            **known,
        )

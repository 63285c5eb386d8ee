"""The door: what was seen comes in once, unless it was taken back or its author objects."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal, NamedTuple

from schemas.envelope import digest_id, trace_parent
from schemas.post import Post, PostEdited, PostReceived, PostRemoved, Removal
from schemas.topics import POSTS_RECEIVED
from services.ingest.objections import objection_keys
from services.ingest.sighting import (
    Sighting,
    conversation_id,
    known_id,
    post_id,
    revision_mark,
)
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Effect, Emit, Key, Remember, Row
from services.runtime.view import View

KNOWN_POSTS: Final = "known_posts"
REVISIONS_COUNT_MAX: Final = 64
"""How many revisions of one post are known for repeats: the newest ones."""

Judgement = Literal[
    "admit", "edit", "remove", "remember_removal", "duplicate", "objected", "removed_before"
]
"""What becomes of a sighting. `remember_removal`: a post we never saw is gone, and stays out."""


class Known(NamedTuple):
    """What the door remembers of a post, or of one that was answered to before it was seen.

    `post_id` is empty until the post itself was seen; `revisions` are marks, newest last.
    """

    conversation_id: str
    post_id: str | None = None
    revisions: tuple[str, ...] = ()
    removed: bool = False


class Door:
    """Turns sightings into events, in the shape of a stage: pure, one at a time, in order.

    A post's conversation is settled at first sight: its parent's or root's where we know them, else
    a new one that its root is remembered by, so that all who answer it meet there. A removal is
    honoured once, and forever: a copy that arrives later stays out. An objection stops posts and
    edits, never a removal.
    """

    name = "ingest"
    version = "1"

    def needs(self, sighting: Sighting) -> tuple[Key, ...]:
        """Return the keys of all rows `judge` and `handle` may read for this sighting."""
        keys = [_known_key(sighting.source, sighting.native_id)]
        if sighting.kind == "received":
            keys.extend(objection_keys(sighting.source, sighting.author))
        keys.extend(_known_key(sighting.source, native_id) for native_id in _relatives(sighting))
        return tuple(keys)

    def judge(self, sighting: Sighting, view: View) -> Judgement:
        """Return what becomes of a sighting, as the rows stand now."""
        known = _known(sighting.source, sighting.native_id, view)
        if sighting.kind == "removed":
            if known is not None and known.removed:
                return "duplicate"
            return "remove" if known is not None and known.post_id else "remember_removal"
        if any(view.get(key) for key in objection_keys(sighting.source, sighting.author)):
            return "objected"
        if known is not None and known.removed:
            return "removed_before"
        if known is None or known.post_id is None:
            return "admit"
        return "duplicate" if _mark(sighting) in known.revisions else "edit"

    def handle(
        self, sighting: Sighting, _features: object, view: View, now: datetime
    ) -> Iterable[Effect]:
        """Return the event and the memory of it, or nothing where the sighting stays out."""
        return self.effects(sighting, self.judge(sighting, view), view, now)

    def effects(
        self, sighting: Sighting, judgement: Judgement, view: View, now: datetime
    ) -> tuple[Effect, ...]:
        """Return what a judgement entails: for a caller who judged already, in order to count."""
        if judgement in ("duplicate", "objected", "removed_before"):
            return ()
        known, strangers = _settled(sighting, view, now)
        expected = tuple(
            _remember(sighting.source, native_id, Known(known.conversation_id), now)
            for native_id in strangers
        )
        match judgement:
            case "admit" | "edit":
                return (*_taken_in(sighting, judgement, known, now), *expected)
            case "remove":
                gone = Emit(POSTS_RECEIVED.name, _removed_event(sighting, known, now))
                return gone, _remember_post(sighting, known._replace(removed=True), now)
        return (_remember_post(sighting, known._replace(removed=True), now),)


def _settled(sighting: Sighting, view: View, now: datetime) -> tuple[Known, tuple[str, ...]]:
    """Return what is known of a post from now on, and its relatives that nobody has seen yet."""
    relatives = [(each, _known(sighting.source, each, view)) for each in _relatives(sighting)]
    known = _known(sighting.source, sighting.native_id, view)
    first_seen = sighting.posted_at or now
    if known is None:
        met = next((relative for _, relative in relatives if relative is not None), None)
        root = sighting.root_native_id or sighting.parent_native_id or sighting.native_id
        known = Known(
            conversation_id(sighting.source, root, first_seen)
            if met is None
            else met.conversation_id
        )
    if known.post_id is None and sighting.kind == "received":
        known = known._replace(post_id=post_id(sighting.source, sighting.native_id, first_seen))
    strangers = tuple(
        native_id
        for native_id, relative in relatives
        if relative is None and native_id != sighting.native_id
    )
    return known, strangers if sighting.kind == "received" else ()


def _taken_in(
    sighting: Sighting, judgement: Literal["admit", "edit"], known: Known, now: datetime
) -> tuple[Effect, ...]:
    fact, event_type = (
        ("received", PostReceived) if judgement == "admit" else ("edited", PostEdited)
    )
    event_id = digest_id(fact, sighting.source, sighting.native_id, sighting.revision)
    event = event_type(
        id=event_id,
        source=f"/ingest/{sighting.source}",
        subject=known.conversation_id,
        time=now,
        traceparent=trace_parent(str(known.post_id), event_id),
        data=_post(sighting, known, now),
    )
    marks = (*known.revisions, _mark(sighting))[-REVISIONS_COUNT_MAX:]
    return (
        Emit(POSTS_RECEIVED.name, event),
        _remember_post(sighting, known._replace(revisions=marks), now),
    )


def _post(sighting: Sighting, known: Known, now: datetime) -> Post:
    assert known.post_id is not None, "a post taken in has its id"
    return Post(
        post_id=known.post_id,
        source=sighting.source,
        native_id=sighting.native_id,
        revision=sighting.revision,
        conversation_id=known.conversation_id,
        parent_native_id=sighting.parent_native_id,
        channel=sighting.channel,
        author=sighting.author,
        text=sighting.text,
        language_hint=sighting.language_hint,
        media=sighting.media,
        place=sighting.place,
        account=sighting.account,
        link=sighting.link,
        posted_at=sighting.posted_at or now,
        received_at=now,
    )


def _removed_event(sighting: Sighting, known: Known, now: datetime) -> PostRemoved:
    assert known.post_id is not None, "only a post that was seen is removed"
    event_id = digest_id("removed", sighting.source, sighting.native_id)
    return PostRemoved(
        id=event_id,
        source=f"/ingest/{sighting.source}",
        subject=known.conversation_id,
        time=now,
        traceparent=trace_parent(known.post_id, event_id),
        data=Removal(
            post_id=known.post_id,
            source=sighting.source,
            native_id=sighting.native_id,
            conversation_id=known.conversation_id,
            removed_at=sighting.posted_at or now,
            received_at=now,
        ),
    )


def _known(source: str, native_id: str, view: View) -> Known | None:
    row = view.get(_known_key(source, native_id))
    if row is None:
        return None
    return Known(
        conversation_id=str(row["conversation_id"]),
        post_id=None if row["post_id"] is None else str(row["post_id"]),
        revisions=tuple(str(row["revisions"] or "").split()),
        removed=bool(row["removed"]),
    )


def _remember_post(sighting: Sighting, known: Known, now: datetime) -> Remember:
    return _remember(sighting.source, sighting.native_id, known, now)


def _remember(source: str, native_id: str, known: Known, now: datetime) -> Remember:
    row: Row = {
        "conversation_id": known.conversation_id,
        "post_id": known.post_id,
        "revisions": " ".join(known.revisions),
        "removed": int(known.removed),
        "seen_at_ms": to_epoch_ms(now),
    }
    return Remember(_known_key(source, native_id), row)


def _relatives(sighting: Sighting) -> tuple[str, ...]:
    named = (sighting.parent_native_id, sighting.root_native_id)
    return tuple(dict.fromkeys(native_id for native_id in named if native_id))


def _known_key(source: str, native_id: str) -> Key:
    return Key(KNOWN_POSTS, known_id(source, native_id))


def _mark(sighting: Sighting) -> str:
    return revision_mark(sighting.source, sighting.native_id, sighting.revision)

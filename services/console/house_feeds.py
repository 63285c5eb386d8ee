"""Threads as feeds: Atom (RFC 4287, with RFC 4685 for answers) and JSON Feed 1.1."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jinja2 import Environment

from services.console.house_place import latest_of
from services.console.live import excerpt
from services.house.threads import Author, HousePost
from services.runtime.clock import from_epoch_ms

ENTRIES_COUNT_MAX: Final = 50
ATOM: Final = "application/atom+xml"
JSON_FEED: Final = "application/feed+json"
JSON_FEED_VERSION: Final = "https://jsonfeed.org/version/1.1"

_NAMESPACE: Final = uuid.UUID("2b6b1c56-6f0e-5a5f-9d4b-6f2f1a6a3c11")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of posts: its title, its own address without ending, the page it belongs to."""

    title: str
    address: str
    page: str
    posts: Sequence[tuple[HousePost, Author]]

    @property
    def entries(self) -> Sequence[tuple[HousePost, Author]]:
        """Return what is told: nothing hidden, nothing deleted, the newest first."""
        told = [(post, author) for post, author in self.posts if not (post.hidden or post.deleted)]
        told.sort(key=lambda entry: (entry[0].created_at, entry[0].id), reverse=True)
        return told[:ENTRIES_COUNT_MAX]


def entry_id(post_id: str) -> str:
    """Return the id that a post has in every feed, wherever the page is served."""
    return uuid.uuid5(_NAMESPACE, post_id).urn


def atom(feed: Feed, root: str, templates: Environment) -> str:
    """Return the feed in Atom; `root` begins the links of its posts."""
    entries = [_atom_entry(post, author, root) for post, author in feed.entries]
    return templates.get_template("feed.xml").render(
        feed=feed,
        feed_id=entry_id(feed.address),
        updated=max((entry["updated"] for entry in entries), default=_stamp(from_epoch_ms(0))),
        entries=entries,
    )


def json_feed(feed: Feed, root: str) -> Mapping[str, Any]:
    """Return the feed as JSON Feed 1.1."""
    return {
        "version": JSON_FEED_VERSION,
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": f"{feed.address}.json",
        "items": [_json_item(post, author, root) for post, author in feed.entries],
    }


def _atom_entry(post: HousePost, author: Author, root: str) -> Mapping[str, Any]:
    return {
        "id": entry_id(post.id),
        "title": excerpt(post.text) or "A picture",
        "link": post_link(root, post),
        "published": _stamp(post.created_at),
        "updated": _stamp(latest_of(post)),
        "author": shown_name(author),
        "language": post.language,
        "text": post.text,
        "parent": None if post.parent_id is None else entry_id(post.parent_id),
        "parent_link": f"{root}/house/threads/{post.thread_id}#post-{post.parent_id}",
    }


def _json_item(post: HousePost, author: Author, root: str) -> Mapping[str, Any]:
    item: dict[str, Any] = {
        "id": entry_id(post.id),
        "url": post_link(root, post),
        "content_text": post.text,
        "date_published": _stamp(post.created_at),
        "authors": [{"name": shown_name(author), "url": f"{root}/house/accounts/{author.handle}"}],
    }
    if post.edited_at is not None:
        item["date_modified"] = _stamp(post.edited_at)
    if post.language is not None:
        item["language"] = post.language
    return item


def post_link(root: str, post: HousePost) -> str:
    """Return a post's place on its thread's page."""
    return f"{root}/house/threads/{post.thread_id}#post-{post.id}"


def shown_name(author: Author) -> str:
    """Return an author's name and handle: several people may go by one name."""
    return f"{author.name} (@{author.handle})"


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")

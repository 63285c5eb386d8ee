"""What is left of a stored event, post or act once the person it tells of was erased: pure."""

import json
from collections.abc import Mapping
from typing import Any, Final

from services.runtime.effects import Row, without_id

_EMPTIED: Final[Mapping[str, Any]] = {
    "text": "",
    "author": None,
    "place": None,
    "link": None,
    "account": None,
    "media": [],
}


def blanked_event(value: bytes, source: str, author: str) -> bytes | None:
    """Return an event's JSON without what one author of a source said, or None if nothing is said.

    The event keeps its ids and its place, so that whoever reads it goes on.
    """
    try:
        event = json.loads(value)
    except ValueError:
        return None
    data = event.get("data") if isinstance(event, dict) else None
    posts = [data, data.get("post")] if isinstance(data, dict) else []
    said = [
        post
        for post in posts
        if isinstance(post, dict) and (post.get("source"), post.get("author")) == (source, author)
    ]
    for post in said:
        post.update({name: empty for name, empty in _EMPTIED.items() if name in post})
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() if said else None


def blanked_post(row: Row) -> Row:
    """Return a post's row without who said it, what, and where; its team and case stay."""
    return {**without_id(row), "text": "", "author": None, "place": None, "link": None, "why": None}


def blanked_act(row: Mapping[str, Any]) -> Row:
    """Return an act's row without its words; what was not sent is withdrawn with them."""
    return {
        **without_id(row),
        "text": "",
        "media": "[]",
        "salt": "",
        "reasons": "[]",
        "sentence": None,
        "target": None,
        "state": row["state"] if row["state"] == "sending" else "withdrawn",
        "version": row["version"] + 1,
    }


def blanked_sending(row: Mapping[str, Any]) -> Row:
    """Return a sending's row without the platform's words; its remote id stays, as ours."""
    return {**without_id(row), "detail": None, "version": row["version"] + 1}


def blanked_approval(row: Mapping[str, Any]) -> Row:
    """Return an approval's row without the reasons given in words."""
    return {**without_id(row), "reason": None, "void_reason": None, "version": row["version"] + 1}


def blanked_verdict(row: Row) -> Row:
    """Return a verdict's row without the sentences of its reasons."""
    return {**without_id(row), "reasons": "[]", "failure": None}


def blanked_person(row: Mapping[str, Any], person_id: str) -> Row:
    """Return a person's row without name, login and address; the id stays on record."""
    return {
        **without_id(row),
        "login": f"erased-{person_id}",
        "name": "",
        "address": "",
        "version": row["version"] + 1,
    }

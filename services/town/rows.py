"""Rows of a replayed file, in the form that `services/ingest/post_row.py` documents."""

import json
from typing import Any

from services.runtime.clock import from_epoch_ms

Row = dict[str, Any]


def instant_text(epoch_ms: int) -> str:
    """Return a moment as rows hold it: ISO 8601 in UTC, to the millisecond."""
    return from_epoch_ms(epoch_ms).isoformat(timespec="milliseconds")


def removal_row(native_id: str, removed_ms: int) -> Row:
    """Return the row that says a post was taken away, and nothing of what it said."""
    return {"kind": "removed", "id": native_id, "posted_at": instant_text(removed_ms)}


def edited_row(row: Row, text: str, edited_ms: int) -> Row:
    """Return a post's row as it stands after an edit; the edit stamp is its revision."""
    return {**row, "text": text, "revision": instant_text(edited_ms)}


def row_line(row: Row) -> bytes:
    """Return a row as one line of JSON Lines."""
    line = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    return line.encode("utf-8") + b"\n"

"""Items that a number stands for: posts, edits, removals, bad lines; alike in every process."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from services.ingest.sighting import Refused, Sighting

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = ("The lamp is out", "A pothole again", "Thank you all", "buy now", "A live wire, danger")
CONVERSATION_POSTS = 6

Item = Sighting | Refused


def item(number: int) -> Item:
    """Return the n-th item: mostly posts, six to a conversation; some edit or remove others."""
    if number % 29 == 11:
        raw = b'{"id": %d, ' % number
        return Refused(f"item {number}", "not JSON", f"item {number}: not JSON", raw)
    if number % 23 == 7:
        return Sighting("removed", "test", f"n{number - 5}", "platform")
    edits = number % 17 == 5
    said = number - 3 if edits else number
    root = said - said % CONVERSATION_POSTS
    return Sighting(
        kind="received",
        source="test",
        native_id=f"n{said}",
        channel="platform",
        revision=f"edit {number}" if edits else "first",
        root_native_id=f"n{root}",
        parent_native_id=f"n{root}",
        author=f"@a{number % 40}@social.example",
        text=f"{WORDS[number % len(WORDS)]}, number {number}.",
        posted_at=START + timedelta(seconds=said),
        place_in_source=f"item {number}",
        raw=b"{}",
    )


def items(numbers: Iterable[int]) -> list[Item]:
    """Return the items of several numbers."""
    return [item(number) for number in numbers]

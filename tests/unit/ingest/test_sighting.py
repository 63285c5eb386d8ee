"""What a source saw: ids and refusals."""

from schemas.envelope import digest_id, timed_id
from services.ingest.sighting import (
    DETAIL_LENGTH_MAX,
    PLACE_LENGTH_MAX,
    RAW_BYTES_MAX,
    UnreadableItemError,
    conversation_id,
    known_id,
    post_id,
    refusal_id,
    refused,
    revision_mark,
)
from tests.unit.ingest.samples import NOW


def test_ids_of_different_things_differ() -> None:
    """A post, its conversation and its revision never share an id, whatever they are called."""
    ids = {
        post_id("town", "17", NOW),
        post_id("feed", "17", NOW),
        conversation_id("town", "17", NOW),
        known_id("town", "17"),
        revision_mark("town", "17", ""),
        revision_mark("town", "17", "r1"),
        revision_mark("town", "1", "7r1"),
    }

    assert len(ids) == 7


def test_ids_are_the_same_every_time() -> None:
    """An id is a function of its parts, so that a repeat is known for one on any machine."""
    assert post_id("town", "17", NOW) == timed_id(NOW, "post", "town", "17")
    assert known_id("town", "17") == digest_id("post", "town", "17")


def test_refusal_names_its_place_and_keeps_within_bounds() -> None:
    """A refusal of something enormous is itself small."""
    error = UnreadableItemError("too long", "x" * 5_000)

    refusal = refused(error, "town.jsonl, line 3" + "y" * 1_000, b"z" * 100_000)

    assert refusal.detail.startswith("town.jsonl, line 3")
    assert len(refusal.detail) == DETAIL_LENGTH_MAX
    assert len(refusal.place) == PLACE_LENGTH_MAX
    assert len(refusal.raw) == RAW_BYTES_MAX
    assert refusal.cause == "too long"


def test_same_refusal_has_the_same_id_and_another_place_another() -> None:
    """An item refused on each poll makes one dead letter, two items make two."""
    error = UnreadableItemError("not JSON", "not JSON")
    first = refused(error, "line 3", b"{")
    again = refused(error, "line 3", b"{")
    other = refused(error, "line 4", b"{")

    assert refusal_id("town", first) == refusal_id("town", again)
    assert refusal_id("town", first) != refusal_id("town", other)
    assert refusal_id("town", first) != refusal_id("feed", first)

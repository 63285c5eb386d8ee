"""The documented form of a post: what it may hold, and what is said where it does not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.post import Media
from services.ingest.post_row import FIELDS, sighting_of
from services.ingest.sighting import Refused, Sighting
from tests.unit.ingest.samples import NOW, ORIGIN, HouseDoor, refusal, seen

FULL = {
    "id": "17",
    "text": "Lamp out\r\nat Castlehill",
    "revision": "2026-03-02T08:31:00Z",
    "root_id": "15",
    "parent_id": "16",
    "author": "@ailsa@social.example",
    "language": "en",
    "media": [{"kind": "image", "alt": "A dark street"}, {}],
    "place": "Castlehill",
    "account": "@mercatburgh",
    "link": "https://social.example/17",
    "posted_at": "2026-03-02T08:30:00+00:00",
}


def row(**changes: Any) -> Sighting | Refused:
    """Return what the usual row with some fields changed becomes; None takes a field out."""
    fields = {name: value for name, value in (FULL | changes).items() if value is not None}
    return sighting_of(fields, ORIGIN, "line 3", b"raw")


def test_every_field_finds_its_place() -> None:
    """A full row becomes a sighting with all of it, cleaned."""
    expected = Sighting(
        kind="received",
        source="town",
        native_id="17",
        channel="platform",
        revision="2026-03-02T08:31:00Z",
        root_native_id="15",
        parent_native_id="16",
        author="@ailsa@social.example",
        text="Lamp out\nat Castlehill",
        language_hint="en",
        media=(Media(kind="image", alt="A dark street"), Media()),
        place="Castlehill",
        account="@mercatburgh",
        link="https://social.example/17",
        posted_at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
        place_in_source="line 3",
        raw=b"raw",
    )

    assert expected == row()


def test_an_id_and_a_text_are_enough() -> None:
    """All else may be absent; the revision is then the digest of the content."""
    short = seen(sighting_of({"id": "1", "text": "Thanks!"}, ORIGIN, "line 1", b""))
    same = seen(sighting_of({"id": "2", "text": " Thanks!\n"}, ORIGIN, "line 2", b""))

    assert short.posted_at is None
    assert len(short.revision) == 32
    assert short.revision == same.revision


def test_a_removal_needs_its_id_alone() -> None:
    """Whatever else a removal says, it has neither words nor a revision."""
    gone = seen(sighting_of({"kind": "removed", "id": "17"}, ORIGIN, "line 9", b""))

    assert (gone.kind, gone.native_id, gone.text, gone.revision) == ("removed", "17", "", "")


@pytest.mark.parametrize(
    ("changes", "cause", "reason"),
    [
        ({"id": None}, "missing field", "id is missing"),
        ({"id": ""}, "missing field", "id is empty"),
        ({"id": 17}, "wrong type", "id is of the wrong type"),
        ({"text": None}, "missing field", "text is missing"),
        ({"text": 12}, "wrong type", "text is of the wrong type"),
        ({"text": ["a"]}, "wrong type", "text"),
        (
            {"text": "x" * 1_000_000},
            "too long",
            "text has 1,000,000 characters and may have 20,000",
        ),
        ({"text": "half \ud83d"}, "not Unicode", "text is not valid Unicode"),
        ({"author": "\udc00"}, "not Unicode", "author is not valid Unicode"),
        ({"author": "x" * 257}, "too long", "author has 257"),
        ({"athor": "Ailsa"}, "unknown field", "athor is not a field of a post"),
        ({"kind": "edited"}, "bad value", "kind cannot be that"),
        ({"channel": "phone"}, "unknown field", "stand in the settings"),
        ({"source": "feed"}, "unknown field", "stand in the settings"),
        ({"source": "No Source!"}, "bad value", "source"),
        ({"media": [{}] * 17}, "too long", "media has 17 entries and may have 16"),
        ({"media": [{"kind": "gif"}]}, "bad value", "media.0.kind"),
        ({"media": "image"}, "wrong type", "media"),
        ({"posted_at": "9999-12-31T23:59:59Z"}, "bad date", "year 9999"),
        ({"posted_at": 1772440200}, "wrong type", "posted_at"),
        ({"posted_at": "2026-03-02 08:30"}, "bad date", "has no zone"),
        ({"revision": "r" * 65}, "too long", "revision has 65"),
        ({"parent_id": "a\x00"}, "bad value", "parent_id holds control"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(
    changes: dict[str, Any], cause: str, reason: str
) -> None:
    """One refusal each, with the place, the field and the cause."""
    found = refusal(row(**changes))

    assert cause == found.cause
    assert reason in found.detail
    assert found.detail.startswith("line 3: ")
    assert found.raw == b"raw"
    assert "pydantic" not in found.detail


def test_a_replay_may_name_the_source_of_each_row() -> None:
    """A recording of what several sources saw keeps them apart."""
    origin = replace(ORIGIN, rows_name_source=True)

    call = seen(sighting_of({**FULL, "source": "phone", "channel": "phone"}, origin, "line 1", b""))

    assert (call.source, call.channel) == ("phone", "phone")


def test_a_time_without_zone_is_in_the_zone_of_its_file() -> None:
    """Summer time counts."""
    origin = replace(ORIGIN, zone=ZoneInfo("Europe/London"))

    summer = seen(sighting_of({**FULL, "posted_at": "2026-07-02 09:30"}, origin, "line 1", b""))

    assert summer.posted_at == datetime(2026, 7, 2, 8, 30, tzinfo=UTC)


POISON = st.one_of(
    st.none(),
    st.text(st.characters(codec=None), max_size=30),
    st.integers(),
    st.lists(st.dictionaries(st.text(), st.text(), max_size=2), max_size=3),
    st.datetimes().map(str),
)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)) | st.text(), POISON))
def test_any_fields_give_one_sighting_or_one_refusal(fields: dict[str, Any]) -> None:
    """Nothing is raised, and what becomes a sighting passes the door without a fault."""
    item = sighting_of(fields, replace(ORIGIN, rows_name_source=True), "line 1", b"")

    assert isinstance(item, Sighting | Refused)
    if isinstance(item, Sighting):
        HouseDoor().see(item)
        assert item.posted_at is None or item.posted_at.tzinfo is UTC
    else:
        item.detail.encode()


@given(st.text(), st.none() | st.text(), st.datetimes(timezones=st.just(UTC)))
def test_what_reads_well_passes_the_door(
    text: str, author: str | None, posted_at: datetime
) -> None:
    """A sighting is always within the contract's bounds: the door never has to refuse."""
    fields = {"id": "1", "text": text, "author": author, "posted_at": posted_at.isoformat()}
    item = sighting_of(fields, ORIGIN, "line 1", b"")

    house = HouseDoor()
    if isinstance(item, Sighting):
        assert house.see(item) == "admit"
        assert house.events[0].time == NOW
    else:
        assert item.cause in ("bad date", "not Unicode")

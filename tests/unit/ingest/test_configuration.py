"""Settings of sources: what they may be, and what is said where they are wrong."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.ingest.build import build_source
from services.ingest.configuration import (
    ContactLogSettings,
    FeedSettings,
    ReplaySettings,
    SourceSettings,
    WebhookSettings,
)
from services.runtime.clock import ManualClock
from tests.unit.ingest.samples import NOW

SETTINGS: TypeAdapter[Any] = TypeAdapter(list[SourceSettings])

REPLAY = {"kind": "replay", "name": "town", "path": "week.jsonl.gz", "times_faster": 60}
FEED = {"kind": "feed", "name": "news", "url": "https://news.example/feed"}
WEBHOOK = {"kind": "webhook", "name": "desk", "secrets": ["desk-2026"]}
CONTACT_LOG = {
    "kind": "contact-log",
    "name": "phone",
    "path": "calls",
    "channel": "phone",
    "columns": {"date": "Date", "summary": "What"},
    "zone": "Europe/London",
}


def test_each_kind_is_known_by_its_name() -> None:
    """One list of settings may hold sources of every kind."""
    kinds = [type(one) for one in SETTINGS.validate_python([REPLAY, FEED, WEBHOOK, CONTACT_LOG])]

    assert kinds == [ReplaySettings, FeedSettings, WebhookSettings, ContactLogSettings]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({**REPLAY, "kind": "relay"}, "kind"),
        ({**REPLAY, "name": "The Town"}, "pattern"),
        ({**REPLAY, "name": ""}, "pattern"),
        ({**REPLAY, "speed": 5}, "speed"),
        ({**REPLAY, "times_faster": 0}, "greater than 0"),
        ({**REPLAY, "times_faster": "nan"}, "finite"),
        ({**REPLAY, "columns": {"words": "text"}}, "columns names words, which a post does not"),
        ({**REPLAY, "zone": "Mars/Olympus"}, "is not a zone; write one like Europe/London"),
        ({**REPLAY, "zone": "../../etc/passwd"}, "is not a zone"),
        ({**FEED, "url": "ftp://news.example/feed"}, "starts with https:// or http://"),
        ({**FEED, "url": "news.example/feed"}, "is not an address"),
        ({**FEED, "url": "https://"}, "is not an address"),
        ({**FEED, "url": "https://me:word@news.example"}, "no user name and no password"),
        ({**FEED, "poll_seconds": 0}, "greater than or equal to 1"),
        ({**WEBHOOK, "secrets": []}, "at least 1"),
        ({**WEBHOOK, "secrets": ["whsec_AAAA"]}, "pattern"),
        ({**CONTACT_LOG, "channel": "letter"}, "phone"),
        ({**CONTACT_LOG, "columns": {"date": "Date"}}, "summary"),
        ({**CONTACT_LOG, "zone": None}, "zone"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], reason: str) -> None:
    """The message names the field, and what it may be."""
    with pytest.raises(ValidationError) as caught:
        SETTINGS.validate_python([settings])

    assert reason in str(caught.value)


@pytest.mark.parametrize("settings", [REPLAY, FEED, CONTACT_LOG])
def test_a_source_is_built_without_being_opened(settings: dict[str, Any]) -> None:
    """Neither file nor address has to be there before the first poll."""
    (one,) = SETTINGS.validate_python([settings])

    source = build_source(one, ManualClock(NOW))

    assert source.name == settings["name"]
    source.close()

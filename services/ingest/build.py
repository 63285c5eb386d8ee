"""Settings into sources: the one place that knows which kind of settings which source takes."""

from services.ingest.configuration import (
    ContactLogSettings,
    FeedSettings,
    HouseSettings,
    PolledSettings,
    ReplaySettings,
)
from services.ingest.house_source import HouseOrigin, HouseSource
from services.ingest.source import Source
from services.runtime.clock import Clock


def build_source(
    settings: PolledSettings, clock: Clock, house: HouseOrigin | None = None
) -> Source:
    """Return the source that settings describe, closed still: the first poll opens it.

    `house` is the platform that a source of that kind listens to.
    """
    match settings:
        case ReplaySettings():
            from services.ingest.file_replay import FileReplay

            return FileReplay(settings, clock)
        case ContactLogSettings():
            from services.ingest.file_contact_log import FileContactLog

            return FileContactLog(settings)
        case FeedSettings():
            from services.ingest.http_feed import HttpFeed, feed_client

            return HttpFeed(settings, clock, feed_client())
        case HouseSettings():
            assert house is not None, "a body whose settings name it has its house platform open"
            return HouseSource(settings, house)

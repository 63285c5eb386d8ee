"""Reads drafts for tests as an invented town would, and names what was found."""

from services.reading.draft import read_draft
from services.reading.findings import Findings
from services.reading.lengths import MASTODON_LENGTH
from services.reading.personal_data import OwnDetails
from tests.claims import promise_finder

OWN = OwnDetails(
    phones=("0300 123 4567", "01632 960000", "+44 20 7946 0000"),
    email_domains=("council.example",),
    link_domains=("council.example", "bin.test"),
)


def read(text: str, *alts: str | None, regions: tuple[str, ...] = ("GB",)) -> Findings:
    """Return what the town finds in a text and in the descriptions of its media."""
    return read_draft(
        text,
        alts,
        own=OWN,
        lengths=MASTODON_LENGTH,
        languages=("en", "cy"),
        regions=regions,
        phrases=promise_finder(),
    )


def kinds(text: str, regions: tuple[str, ...] = ("GB",)) -> list[str]:
    """Return the kinds of personal data found in a text, in order."""
    return [datum.kind for datum in read(text, regions=regions).personal_data]

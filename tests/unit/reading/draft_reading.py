"""Reads drafts for tests as an invented town would, and names what was found."""

from services.reading.contacts import ContactLists, Contacts
from services.reading.draft import read_draft
from services.reading.findings import Findings
from services.reading.lengths import MASTODON_LENGTH
from services.reading.personal_data import OwnDetails
from services.reading.worded import DraftSetting
from tests.claims import promise_finder

OWN = OwnDetails(
    phones=("0300 123 4567", "01632 960000", "+44 20 7946 0000"),
    email_domains=("council.example",),
    link_domains=("council.example", "bin.test"),
)
CONTACTS = Contacts(
    ContactLists(
        service_numbers=("116 123", "0131 496 0999", "7726"),
        public_places=("Town House", "Corn Hall"),
        regions_beside=("IE", "FR", "DE", "ES", "IT", "PL", "PT", "US", "CA", "AU", "SE"),
    )
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


def kinds_here(text: str, parent: str | None = None) -> list[str]:
    """Return the kinds found by a body that has listed its contacts, in an answer to `parent`."""
    findings = read_draft(
        text,
        (),
        own=OWN,
        lengths=MASTODON_LENGTH,
        languages=("en", "cy"),
        setting=DraftSetting(parent=parent),
        contacts=CONTACTS,
    )
    return [datum.kind for datum in findings.personal_data]

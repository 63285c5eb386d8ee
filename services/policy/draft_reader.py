"""Reads a draft for what policy has to know of it, with the body's own details and limits."""

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.act import ActContent
from services.policy.configuration import OwnContacts
from services.reading.draft import read_draft
from services.reading.lengths import LengthRule
from services.reading.personal_data import OwnDetails
from services.runtime.platform import PlatformFacts


class DraftReader:
    """Findings of drafts, for accounts on any of the platforms given."""

    def __init__(
        self,
        own: OwnContacts,
        languages: Sequence[str],
        platforms: Mapping[str, PlatformFacts],
    ) -> None:
        self._own = OwnDetails(
            phones=own.phones, email_domains=own.email_domains, link_domains=own.link_domains
        )
        self._regions = own.regions
        self._languages = tuple(languages)
        self._lengths = {
            name: LengthRule(facts.length_kind, facts.link_characters, facts.length_max)
            for name, facts in platforms.items()
        }

    def findings(self, content: ActContent, platform: str) -> Mapping[str, Any]:
        """Return what was found in an act's words, as data."""
        found = read_draft(
            content.text,
            [each.alt for each in content.media],
            own=self._own,
            lengths=self._lengths[platform],
            languages=self._languages,
            regions=self._regions,
        )
        return found.as_facts()

    def limits(self, platform: str) -> Mapping[str, Any]:
        """Return how a platform counts, and how much it takes."""
        rule = self._lengths[platform]
        return {"kind": rule.kind, "limit": rule.limit}

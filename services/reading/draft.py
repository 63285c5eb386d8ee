"""Reads a draft that is to go out in the body's name, and gives out what can be told from it."""

import re
from collections.abc import Iterator, Sequence, Sized
from typing import Final

from services.reading.contacts import NOBODYS, Contacts
from services.reading.findings import (
    Finding,
    Findings,
    LinkFinding,
    PromiseFinding,
    TimescaleFinding,
)
from services.reading.form import FormReader
from services.reading.form_lists import NO_FORM
from services.reading.language import language_of
from services.reading.lengths import Length, LengthRule, measure
from services.reading.links import Link, is_own, links_in
from services.reading.lists import WordLists
from services.reading.personal_data import OwnDetails, parent_data, personal_data_in
from services.reading.promises import NO_PROMISES, PromiseFinder
from services.reading.shadow import Shadow
from services.reading.timescales import timescales_in
from services.reading.worded import DraftSetting
from services.reading.wording import Wording

CHARACTERS_READ_MAX: Final = 20_000
"""A text is read up to here, and each description of media too; findings say when one is cut."""

MEDIA_READ_MAX: Final = 16
NO_LISTS: Final = Wording(WordLists())
FINDINGS_MAX: Final = 500
"""Of one text so many findings of a sort are kept; the rest makes it a cut one."""

_EXCERPT_LENGTH_MAX: Final = 80
_LONG_NUMBER: Final = re.compile(r"\d{5,}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def read_draft(  # noqa: PLR0913 - a draft, and all by which a body reads one
    text: str,
    alts: Sequence[str | None],
    *,
    own: OwnDetails,
    lengths: LengthRule,
    languages: Sequence[str],
    regions: Sequence[str] = ("GB",),
    phrases: PromiseFinder = NO_PROMISES,
    wording: Wording | None = None,
    form: FormReader | None = None,
    setting: DraftSetting = DraftSetting(),  # noqa: B008 - a frozen value
    contacts: Contacts = NOBODYS,
) -> Findings:
    """Return what a draft and the descriptions of its media hold; never raises for what they hold.

    `alts` has one entry for each picture or film, None where it has no description. `languages`
    are the body's, two letters each, the first one first; `regions` are those whose telephone
    numbers are looked for (ISO 3166, two letters). `phrases`, `wording` and `form` find by a body's
    lists; `setting` says what kind of draft it is.
    """
    reader = _Reader(own, regions, phrases, wording or NO_LISTS, setting, contacts)
    shadow, links = reader.read("text", text)
    alts_read = [alt and alt[:CHARACTERS_READ_MAX] for alt in alts[:MEDIA_READ_MAX]]
    for number, alt in enumerate(alts[:MEDIA_READ_MAX]):
        if alt is not None:
            reader.read(f"media.{number}.alt", alt)
    language = language_of(text[:CHARACTERS_READ_MAX], languages or ("en",))
    form = form or FormReader(NO_FORM, own.link_domains)
    return Findings(
        personal_data=tuple(reader.personal_data),
        promises=tuple(reader.promises),
        timescales=tuple(reader.timescales),
        links=tuple(reader.links),
        length=_length(text, shadow, links, lengths),
        wording=tuple(reader.wording),
        form=form.read(text[:CHARACTERS_READ_MAX], shadow, reader.links_read, alts_read, setting),
        language=language,
        media=len(alts),
        media_without_alt=sum(alt is None or not alt.strip() for alt in alts),
        is_cut=reader.is_cut or len(alts) > MEDIA_READ_MAX,
    )


class _Reader:
    """Gathers the findings of a draft's texts, one after the other."""

    def __init__(
        self,
        own: OwnDetails,
        regions: Sequence[str],
        phrases: PromiseFinder,
        wording: Wording,
        setting: DraftSetting,
        contacts: Contacts,
    ) -> None:
        self._contacts = contacts
        self._parent = parent_data(setting.parent, own, regions, contacts)
        self._own = own
        self._regions = tuple(regions)
        self._phrases = phrases
        self._wording = wording
        self._setting = setting
        self.wording: list[Finding] = []
        self.personal_data: list[Finding] = []
        self.promises: list[PromiseFinding] = []
        self.timescales: list[TimescaleFinding] = []
        self.links: list[LinkFinding] = []
        self.links_read: list[Link] = []
        self.is_cut = False

    def read(self, where: str, text: str) -> tuple[Shadow, list[Link]]:
        """Add the findings of one text, and return its shadow and its links."""
        shadow = Shadow(text[:CHARACTERS_READ_MAX])
        links = links_in(shadow)
        timescales = timescales_in(shadow)
        promises = self._phrases.find(shadow, timescales)
        personal = personal_data_in(
            shadow, links, self._own, self._regions, self._contacts, self._parent
        )
        worded = self._wording.find(shadow, self._setting)
        sorts: tuple[Sized, ...] = (links, timescales, promises, personal.found, worded)
        self.is_cut |= (
            len(text) > CHARACTERS_READ_MAX
            or personal.gave_up
            or any(len(found) > FINDINGS_MAX for found in sorts)
        )
        for datum in personal.found[:FINDINGS_MAX]:
            place = shadow.span(datum.start, datum.end)
            excerpt = _short(datum.masked)
            self.personal_data.append(Finding(datum.kind, where, *place, excerpt, datum.detail))
        for promise in promises[:FINDINGS_MAX]:
            place = shadow.span(promise.start, promise.end)
            excerpt = _excerpt(promise.phrase)
            self.promises.append(
                PromiseFinding("promise", where, *place, excerpt, "", promise.has_timescale)
            )
        for scale in timescales[:FINDINGS_MAX]:
            place = shadow.span(scale.start, scale.end)
            amounts = (scale.working_days, scale.days, scale.hours)
            self.timescales.append(
                TimescaleFinding("timescale", where, *place, _excerpt(scale.text), "", *amounts)
            )
        for each in worded[:FINDINGS_MAX]:
            place = shadow.span(each.start, each.end)
            self.wording.append(Finding(each.family, where, *place, _excerpt(each.phrase), ""))
        self.links_read.extend(links[:FINDINGS_MAX])
        self.links.extend(self._as_findings(where, shadow, links[:FINDINGS_MAX]))
        return shadow, links

    def _as_findings(
        self, where: str, shadow: Shadow, links: Sequence[Link]
    ) -> Iterator[LinkFinding]:
        for link in links:
            place = shadow.span(link.start, link.end)
            own = is_own(link.host, self._own.link_domains)
            yield LinkFinding("link", where, *place, _excerpt(link.host), link.scheme, own)


def _excerpt(text: str) -> str:
    """Return words of a draft that are no personal datum, short, and without long numbers."""
    return _short(_LONG_NUMBER.sub(lambda number: "*" * len(number[0]), text))


def _short(text: str) -> str:
    """Return a text short enough for facts, without lone surrogates."""
    cut = _SURROGATE.sub("\ufffd", text)
    return cut if len(cut) <= _EXCERPT_LENGTH_MAX else f"{cut[: _EXCERPT_LENGTH_MAX - 1]}\u2026"


def _length(text: str, shadow: Shadow, links: list[Link], rule: LengthRule) -> Length:
    read = measure(text[:CHARACTERS_READ_MAX], shadow, links, rule)
    beyond = text[CHARACTERS_READ_MAX:]
    size_bytes = read.size_bytes + len(beyond.encode("utf-8", "surrogatepass"))
    return Length(read.counted + len(beyond), rule.limit, size_bytes, rule.bytes_max)

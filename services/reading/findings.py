"""What is found in a draft, as values, and as the small facts that policy rules look at."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any, Final

from services.reading.form import FormFindings
from services.reading.language import LanguageGuess
from services.reading.lengths import Length
from services.reading.wording import FAMILIES

FACTS_BYTES_MAX: Final = 3_000
"""The facts of one draft as JSON stay under this, so that an act fits in what an engine takes."""

DAYS_IN_WEEK: Final = 7
WORKING_DAYS_IN_WEEK: Final = 5
HOURS_IN_DAY: Final = 24

LISTED_MAX: Final = 20
"""Of each kind so many findings are listed; all are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact about a draft and where it stands.

    `where` is `text` or `media.N.alt`; `start` and `end` count characters of what was written
    there. `excerpt_masked` never holds a personal datum.
    """

    kind: str
    where: str
    start: int
    end: int
    excerpt_masked: str
    detail: str

    def as_fact(self) -> dict[str, Any]:
        """Return the finding for the policy engine."""
        fact = {"kind": self.kind, "where": self.where, "start": self.start}
        if self.detail:
            fact["detail"] = self.detail
        return {**fact, "excerpt": self.excerpt_masked}


@dataclass(frozen=True, slots=True)
class PromiseFinding(Finding):
    """A promise, and whether the draft says by when; `detail` is the phrase it was known by."""

    has_timescale: bool

    def as_fact(self) -> dict[str, Any]:
        """Return the promise for the policy engine."""
        place = {"where": self.where, "start": self.start}
        return {**place, "excerpt": self.excerpt_masked, "has_timescale": self.has_timescale}


@dataclass(frozen=True, slots=True)
class TimescaleFinding(Finding):
    """A timescale; at most one amount is set, none for a day or date."""

    working_days: int | None
    days: int | None
    hours: int | None

    def in_days(self) -> Iterator[int]:
        """Yield the amount in whole days, a begun one counted; nothing for a day or date."""
        if self.working_days is not None:
            yield -(-self.working_days * DAYS_IN_WEEK // WORKING_DAYS_IN_WEEK)
        if self.days is not None:
            yield self.days
        if self.hours is not None:
            yield -(-self.hours // HOURS_IN_DAY)

    def as_fact(self) -> dict[str, Any]:
        """Return the timescale for the policy engine, with the amount it has."""
        amounts = {"working_days": self.working_days, "days": self.days, "hours": self.hours}
        known = {unit: amount for unit, amount in amounts.items() if amount is not None}
        return {"where": self.where, "start": self.start, "excerpt": self.excerpt_masked, **known}


@dataclass(frozen=True, slots=True)
class LinkFinding(Finding):
    """A link, by its host, and whether that is one of the body's own."""

    is_own: bool

    def as_fact(self) -> dict[str, Any]:
        """Return the link for the policy engine."""
        place = {"where": self.where, "start": self.start}
        return {**place, "host": self.excerpt_masked, "own": self.is_own}


@dataclass(frozen=True, slots=True)
class Findings:
    """All that can be told from a draft's words.

    `is_cut` says that not all of it was read, so that its findings may be short of some.
    """

    personal_data: tuple[Finding, ...]
    promises: tuple[PromiseFinding, ...]
    timescales: tuple[TimescaleFinding, ...]
    links: tuple[LinkFinding, ...]
    wording: tuple[Finding, ...]
    form: FormFindings
    length: Length
    language: LanguageGuess
    media: int
    media_without_alt: int
    is_cut: bool

    @property
    def promises_without_timescale(self) -> int:
        """How many promises do not say by when."""
        return sum(not promise.has_timescale for promise in self.promises)

    @property
    def timescale_days_min(self) -> int | None:
        """The shortest time, in days, that a promise may mean; None where none is counted in any.

        Working days become days of a week; begun days are counted, so that hours are one day.
        """
        if not any(promise.has_timescale for promise in self.promises):
            return None
        return min((days for each in self.timescales for days in each.in_days()), default=None)

    def as_facts(self) -> dict[str, Any]:
        """Return bounded JSON for the policy engine: all counts, and findings while they fit.

        `truncated` says that some findings are counted but not listed, or that the draft was cut.
        """
        lists: dict[str, list[dict[str, Any]]] = {
            "personal_data": [],
            "promises": [],
            "timescales": [],
            "links": [],
            "wording": [],
        }
        facts: dict[str, Any] = {**self._counts(), "truncated": True, "found": lists}
        room_bytes = FACTS_BYTES_MAX - len(json.dumps(facts))
        left_out = False
        for name, finding in self._in_turn():
            fact = finding.as_fact()
            size_bytes = len(json.dumps(fact)) + len(", ")
            if size_bytes > room_bytes:
                left_out = True
                continue
            room_bytes -= size_bytes
            lists[name].append(fact)
        listed = sum(map(len, lists.values()))
        facts["truncated"] = left_out or self.is_cut or listed < self._total()
        return facts

    def _total(self) -> int:
        groups: tuple[Sequence[Finding], ...] = (
            self.personal_data,
            self.promises,
            self.timescales,
            self.links,
            self.wording,
        )
        return sum(map(len, groups))

    def _counts(self) -> dict[str, Any]:
        return {
            "personal_data": len(self.personal_data),
            "personal_data_kinds": dict(Counter(datum.kind for datum in self.personal_data)),
            "promises": len(self.promises),
            "promises_without_timescale": self.promises_without_timescale,
            "timescales": len(self.timescales),
            "timescale_days_min": self.timescale_days_min,
            "links": len(self.links),
            "wording": {
                **dict.fromkeys(FAMILIES, 0),
                **Counter(worded.kind for worded in self.wording),
            },
            **asdict(self.form),
            "length": self.length.counted,
            "length_limit": self.length.limit,
            "length_over_by": self.length.over_by,
            "length_bytes": self.length.size_bytes,
            "is_too_long": self.length.is_too_long,
            "language": self.language.code,
            "language_probability": self.language.probability,
            "media": self.media,
            "media_without_alt": self.media_without_alt,
            "is_cut": self.is_cut,
        }

    def _in_turn(self) -> Iterator[tuple[str, Finding]]:
        """Yield findings one of each sort at a time, so that none crowds out the others."""
        seen: Counter[str] = Counter()
        personal = []
        for datum in self.personal_data:
            seen[datum.kind] += 1
            if seen[datum.kind] <= LISTED_MAX:
                personal.append(datum)
        without = sorted(self.promises, key=lambda promise: promise.has_timescale)
        elsewhere = sorted(self.links, key=lambda link: link.is_own)
        sorts: dict[str, Sequence[Finding]] = {
            "personal_data": personal,
            "promises": without[:LISTED_MAX],
            "timescales": self.timescales[:LISTED_MAX],
            "links": elsewhere[:LISTED_MAX],
            "wording": self.wording[:LISTED_MAX],
        }
        for row in zip_longest(*sorts.values()):
            for name, finding in zip(sorts, row, strict=True):
                if finding is not None:
                    yield name, finding

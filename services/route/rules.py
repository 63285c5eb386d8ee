"""The first rule, in the order of the file, that a post fits, found by word sets."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.reading.words import PhraseIndex, Words
from services.route.configuration import RoutingSettings
from services.route.rule_file import Rule, places_meant


class Said(NamedTuple):
    """What rules may look at: nothing about who said it, only what was said, where, to whom."""

    words: Words
    places: tuple[str, ...]
    language: str
    account: str | None
    source: str
    urgency: str


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule that fits, the team it gives the post to, and which words and place made it fit."""

    rule: Rule
    team: str
    words: tuple[str, ...]
    place: str | None


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A rule with its parts as sets; an empty set is open to all."""

    rule: Rule
    team: str
    phrases: frozenset[int]
    places: frozenset[str]
    languages: frozenset[str]
    accounts: frozenset[str]
    sources: frozenset[str]
    urgencies: frozenset[str]

    def fits(self, said: Said, account: str, phrases: Sequence[int]) -> bool:
        """Return whether every part that is given holds."""
        return (
            (not self.phrases or not self.phrases.isdisjoint(phrases))
            and (not self.languages or said.language in self.languages)
            and (not self.urgencies or said.urgency in self.urgencies)
            and (not self.places or not self.places.isdisjoint(said.places))
            and (not self.sources or said.source in self.sources)
            and (not self.accounts or account in self.accounts)
        )


class RuleBook:
    """All rules, compiled once: words and places name the candidates, which are then checked."""

    __slots__ = ("_always", "_by_phrase", "_by_place", "_index", "_rules")

    def __init__(self, rules: Sequence[Rule], settings: RoutingSettings) -> None:
        texts = list(dict.fromkeys(word for rule in rules for word in rule.when.words))
        numbers = {text: number for number, text in enumerate(texts)}
        self._index = PhraseIndex(texts)
        self._rules = tuple(_compiled(rule, numbers, settings) for rule in rules)
        by_phrase: defaultdict[int, list[int]] = defaultdict(list)
        by_place: defaultdict[str, list[int]] = defaultdict(list)
        always: list[int] = []
        for number, compiled in enumerate(self._rules):
            for phrase in compiled.phrases:
                by_phrase[phrase].append(number)
            if not compiled.phrases:
                for place in compiled.places:
                    by_place[place].append(number)
                if not compiled.places:
                    always.append(number)
        self._by_phrase, self._by_place = dict(by_phrase), dict(by_place)
        self._always = tuple(always)

    def first_match(self, said: Said) -> RuleMatch | None:
        """Return the first rule in the order of the file that fits, or None."""
        phrases = self._index.find(said.words)
        candidates = set(self._always)
        for phrase in phrases:
            candidates.update(self._by_phrase[phrase])
        for place in said.places:
            candidates.update(self._by_place.get(place, ()))
        account = said.account.casefold() if said.account else ""
        for number in sorted(candidates):
            compiled = self._rules[number]
            if compiled.fits(said, account, phrases):
                return self._match(compiled, said, phrases)
        return None

    def _match(self, compiled: _Compiled, said: Said, phrases: Sequence[int]) -> RuleMatch:
        words = tuple(
            self._index.phrases[number].text for number in phrases if number in compiled.phrases
        )
        place = next((place for place in said.places if place in compiled.places), None)
        return RuleMatch(compiled.rule, compiled.team, words, place)


def _compiled(rule: Rule, numbers: Mapping[str, int], settings: RoutingSettings) -> _Compiled:
    when = rule.when
    return _Compiled(
        rule=rule,
        team=rule.team_by(settings),
        phrases=frozenset(numbers[word] for word in when.words),
        places=places_meant(when.place, settings),
        languages=frozenset(when.language),
        accounts=frozenset(account.casefold() for account in when.account),
        sources=frozenset(when.source),
        urgencies=frozenset(when.urgency),
    )

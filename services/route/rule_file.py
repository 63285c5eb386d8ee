"""The rules a service manager writes: when a post fits, then who gets it, and how soon."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, Field

from schemas.assignment import ThemeId
from schemas.classification import TeamId, Urgency
from services.reading.words import Phrase
from services.route.configuration import (
    NO_TEAM,
    SETTINGS,
    Name,
    NameList,
    PhraseList,
    RoutingSettings,
    listed,
    unknown,
)
from services.route.durations import WrittenDuration
from services.runtime.yaml_lines import Fault

RULES_COUNT_MAX: Final = 1_000


LanguageList = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...],
    BeforeValidator(listed),
    Field(max_length=50),
]
UrgencyList = Annotated[tuple[Urgency, ...], BeforeValidator(listed), Field(max_length=4)]


class When(BaseModel):
    """What a post must be like: every part that is given must hold, by any one of its entries.

    `words` are words or phrases, case and accents aside; a word may end in * for a stem. `place`
    names places or wards; `account` is the body's account spoken to, `source` a source by name.
    """

    model_config = SETTINGS

    words: PhraseList = ()
    language: LanguageList = ()
    place: NameList = ()
    account: NameList = ()
    source: NameList = ()
    urgency: UrgencyList = ()


class Then(BaseModel):
    """What follows: a theme implies its team; the rest is settled elsewhere where left out."""

    model_config = SETTINGS

    theme: ThemeId | None = None
    team: TeamId | None = None
    priority: Urgency | None = None
    deadline: WrittenDuration | None = None


class Rule(BaseModel):
    """One named line of routing."""

    model_config = SETTINGS

    name: Name
    when: When
    then: Then

    def team_by(self, settings: RoutingSettings) -> str:
        """Return the team the rule gives posts to, which a theme may imply."""
        if self.then.team is not None:
            return self.then.team
        assert self.then.theme is not None, "rule_faults refuses a rule with neither"
        return settings.theme_by_id[self.then.theme].team


class RoutingRules(BaseModel):
    """All rules, the first that fits decides."""

    model_config = SETTINGS

    rules: Annotated[tuple[Rule, ...], Field(max_length=RULES_COUNT_MAX)] = ()


def rules_check(settings: RoutingSettings) -> Callable[[RoutingRules], Iterator[Fault]]:
    """Return the check to give `read_yaml` with the rules file."""
    return lambda rules: rule_faults(rules, settings)


def rule_faults(rules: RoutingRules, settings: RoutingSettings) -> Iterator[Fault]:
    """Yield where rules do not agree with the settings or with one another."""
    named: dict[str, int] = {}
    for number, rule in enumerate(rules.rules):
        first = named.setdefault(rule.name.casefold(), number)
        if first != number:
            sentence = f"{rule.name!r} is also the name of rule {first + 1}; rename one of them."
            yield Fault(("rules", number, "name"), sentence)
        yield from _when_faults(number, rule, settings)
        yield from _then_faults(number, rule, settings)
    yield from _unreachable(rules.rules, settings)


def _when_faults(number: int, rule: Rule, settings: RoutingSettings) -> Iterator[Fault]:
    path = ("rules", number, "when")
    if not any(getattr(rule.when, part) for part in When.model_fields):
        yield Fault(path, "is empty, so the rule would take every post; add words or a place.")
    wards = {place.ward for place in settings.places if place.ward is not None}
    for entry, name in enumerate(rule.when.place):
        if settings.gazetteer.named(name) is None and name not in wards:
            names = [place.name for place in settings.places]
            yield unknown((*path, "place", entry), "place", name, [*names, *wards])


def _then_faults(number: int, rule: Rule, settings: RoutingSettings) -> Iterator[Fault]:
    path = ("rules", number, "then")
    theme_id, team_id = rule.then.theme, rule.then.team
    if theme_id is None and team_id is None:
        yield Fault(path, "names neither a theme nor a team; add one of them.")
    if team_id is not None and not settings.knows_team(team_id):
        yield unknown((*path, "team"), "team", team_id, [*settings.team_by_id, NO_TEAM])
    if theme_id is None:
        return
    theme = settings.theme_by_id.get(theme_id)
    if theme is None:
        yield unknown((*path, "theme"), "theme", theme_id, list(settings.theme_by_id))
    elif team_id is not None and theme.team != team_id:
        cure = f"take out the team, or name a theme of {team_id}."
        yield Fault((*path, "theme"), f"{theme_id!r} is a theme of {theme.team}; {cure}")


def _unreachable(rules: Sequence[Rule], settings: RoutingSettings) -> Iterator[Fault]:
    conditions = [_condition(rule.when, settings) for rule in rules]
    for later, condition in enumerate(conditions):
        for earlier in range(later):
            if conditions[earlier].covers(condition):
                sentence = (
                    f"can never be reached, since rule {earlier + 1} ({rules[earlier].name!r}) "
                    "takes every post it would; move it up or narrow that one."
                )
                yield Fault(("rules", later), sentence)
                break


@dataclass(frozen=True, slots=True)
class _Condition:
    """A rule's `when`, ready to be compared with another's; an empty part is open to all."""

    phrases: tuple[Phrase, ...]
    parts: tuple[frozenset[str], ...]

    def covers(self, other: "_Condition") -> bool:
        """Return whether every post that fits the other fits this one too."""
        for wider, narrower in zip(self.parts, other.parts, strict=True):
            if wider and not (narrower and narrower <= wider):
                return False
        if not self.phrases:
            return True
        return bool(other.phrases) and all(
            any(wider.covers(narrower) for wider in self.phrases) for narrower in other.phrases
        )


def _condition(when: When, settings: RoutingSettings) -> _Condition:
    accounts = frozenset(account.casefold() for account in when.account)
    others = (when.language, when.source, when.urgency, places_meant(when.place, settings))
    return _Condition(tuple(map(Phrase, when.words)), (accounts, *map(frozenset, others)))


def places_meant(entries: Sequence[str], settings: RoutingSettings) -> frozenset[str]:
    """Return the names of the places that a rule's entries, names or wards, stand for."""
    if not entries:
        return frozenset()
    named = {settings.gazetteer.named(entry) or entry for entry in entries}
    within = {place.name for place in settings.places if place.ward in set(entries)}
    return frozenset(named | within)

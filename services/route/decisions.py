"""The order in which a post finds its team: conversation, rule, classifier, fallback."""

from collections import defaultdict
from typing import Final, NamedTuple

from schemas.assignment import Why
from schemas.classification import Classification, Urgency
from schemas.post import Post
from services.reading.words import PhraseIndex, Words
from services.route.configuration import NO_TEAM, RoutingSettings
from services.route.durations import Duration
from services.route.reasons import (
    classifier_reason,
    conversation_reason,
    fallback_reason,
    rule_reason,
)
from services.route.rule_file import RoutingRules
from services.route.rules import RuleBook, RuleMatch, Said

PRIORITIES: Final[tuple[Urgency, ...]] = ("emergency", "urgent", "normal", "low")
"""The most pressing first."""


class Decision(NamedTuple):
    """Who gets a post and why; of `durations`, the times allowed, the soonest holds."""

    team: str
    theme: str | None
    priority: Urgency
    why: Why
    rule: str | None
    reason: str
    place: str | None
    durations: tuple[Duration, ...]


class Decider:
    """Decides from one post and its conversation; knows nothing of who has said what before."""

    def __init__(self, settings: RoutingSettings, rules: RoutingRules) -> None:
        self._settings = settings
        self._gazetteer = settings.gazetteer
        self._by_priority: dict[str, Duration] = dict(settings.deadlines)
        self._book = RuleBook(rules.rules, settings)
        self._themes = _ThemeWords(settings)

    def decide(
        self,
        post: Post,
        classification: Classification,
        team_now: str | None,
        theme_now: str | None = None,
    ) -> Decision:
        """Return the decision on a post whose conversation is with a team, or with None yet."""
        words = Words(post.text)
        places = self._places(post, words)
        match = self._book.first_match(
            Said(
                words=words,
                places=places,
                language=classification.language,
                account=post.account,
                source=post.source,
                urgency=classification.urgency,
            )
        )
        priority = (match and match.rule.then.priority) or classification.urgency
        team, why, reason = self._team(classification, team_now, match)
        theme = theme_now if why == "conversation" else None
        if theme is None and match is not None and match.team == team:
            theme = match.rule.then.theme
        return Decision(
            team=team,
            theme=theme or self._themes.find(team, words),
            priority=priority,
            why=why,
            rule=match.rule.name if match is not None and why == "rule" else None,
            reason=reason,
            place=places[0] if places else post.place,
            durations=self.durations(team, priority, match),
        )

    def theme_of(self, text: str, language: str | None) -> str | None:
        """Return the theme that a text by itself is about, as the rules and themes' words find it.

        The first rule that fits decides, as for a post of no account and no source; where none
        does, the theme that is listed first of those whose words are there. None where none are.
        """
        words = Words(text)
        match = self._book.first_match(
            Said(
                words=words,
                places=self._gazetteer.find(words),
                language=language or "",
                account=None,
                source="",
                urgency="normal",
            )
        )
        if match is None:
            return self._themes.find_any(words)
        return match.rule.then.theme or self._themes.find(match.team, words)

    def durations(
        self, team: str, priority: str, match: RuleMatch | None = None
    ) -> tuple[Duration, ...]:
        """Return the times a team is allowed: the rule's, else its standard and the priority's."""
        if team == NO_TEAM:
            return ()
        if match is not None and match.rule.then.deadline is not None:
            return (match.rule.then.deadline,)
        standard = self._settings.standard_of(team)
        by_priority = self._by_priority.get(priority)
        return (standard,) if by_priority is None else (by_priority, standard)

    def _places(self, post: Post, words: Words) -> tuple[str, ...]:
        found = self._gazetteer.find(words)
        told = None if post.place is None else self._gazetteer.named(post.place)
        return found if told is None or told in found[:1] else (told, *found)

    def _team(
        self, classification: Classification, team_now: str | None, match: RuleMatch | None
    ) -> tuple[str, Why, str]:
        if team_now is not None:
            return team_now, "conversation", conversation_reason(team_now, _pressing(match))
        if match is not None:
            return match.team, "rule", rule_reason(match)
        known = self._settings.knows_team(classification.team)
        if known and classification.team_probability >= self._settings.team_probability_min:
            return classification.team, "classifier", classifier_reason(classification)
        fallback = self._settings.fallback_team
        return fallback, "fallback", fallback_reason(classification, fallback, known=known)


class _ThemeWords:
    """Each team's themes by their words; of several that fit, the one listed first."""

    __slots__ = ("_indexes", "_order", "_themes")

    def __init__(self, settings: RoutingSettings) -> None:
        words: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for theme in settings.themes:
            for word in theme.words:
                words[theme.team].setdefault(word, theme.id)
        self._order = {theme.id: number for number, theme in enumerate(settings.themes)}
        self._indexes = {team: PhraseIndex(themes) for team, themes in words.items()}
        self._themes = {team: tuple(themes.values()) for team, themes in words.items()}

    def find(self, team: str, words: Words) -> str | None:
        """Return the theme of a team that a text's words speak of, or None."""
        index = self._indexes.get(team)
        if index is None:
            return None
        found = index.find(words)
        return self._themes[team][found[0]] if found else None

    def find_any(self, words: Words) -> str | None:
        """Return the theme of any team that a text's words speak of, or None."""
        found = [theme for team in self._indexes if (theme := self.find(team, words)) is not None]
        return min(found, key=self._order.__getitem__, default=None)


def _pressing(match: RuleMatch | None) -> RuleMatch | None:
    if match is None or (match.rule.then.priority is None and match.rule.then.deadline is None):
        return None
    return match

"""Finds the theme of a text that stands in no conversation, by the routing rules."""

from collections.abc import Callable
from functools import cached_property

from services.route.configuration import RoutingSettings
from services.route.decisions import Decider
from services.route.rule_file import RoutingRules


class ThemeFinder:
    """Says what a text is about, as routing would; the rules are read with the first question."""

    def __init__(self, settings: RoutingSettings, rules: Callable[[], RoutingRules]) -> None:
        self._settings = settings
        self._rules = rules

    def __call__(self, text: str, language: str | None) -> str | None:
        """Return a theme's id, or None where no rule and no theme's words speak for one.

        Raises SettingsError where the rules cannot be read.
        """
        return self._decider.theme_of(text, language)

    @cached_property
    def _decider(self) -> Decider:
        return Decider(self._settings, self._rules())

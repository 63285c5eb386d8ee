"""The theme of a text that stands in no conversation: by rules first, then by themes' words."""

import pytest

from services.route.decisions import Decider
from services.route.rule_file import RoutingRules
from services.route.theme_finder import ThemeFinder
from tests.unit.route.samples import RULES, SETTINGS

DECIDER = Decider(SETTINGS, RULES)


def test_the_rules_are_read_with_the_first_question_and_once() -> None:
    """Most bodies never ask."""
    read: list[RoutingRules] = []

    def rules() -> RoutingRules:
        read.append(RULES)
        return RULES

    finder = ThemeFinder(SETTINGS, rules)
    before = len(read)
    finder("nothing at all", "en")
    finder("a live wire", None)

    assert (0, 1) == (before, len(read))


@pytest.mark.parametrize("text", ["", "Good morning to all of you.", "\x00 \u202e"])
def test_what_speaks_of_nothing_has_no_theme(text: str) -> None:
    """Rather than one that was guessed."""
    assert DECIDER.theme_of(text, "en") is None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("There is a live wire by the pothole.", "en", "lamps-dangerous"),
        ("The lamps are on again.", "en", "lamps-out"),
        ("We filled the potholes today.", None, "potholes"),
        ("Potholes and lamps: what we did this week.", "en", "lamps-out"),
        ("A new surface for Harbour Row, with no pothole left.", "en", "potholes"),
        ("A new surface for Harbour Row, with no pothole left.", "gd", "potholes"),
        ("A new surface for Harbour Row.", "en", None),
        ("Buy now: a lamp for every window!", "en", None),
    ],
)
def test_a_text_has_the_theme_that_routing_would_give_it(
    text: str, language: str | None, expected: str | None
) -> None:
    """The first rule that fits decides; else the theme that is listed first of those spoken of."""
    assert expected == DECIDER.theme_of(text, language)

"""The rule book: the first rule in the file that fits, and what made it fit."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reading.words import Phrase, Words
from services.route.rule_file import RoutingRules, Rule
from services.route.rules import RuleBook, Said
from tests.unit.route.samples import SETTINGS


def rule(name: str, when: dict[str, list[str]]) -> Rule:
    """Return a rule for roads under a condition."""
    return Rule.model_validate({"name": name, "when": when, "then": {"team": "roads"}})


def said(text: str, **changes: Any) -> Said:
    """Return what a post says, with the sample town's places found in it."""
    words = Words(text)
    values: dict[str, Any] = {
        "words": words,
        "places": SETTINGS.gazetteer.find(words),
        "language": "en",
        "account": "@Mercatburgh",
        "source": "mastodon",
        "urgency": "normal",
    }
    return Said(**{**values, **changes})


def test_first_rule_in_the_file_wins() -> None:
    """Of several rules that fit, the order of the file decides, not the order of the words."""
    book = RuleBook(
        [rule("One", {"words": ["lamp"]}), rule("Two", {"words": ["dark", "lamp"]})], SETTINGS
    )

    match = book.first_match(said("dark lamp"))

    assert match is not None
    assert (match.rule.name, match.team, match.words) == ("One", "roads", ("lamp",))


@pytest.mark.parametrize(
    "when",
    [
        {"words": ["lamp*"]},
        {"language": ["cy", "en"]},
        {"place": ["Port Mercat"]},
        {"account": ["@mercatburgh"]},
        {"source": ["mastodon"]},
        {"urgency": ["low", "normal"]},
        {"words": ["lamps"], "place": ["the harbour"], "language": ["en"]},
    ],
)
def test_every_part_can_make_a_rule_fit(when: dict[str, list[str]]) -> None:
    """Any entry of each part that is given suffices."""
    assert RuleBook([rule("A", when)], SETTINGS).first_match(said("Lamps at Harbour Row"))


@pytest.mark.parametrize(
    "other",
    [
        {"words": ["gull"]},
        {"language": ["cy"]},
        {"place": ["Mill Lane"]},
        {"account": ["@other"]},
        {"source": ["phone"]},
        {"urgency": ["urgent"]},
    ],
)
def test_one_part_that_fails_is_enough_against_a_rule(other: dict[str, list[str]]) -> None:
    """All parts must hold."""
    book = RuleBook([rule("A", {"words": ["lamps"], **other})], SETTINGS)

    assert book.first_match(said("Lamps at Harbour Row")) is None


def test_match_names_the_words_and_place_that_made_it_fit() -> None:
    """What the reason sentence quotes is only what this rule looked for."""
    book = RuleBook(
        [
            rule("Other", {"words": ["dark"], "language": ["cy"]}),
            rule("A", {"words": ["lamp*", "live wire"], "place": ["Harbour Row", "Mill Lane"]}),
        ],
        SETTINGS,
    )

    match = book.first_match(said("dark lamps and a live wire in Mill Lane"))

    assert match is not None
    assert (match.words, match.place) == (("lamp*", "live wire"), "Mill Lane")


def test_post_without_account_fits_no_rule_about_accounts() -> None:
    """A phone call is to no account at all."""
    book = RuleBook([rule("A", {"account": ["@mercatburgh"]})], SETTINGS)

    assert book.first_match(said("lamp", account=None)) is None


PHRASES = st.sampled_from(
    ["lamp", "lam*", "dark lamp", "live wire*", "wire", "no light", "lights*"]
)
LANGUAGES = st.lists(st.sampled_from(["en", "cy"]), max_size=2)
WHENS = st.builds(
    lambda words, language: {"words": words, "language": language},
    st.lists(PHRASES, max_size=3),
    LANGUAGES,
)
TEXTS = st.lists(
    st.sampled_from(["lamp", "lamps", "dark", "live", "wires", "wire", "no", "light"]), max_size=8
).map(" ".join)


@settings(deadline=None)
@given(st.lists(WHENS, max_size=8), TEXTS, st.sampled_from(["en", "cy", "pl"]))
def test_book_agrees_with_a_look_at_each_rule_in_turn(
    whens: list[dict[str, list[str]]], text: str, language: str
) -> None:
    """Going by word sets is only faster: it finds the same rule as trying each."""
    rules = RoutingRules(rules=tuple(rule(f"r{n}", when) for n, when in enumerate(whens))).rules
    spoken = said(text, language=language)

    expected = next(
        (
            each.name
            for each in rules
            if (not each.when.words or any(Phrase(w).is_in(spoken.words) for w in each.when.words))
            and (not each.when.language or language in each.when.language)
        ),
        None,
    )
    match = RuleBook(rules, SETTINGS).first_match(spoken)
    assert (None if match is None else match.rule.name) == expected

"""The town's settings: they load, they are whole, and every rule has somebody to speak of it."""

import csv
import io
from collections import Counter

import pytest

from services.ingest.configuration import ContactLogSettings, FeedSettings
from services.reading.words import PhraseIndex, Words
from services.route.rule_file import RoutingRules, rules_check
from services.route.rules import RuleBook, RuleMatch, Said
from services.runtime.yaml_lines import parse_yaml
from services.settings import BodySettings, body_faults
from services.town.file_texts import read_settings
from services.town.labelled_texts import LabelledText, StoryPost
from services.town.wording import DISTRICTS, STREETS

SENTENCES = {
    "Said to the libraries' account": ("Is there anything on for teenagers?", "@libraries"),
    "Said to the schools' account": ("Thanks for getting back to me", "@schools"),
}
"""For rules that ask who was spoken to, which no text tells by itself."""


@pytest.fixture(scope="module")
def settings() -> BodySettings:
    """Return the town's settings, as the program reads them."""
    return parse_yaml(read_settings("mercat.yaml"), BodySettings, "mercat.yaml", body_faults)


@pytest.fixture(scope="module")
def rules(settings: BodySettings) -> RoutingRules:
    """Return the town's rules, checked against its settings."""
    text = read_settings("rules.yaml")
    return parse_yaml(text, RoutingRules, "rules.yaml", rules_check(settings.routing))


class Desk:
    """Routes a text by the rules alone."""

    def __init__(self, settings: BodySettings, rules: RoutingRules) -> None:
        self._gazetteer = settings.routing.gazetteer
        self._book = RuleBook(rules.rules, settings.routing)

    def match(
        self,
        text: str,
        language: str = "en",
        account: str | None = None,
        source: str = "sample-week",
    ) -> RuleMatch | None:
        """Return the first rule that fits a text, or None."""
        words = Words(text)
        return self._book.first_match(
            Said(
                words=words,
                places=self._gazetteer.find(words),
                language=language,
                account=account,
                source=source,
                urgency="normal",
            )
        )


class ThemeWords:
    """One team's theme words."""

    def __init__(self, settings: BodySettings, team: str) -> None:
        self._index = PhraseIndex(
            {
                word
                for theme in settings.routing.themes
                if theme.team == team
                for word in theme.words
            }
        )

    def finds(self, text: str) -> bool:
        """Return whether any of them stands in a text."""
        return bool(self._index.find(Words(text)))


@pytest.fixture(scope="module")
def desk(settings: BodySettings, rules: RoutingRules) -> Desk:
    """Return a desk with the town's rules."""
    return Desk(settings, rules)


def rule_name(match: RuleMatch | None) -> str | None:
    """Return the name of a matching rule."""
    return None if match is None else match.rule.name


def test_the_folder_is_marked_as_a_demonstration(settings: BodySettings) -> None:
    """Nobody takes it for a real body's."""
    assert (settings.kind, settings.body.site) == ("demonstration", "mercatburgh.example")


def test_the_town_speaks_english_and_welsh_by_scottish_holidays(settings: BodySettings) -> None:
    """As the town is described."""
    calendar = settings.routing.calendar

    assert settings.body.languages == ("en", "cy")
    assert (calendar.zone, calendar.country, calendar.subdivision) == ("Europe/London", "GB", "SCT")


def test_every_team_of_the_texts_is_listed_with_a_standard_and_about_four_themes(
    settings: BodySettings, texts: tuple[LabelledText, ...]
) -> None:
    """`none` is no team to list: it is always there."""
    themes = Counter(theme.team for theme in settings.routing.themes)

    assert {text.team for text in texts} - {"none"} == set(settings.routing.team_by_id)
    assert all(4 <= themes[team] <= 5 for team in settings.routing.team_by_id)
    assert all(theme.words for theme in settings.routing.themes)


def test_theme_words_find_much_of_what_each_team_is_told(
    settings: BodySettings, texts: tuple[LabelledText, ...]
) -> None:
    """At least one text in six of every team speaks of one of its themes, and a third over all."""
    books = {team: ThemeWords(settings, team) for team in settings.routing.team_by_id}
    ours = [text for text in texts if text.team != "none"]
    found = Counter(text.team for text in ours if books[text.team].finds(text.text))
    total = Counter(text.team for text in ours)

    assert all(found[team] > total[team] / 6 for team in total)
    assert found.total() > total.total() / 3


def test_every_street_of_the_generator_is_a_place(settings: BodySettings) -> None:
    """Whatever street a text is moved to, rules by place know it."""
    gazetteer = settings.routing.gazetteer

    assert all(gazetteer.named(name) == name for name in (*STREETS, *DISTRICTS))
    assert all(place.ward for place in settings.routing.places)


def test_the_sources_are_all_on_this_machine_and_nothing_asks_the_network(
    settings: BodySettings,
) -> None:
    """A newcomer's first start needs no other machine."""
    assert [source.kind for source in settings.sources] == [
        "replay",
        "contact-log",
        "webhook",
        "house",
    ]
    assert not any(isinstance(source, FeedSettings) for source in settings.sources)


def test_the_log_of_calls_has_the_columns_that_the_settings_name(settings: BodySettings) -> None:
    """Forty calls, each with a reference of its own."""
    source = next(each for each in settings.sources if isinstance(each, ContactLogSettings))
    calls = list(csv.DictReader(io.StringIO(read_settings("contact-log.csv"))))

    named = set(source.columns.model_dump(exclude_none=True).values())

    assert named - {"Date"} == set(calls[0]) - {"DaysBefore"}
    assert len(calls) == len({call["Reference"] for call in calls}) == 40
    assert all(call["Summary"].strip() for call in calls)


def test_there_are_enough_rules_to_show_and_few_enough_to_read(rules: RoutingRules) -> None:
    """A service manager reads them in one sitting."""
    assert 25 <= len(rules.rules) <= 40


def test_every_rule_takes_at_least_one_thing_said_in_the_town(
    rules: RoutingRules,
    desk: Desk,
    texts: tuple[LabelledText, ...],
    stories: tuple[StoryPost, ...],
) -> None:
    """A rule that nobody ever meets cannot be judged."""
    met = {rule_name(desk.match(each.text, each.language)) for each in (*texts, *stories)}
    for text, account in SENTENCES.values():
        full_account = f"{account}@social.mercatburgh.example"
        met.add(rule_name(desk.match(text, account=full_account)))
    for call in csv.DictReader(io.StringIO(read_settings("contact-log.csv"))):
        said = f"{call['Summary']} {call['Note']}"
        met.add(rule_name(desk.match(said, source="contact-log")))

    assert set() == {rule.name for rule in rules.rules} - met


def test_rules_mostly_agree_with_the_people_who_labelled_the_texts(
    desk: Desk, texts: tuple[LabelledText, ...]
) -> None:
    """Words are blunt, yet nine in ten of the texts a rule takes go where they belong."""
    matches = [(text, desk.match(text.text, text.language)) for text in texts]
    taken = [(text, match) for text, match in matches if match is not None]

    assert len(taken) > 80
    assert sum(match.team == text.team for text, match in taken) / len(taken) > 0.85


@pytest.mark.parametrize(
    ("said", "team"),
    [
        ("there's a live wire down by the school gate", "lighting"),
        ("strong smell of gas in our close", "environmental-health"),
        ("child in the water at the harbour", "drainage"),
        ("two lads through the ice at the loch", "parks"),
        ("tree on a car in Linden Avenue, somebody is in it", "parks"),
        ("the garden wall has collapsed across the pavement", "roads"),
        ("masonry: falling masonry from the old cinema", "planning"),
        ("I am going to end it tonight", "social-care"),
        ("ambulance can't get past the lorry", "parking"),
    ],
)
def test_danger_to_life_is_an_emergency_whoever_has_to_act(
    desk: Desk, said: str, team: str
) -> None:
    """Due within the hour, whatever the classifier makes of it."""
    match = desk.match(said)

    assert match is not None
    assert (team, "emergency") == (match.team, match.rule.then.priority)
    assert str(match.rule.then.deadline) in {"1 hour", "30 minutes"}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("my son isn't safe at home", "Child or adult at risk"),
        ("we have nowhere to sleep, two weans", "No roof tonight"),
        (
            "please grit the brae at Gallowhill",
            "Ice in the Uplands, where the sheltered housing is",
        ),
        ("please grit Kirkgate", "Gritting"),
        ("water in the close at Harbour Row", "Water in the streets by the river and the harbour"),
    ],
)
def test_what_cannot_wait_meets_its_rule(desk: Desk, said: str, name: str) -> None:
    """Safeguarding, homelessness, ice and water, by words and by place."""
    assert name == rule_name(desk.match(said))


def test_a_rule_by_language_leaves_other_languages_alone(desk: Desk) -> None:
    """The same words in a post held for English are another matter."""
    said = "Dydy'r fersiwn Gymraeg ddim yn llwytho"

    assert rule_name(desk.match(said, "cy")) == "Services in Welsh, said in Welsh"
    assert desk.match(said, "en") is None


def test_a_rule_by_source_leaves_posts_alone(desk: Desk) -> None:
    """Only who telephoned can be rung back."""
    said = "please call back about my form"

    assert rule_name(desk.match(said, source="contact-log")) == "Callers who asked to be rung back"
    assert desk.match(said) is None


def test_ordinary_words_meet_no_rule_of_danger(desk: Desk) -> None:
    """A quiet day stays quiet."""
    for said in ("Lovely swim this morning", "the wall needs paint", "gas bill's up again"):
        assert desk.match(said) is None

"""The order of decision: conversation, rule, classifier, fallback; then theme, priority, time."""

from services.route.decisions import Decider
from tests.unit.route.samples import RULES, SETTINGS, classification, post

DECIDER = Decider(SETTINGS, RULES)


def test_conversation_comes_before_rules() -> None:
    """A rule for another team does not tear a conversation apart, but bears on its priority."""
    decision = DECIDER.decide(post(1, "a live wire"), classification(), "roads", "potholes")

    assert (decision.team, decision.theme, decision.why) == ("roads", "potholes", "conversation")
    assert decision.priority == "emergency"
    assert [str(each) for each in decision.durations] == ["1 hour"]
    assert decision.reason.endswith("Rule “Wire down” fits too.")


def test_rule_comes_before_the_classifier() -> None:
    """The rule's words and place are in the reason."""
    decision = DECIDER.decide(
        post(1, "The surface on Harbour Row is broken"), classification("lighting"), None
    )

    assert (decision.team, decision.why, decision.rule) == ("roads", "rule", "Harbour surface")
    assert decision.reason == (
        "Rule “Harbour surface” fits: the text says “surface” and it speaks of Harbour Row."
    )
    assert decision.priority == "normal"


def test_rule_about_a_place_takes_the_place_a_source_names() -> None:
    """A form's own place field counts as spoken of, by any of its spellings."""
    decision = DECIDER.decide(
        post(1, "The surface is broken", place="The Harbour"), classification(), None
    )

    assert (decision.rule, decision.place) == ("Harbour surface", "Harbour Row")


def test_place_that_is_not_listed_is_kept_as_told() -> None:
    """What a source says of the place is not lost for being unknown."""
    decision = DECIDER.decide(post(1, "Dark", place="Back of the shed"), classification(), None)

    assert decision.place == "Back of the shed"


def test_classifier_at_the_threshold_counts() -> None:
    """From the probability in the settings on, the likeliest team gets the post."""
    sure = classification("roads", team_probability=0.35)
    unsure = classification("roads", team_probability=0.34)

    assert DECIDER.decide(post(), sure, None).why == "classifier"
    assert DECIDER.decide(post(), unsure, None).why == "fallback"


def test_unsure_post_goes_to_the_fallback_team() -> None:
    """The reason says whom the classifier would have guessed, and how surely."""
    decision = DECIDER.decide(post(), classification("roads", team_probability=0.2), None)

    assert decision.team == "contact"
    assert decision.reason == (
        "No rule fits and the likeliest team, roads at 20%, is not sure enough, "
        "so contact looks first."
    )


def test_team_this_body_does_not_have_falls_back() -> None:
    """A model trained elsewhere may know teams that are not here."""
    decision = DECIDER.decide(post(), classification("harbour-master"), None)

    assert (decision.team, decision.why) == ("contact", "fallback")
    assert "is none of this body's" in decision.reason


def test_theme_is_found_by_words_within_the_team_alone() -> None:
    """A pothole under a lamp is a pothole to roads and a lamp to lighting."""
    text = "a pothole under the lamp"

    assert DECIDER.decide(post(1, text), classification("roads"), None).theme == "potholes"
    assert DECIDER.decide(post(1, text), classification("lighting"), None).theme == "lamps-out"
    assert DECIDER.decide(post(1, text), classification("none"), None).theme is None


def test_pressing_post_is_allowed_the_sooner_of_two_times() -> None:
    """The priority's time stands beside the team's standard; the soonest holds."""
    urgent = DECIDER.decide(post(), classification(urgency="urgent"), None)
    normal = DECIDER.decide(post(), classification(urgency="low"), None)

    assert [str(each) for each in urgent.durations] == ["8 working hours", "5 working days"]
    assert [str(each) for each in normal.durations] == ["5 working days"]


def test_reason_is_bounded() -> None:
    """Long words in long rules do not make a reason that no event can carry."""
    terms = ("x" * 80,) * 5

    assert len(DECIDER.decide(post(), classification(team_terms=terms), None).reason) <= 512

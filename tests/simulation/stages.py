"""The listening stages as fault tests run them: the real ones, over a quick classifier."""

from collections.abc import Sequence
from typing import Any, cast

from services.classify.classifier import Classifier
from services.classify.stage import ClassifyStage
from services.route.stage import RouteStage
from tests.unit.route.samples import RULES, SETTINGS

TEAMS = ("lighting", "roads", "contact", "none")
WORDS = {"lighting": "lamp", "roads": "pothole", "none": "buy now"}
LANGUAGES = ("en",)
DEADLY_WORDS = "end the classifier"


class QuickClassifier:
    """Tells the team by one word and is sure of it; in place of a model, slow to load."""

    def classify(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Return an answer for each text; raises for a text that tells it to."""
        if any(DEADLY_WORDS in text for text in texts):
            raise ValueError("as ordered")
        return [self._answer(text) for text in texts]

    @staticmethod
    def _answer(text: str) -> dict[str, Any]:
        team = next((team for team, word in WORDS.items() if word in text), "contact")
        return {
            "team": team,
            "team_probability": 0.9,
            "teams": (team,),
            "team_probabilities": (0.9,),
            "sentiment": "negative",
            "sentiment_probability": 0.8,
            "urgency": "urgent" if "danger" in text else "normal",
            "urgency_probability": 0.7,
            "intent": "report",
            "intent_probability": 0.9,
            "model": "quick",
        }


def quick_classifier() -> Classifier:
    """Return the quick classifier in the place of the real one."""
    return cast("Classifier", QuickClassifier())


def classify_stage() -> ClassifyStage:
    """Return the classify stage over it."""
    return ClassifyStage(quick_classifier(), LANGUAGES)


def route_stage() -> RouteStage:
    """Return the route stage of a town of three teams."""
    return RouteStage(SETTINGS, RULES)

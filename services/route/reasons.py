"""Why a team has a post, in a sentence that a service manager can read."""

from typing import Final

from schemas.classification import Classification
from services.route.configuration import NO_TEAM
from services.route.rules import RuleMatch

REASON_LENGTH_MAX: Final = 512
_WORDS_SHOWN_MAX: Final = 3
REMOVED: Final = "The post was removed where it was posted."


def rule_reason(match: RuleMatch) -> str:
    """Say which rule decided, and which words and place made it fit."""
    seen: list[str] = []
    if match.words:
        shown = ", ".join(f"“{word}”" for word in match.words[:_WORDS_SHOWN_MAX])
        seen.append(f"the text says {shown}")
    if match.place is not None:
        seen.append(f"it speaks of {match.place}")
    because = f": {' and '.join(seen)}" if seen else ""
    return _bounded(f"Rule “{match.rule.name}” fits{because}.")


def conversation_reason(team: str, pressing: RuleMatch | None) -> str:
    """Say that the team has the conversation, and which rule bears on priority or deadline."""
    if team == NO_TEAM:
        return "The conversation was found to be none of the body's."
    also = "" if pressing is None else f" Rule “{pressing.rule.name}” fits too."
    return _bounded(f"The conversation is with {team}, so this stays there.{also}")


def classifier_reason(classification: Classification) -> str:
    """Say how sure the classifier is, and by which words."""
    terms = ", ".join(classification.team_terms[:_WORDS_SHOWN_MAX])
    because = f", by: {terms}" if terms else ""
    percent = _percent(classification.team_probability)
    return _bounded(f"Reads like {classification.team} ({percent}{because}).")


def fallback_reason(classification: Classification, fallback: str, *, known: bool) -> str:
    """Say why nobody better than the fallback team was found."""
    guess = f"{classification.team} at {_percent(classification.team_probability)}"
    if known:
        doubt = f"the likeliest team, {guess}, is not sure enough"
    else:
        doubt = f"the likeliest team, {guess}, is none of this body's"
    return _bounded(f"No rule fits and {doubt}, so {fallback} looks first.")


def person_reason(requested_by: str, reason: str) -> str:
    """Say who gave the conversation to this team, and what they said of it."""
    return _bounded(f"Rerouted by {requested_by}: {reason}")


def _percent(probability: float) -> str:
    return f"{probability:.0%}"


def _bounded(sentence: str) -> str:
    if len(sentence) <= REASON_LENGTH_MAX:
        return sentence
    return f"{sentence[: REASON_LENGTH_MAX - 1]}…"

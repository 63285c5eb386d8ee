"""The labels of the metrics and how many values each can take; none is a person or an account."""

from typing import Final

from services.runtime.metric import Label, label_of

STAGE: Final = Label("stage", 8)
STAGE_RESULT: Final = label_of("result", "handled", "repeat", "rejected")
SOURCE: Final = Label("source", 50)
ITEM_RESULT: Final = Label("result", 10)
TOPIC: Final = Label("topic", 20)
TEAM: Final = Label("team", 60)
IN_TIME: Final = label_of("in_time", "yes", "no")
QUESTION: Final = label_of("question", "language", "team", "sentiment", "urgency", "intent")
ANSWER: Final = Label("answer", 120)
SENTIMENT: Final = label_of("sentiment", "negative", "neutral", "positive")
PHASE: Final = label_of("phase", "advice", "proposal", "sending")
DECISION: Final = label_of("decision", "allow", "hold", "deny")
RULE: Final = Label("rule", 100)
RULES_NUMBER: Final = Label("number", 4)
"""The rules that were in force last; those before are forgotten, so that it stays bounded."""
ACT_STATE: Final = label_of("state", "draft", "held", "approved")
PLATFORM: Final = Label("platform", 10)
SENDING_RESULT: Final = label_of(
    "result", "sent", "refused", "unknown", "deferred", "reconciled", "held"
)
HALT_KIND: Final = label_of("kind", "account", "person", "theme", "rule", "everything")
TAKEOVER_STATE: Final = label_of(
    "state", "draft", "invited", "onboarding", "ready", "live", "paused", "ended", "closed"
)
RELAY_RESULT: Final = label_of("result", "sent", "rejected")
RINGER: Final = label_of("ringer", "mail", "webhook")
RING_RESULT: Final = label_of("result", "rung", "refused", "deferred")
DEAD_LETTER_PLACE: Final = Label("place", 60)
STORE_PART: Final = label_of("part", "database", "write_ahead_log", "house")

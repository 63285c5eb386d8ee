"""A small town for the tests of routing, and a driver that stands in for the runner."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.assignment import PostRouted, RerouteRequest, RerouteRequested
from schemas.case import (
    CaseCloseRequest,
    CaseCloseRequested,
    CaseMergeRequest,
    CaseMergeRequested,
    CaseReopenRequest,
    CaseReopenRequested,
    CaseSplitRequest,
    CaseSplitRequested,
)
from schemas.classification import Classification, ClassifiedPost, PostClassified
from schemas.envelope import Event, digest_id
from schemas.post import Post, PostRemoved, Removal
from services.route.configuration import RoutingSettings
from services.route.rule_file import RoutingRules
from services.route.stage import RouteStage
from services.runtime.effects import Effect, Emit, Expect, Key, Reject, Remember, Row
from services.runtime.view import View

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""A working day at ten in the morning, when the zone is on UTC."""

MUCH_LATER = datetime(2031, 1, 1, tzinfo=UTC)

SETTINGS = RoutingSettings.model_validate(
    {
        "teams": [
            {"id": "lighting", "name": "Street lighting", "standard": "5 working days"},
            {"id": "roads", "name": "Roads", "standard": "10 working days"},
            {"id": "contact", "name": "Contact centre", "standard": "2 working days"},
        ],
        "themes": [
            {"id": "lamps-out", "team": "lighting", "name": "Lamps out", "words": ["lamp*"]},
            {"id": "lamps-dangerous", "team": "lighting", "name": "Dangerous lamps"},
            {"id": "potholes", "team": "roads", "name": "Potholes", "words": ["pothole*"]},
        ],
        "places": [
            {"name": "Harbour Row", "also": ["the harbour"], "ward": "Port Mercat"},
            {"name": "Mill Lane", "ward": "Eastfield"},
        ],
    }
)

RULES = RoutingRules.model_validate(
    {
        "rules": [
            {
                "name": "Wire down",
                "when": {"words": ["wire down", "live wire*"]},
                "then": {
                    "theme": "lamps-dangerous",
                    "priority": "emergency",
                    "deadline": "1 hour",
                },
            },
            {
                "name": "Harbour surface",
                "when": {"words": ["surface"], "place": ["Port Mercat"], "language": ["en"]},
                "then": {"team": "roads"},
            },
            {
                "name": "Sales talk",
                "when": {"words": ["buy now"]},
                "then": {"team": "none", "priority": "low"},
            },
        ]
    }
)


def post(number: int = 1, text: str = "The lamp is out", **changes: Any) -> Post:
    """Return the n-th post, said n minutes after Monday at ten, in the first conversation."""
    moment = MONDAY + timedelta(minutes=number)
    values = {
        "post_id": f"post-{number}",
        "source": "mastodon",
        "native_id": f"native-{number}",
        "revision": "1",
        "conversation_id": "conversation-1",
        "channel": "platform",
        "author": "Ailsa",
        "text": text,
        "link": f"https://social.example/{number}",
        "posted_at": moment,
        "received_at": moment + timedelta(seconds=2),
    }
    return Post.model_validate({**values, **changes})


def classification(team: str = "lighting", **changes: Any) -> Classification:
    """Return a classification for a team that is sure enough to count."""
    values: dict[str, Any] = {
        "language": "en",
        "language_probability": 0.99,
        "team": team,
        "team_probability": 0.8,
        "team_terms": ("lamp", "dark"),
        "teams": (team,),
        "team_probabilities": (0.8,),
        "sentiment": "negative",
        "sentiment_probability": 0.7,
        "urgency": "normal",
        "urgency_probability": 0.6,
        "intent": "report",
        "intent_probability": 0.9,
        "model": "test",
    }
    return Classification.model_validate({**values, **changes})


def classified(
    said: Post, read_as: Classification | None = None, event: str = ""
) -> PostClassified:
    """Return the event that a post was classified; each revision has its own id."""
    return PostClassified(
        id=event or f"c-{said.post_id}-{said.revision}",
        source="/classify",
        subject=said.conversation_id,
        time=said.received_at,
        data=ClassifiedPost(post=said, classification=read_as or classification()),
    )


def removed(number: int = 1, conversation_id: str = "conversation-1") -> PostRemoved:
    """Return the event that the n-th post was removed an hour after Monday at ten."""
    at = MONDAY + timedelta(hours=1)
    return PostRemoved(
        id=f"r-{number}",
        source="/ingest",
        subject=conversation_id,
        time=at,
        data=Removal(
            post_id=f"post-{number}",
            source="mastodon",
            native_id=f"native-{number}",
            conversation_id=conversation_id,
            removed_at=at,
            received_at=at,
        ),
    )


def reroute(team: str, number: int = 1, **changes: Any) -> RerouteRequested:
    """Return a person's wish to give the n-th post's conversation to a team."""
    values: dict[str, Any] = {
        "post_id": f"post-{number}",
        "conversation_id": "conversation-1",
        "team": team,
        "reason": "Wrong team",
        "requested_by": "Morag",
    }
    wish = RerouteRequest.model_validate({**values, **changes})
    return RerouteRequested(
        id=f"w-{number}-{team}",
        source="/console",
        subject=wish.conversation_id,
        time=MONDAY + timedelta(hours=2),
        data=wish,
    )


def close(
    case: Mapping[str, Any], outcome: str = "answered", conversation_id: str = "conversation-1"
) -> CaseCloseRequested:
    """Return a person's wish to close a case."""
    wish = {**_wish(case, conversation_id), "outcome": outcome}
    data = CaseCloseRequest.model_validate(wish)
    return CaseCloseRequested(data=data, **_envelope("close", case, conversation_id))


def reopen(case: Mapping[str, Any], conversation_id: str = "conversation-1") -> CaseReopenRequested:
    """Return a person's wish to work on a case again."""
    data = CaseReopenRequest(**_wish(case, conversation_id))
    return CaseReopenRequested(data=data, **_envelope("reopen", case, conversation_id))


def merge(
    case: Mapping[str, Any], into: Mapping[str, Any], conversation_id: str = "conversation-1"
) -> CaseMergeRequested:
    """Return a person's wish to answer a case with another one."""
    data = CaseMergeRequest(into_case_id=into["id"], **_wish(case, conversation_id))
    return CaseMergeRequested(data=data, **_envelope("merge", case, conversation_id))


def split(
    case: Mapping[str, Any], *numbers: int, conversation_id: str = "conversation-1"
) -> CaseSplitRequested:
    """Return a person's wish to give some posts a case of their own."""
    posts = tuple(f"post-{number}" for number in numbers)
    data = CaseSplitRequest(post_ids=posts, **_wish(case, conversation_id))
    return CaseSplitRequested(data=data, **_envelope("split", case, conversation_id))


def _wish(case: Mapping[str, Any], conversation_id: str) -> dict[str, Any]:
    return {
        "case_id": case["id"],
        "conversation_id": conversation_id,
        "reason": "Because",
        "requested_by": "Morag",
    }


def _envelope(verb: str, case: Mapping[str, Any], conversation_id: str) -> dict[str, Any]:
    return {
        "id": digest_id(verb, case["id"]),
        "source": "/console",
        "subject": conversation_id,
        "time": MONDAY + timedelta(hours=3),
    }


class Driver:
    """Carries a stage's effects out in memory, as a runner would, one event at a time."""

    def __init__(self, settings: RoutingSettings = SETTINGS, rules: RoutingRules = RULES) -> None:
        self.stage = RouteStage(settings, rules)
        self.rows: dict[Key, Row] = {}
        self.emitted: list[Emit] = []
        self.rejected: list[Reject] = []
        self.expected: list[Expect] = []

    def give(self, *events: Event, now: datetime = MONDAY) -> None:
        """Handle events in turn."""
        for event in events:
            keys = tuple(self.stage.needs(event))
            view = View({key: self.rows.get(key) for key in keys})
            view.narrow(keys)
            (features,) = self.stage.prepare([event])
            self._apply(self.stage.handle(event, features, view, now))

    def post(self, number: int = 1) -> Row:
        """Return the n-th post's row."""
        return self.rows[Key("posts", f"post-{number}")]

    def conversation(self) -> Row:
        """Return the first conversation's row."""
        return self.rows[Key("conversations", "conversation-1")]

    def cases(self) -> list[Row]:
        """Return all cases' rows, in the order in which they were opened, with their ids."""
        return [{**row, "id": key.id} for key, row in self.rows.items() if key.table == "cases"]

    def case(self) -> Row:
        """Return the only case's row."""
        (only,) = self.cases()
        return only

    def topics(self) -> list[str]:
        """Return the topics written to, in order."""
        return [emit.topic for emit in self.emitted]

    def last_routed(self) -> PostRouted:
        """Return the last word on the common topic of a post given to a team."""
        events = [emit.event for emit in self.emitted if emit.topic == "posts.routed.v1"]
        last = events[-1]
        assert isinstance(last, PostRouted)
        return last

    def _apply(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Remember):
                self.rows[effect.key] = effect.row
            elif isinstance(effect, Emit):
                self.emitted.append(effect)
            elif isinstance(effect, Expect):
                self.expected.append(effect)
            else:
                assert isinstance(effect, Reject), "route never forgets a row"
                self.rejected.append(effect)

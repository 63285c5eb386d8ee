"""Every topic, declared once: what it carries, from whom, to whom, for how long."""

import re
from dataclasses import dataclass
from typing import Final

from schemas.act import ActJudged, ActJudgedV2, ActPerformed, ActPerformedV2
from schemas.assignment import PostRerouted, PostRouted, RerouteRequested
from schemas.case import CASE_FACTS, CASE_REQUESTS
from schemas.classification import PostClassified
from schemas.dead_letter import DeadLetterWritten
from schemas.envelope import Event
from schemas.policy import PolicyActivated
from schemas.post import PostEdited, PostReceived, PostRemoved

TEAM_PLACE: Final = "{team}"


class UndeclaredTopicError(LookupError):
    """A topic was named that `TOPICS` does not declare."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A named, ordered, partitioned stream of events.

    `key` says in words what `subject` holds. `number` is the topic's fixed place in logs that
    number their topics; team topics take theirs from `TEAM_NUMBER_FIRST` on. `{team}` in a name
    stands for a team's id.
    """

    number: int
    name: str
    purpose: str
    key: str
    events: tuple[type[Event], ...]
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    retention_days: int
    partitions: int


POSTS_RECEIVED: Final = Topic(
    number=1,
    name="posts.received.v1",
    purpose="Posts as they came in, and word of edits and removals.",
    key="conversation",
    events=(PostReceived, PostEdited, PostRemoved),
    producers=("ingest",),
    consumers=("classify",),
    retention_days=7,
    partitions=12,
)
POSTS_CLASSIFIED: Final = Topic(
    number=2,
    name="posts.classified.v1",
    purpose="Posts with what the classifier made of them; removals; people's wishes for cases.",
    key="conversation",
    events=(PostClassified, PostRemoved, RerouteRequested, *CASE_REQUESTS),
    producers=("classify", "console"),
    consumers=("route",),
    retention_days=7,
    partitions=12,
)
POSTS_ROUTED: Final = Topic(
    number=3,
    name="posts.routed.v1",
    purpose="Posts with the team that has them, whatever the team; what people did with cases.",
    key="conversation",
    events=(PostRouted, PostRemoved, PostRerouted, *CASE_FACTS),
    producers=("route",),
    consumers=("console",),
    retention_days=7,
    partitions=12,
)
TEAM_POSTS: Final = Topic(
    number=0,
    name="teams.{team}.posts.v1",
    purpose="One team's posts, for its own programs; removals, reroutes and acts on cases too.",
    key="conversation",
    events=(PostRouted, PostRemoved, PostRerouted, *CASE_FACTS),
    producers=("route",),
    consumers=("the team's own programs",),
    retention_days=7,
    partitions=3,
)
DEAD_LETTERS: Final = Topic(
    number=4,
    name="deadletters.written.v1",
    purpose="What could not be handled, with its cause.",
    key="origin",
    events=(DeadLetterWritten,),
    producers=("ingest", "classify", "route"),
    consumers=("ops",),
    retention_days=30,
    partitions=1,
)
ACTS_JUDGED: Final = Topic(
    number=5,
    name="acts.judged.v1",
    purpose="What policy said of acts that were proposed or about to be sent; never their words.",
    key="account",
    events=(ActJudged, ActJudgedV2),
    producers=("policy",),
    consumers=("whoever wants to know",),
    retention_days=90,
    partitions=12,
)
ACTS_PERFORMED: Final = Topic(
    number=6,
    name="acts.performed.v1",
    purpose="Acts that a platform carried out, and under what leave; never their words.",
    key="account",
    events=(ActPerformed, ActPerformedV2),
    producers=("publish",),
    consumers=("whoever wants to know",),
    retention_days=90,
    partitions=12,
)
POLICIES_ACTIVATED: Final = Topic(
    number=8,
    name="policies.activated.v1",
    purpose="Which rules came into force, and which were before; never who put them there.",
    key="bundle",
    events=(PolicyActivated,),
    producers=("policy",),
    consumers=("whoever wants to know",),
    retention_days=90,
    partitions=1,
)

TOPICS: Final = (
    POSTS_RECEIVED,
    POSTS_CLASSIFIED,
    POSTS_ROUTED,
    TEAM_POSTS,
    DEAD_LETTERS,
    ACTS_JUDGED,
    ACTS_PERFORMED,
    POLICIES_ACTIVATED,
)
_FIXED: Final = {topic.name: topic for topic in TOPICS if TEAM_PLACE not in topic.name}
_TEAM_PREFIX, _TEAM_SUFFIX = TEAM_POSTS.name.split(TEAM_PLACE)
_TEAM_TOPIC: Final = re.compile(
    rf"{re.escape(_TEAM_PREFIX)}[a-z0-9]+(-[a-z0-9]+)*{re.escape(_TEAM_SUFFIX)}"
)


def team_topic(team: str) -> str:
    """Return the name of a team's own topic."""
    return f"{_TEAM_PREFIX}{team}{_TEAM_SUFFIX}"


def topic_declared(name: str) -> Topic:
    """Return the declaration that a topic's name falls under.

    Raises UndeclaredTopicError where there is none: no topic comes into being by being written to.
    """
    if name in _FIXED:
        return _FIXED[name]
    if _TEAM_TOPIC.fullmatch(name):
        return TEAM_POSTS
    raise UndeclaredTopicError(f"no topic {name!r} is declared in schemas/topics.py")

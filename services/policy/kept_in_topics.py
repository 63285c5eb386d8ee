"""What an erasure says of the scaled way: what no program of ours can take back, and until when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from schemas.topics import POSTS_CLASSIFIED, POSTS_RECEIVED, POSTS_ROUTED, TEAM_POSTS
from services.log.topic_plan import SEGMENT_DAYS
from services.policy.erasure import STAYS

WITH_WORDS: Final = (POSTS_RECEIVED, POSTS_CLASSIFIED, POSTS_ROUTED, TEAM_POSTS)
"""The topics that hold what people said."""


def stays_with_topics(now: datetime) -> Sequence[str]:
    """Return what stays after an erasure at this moment, sentence by sentence."""
    days = max(topic.retention_days for topic in WITH_WORDS) + SEGMENT_DAYS
    until = now + timedelta(days=days)
    return (
        f"Kafka's topics cannot be written anew: what was said stays in posts.* and teams.* until "
        f"{until:%d %B %Y} at the latest, unless the cluster was told to keep it for longer.",
        "PostgreSQL's write-ahead log and its backups keep what was written for as long as their "
        "own settings say.",
        *STAYS,
    )

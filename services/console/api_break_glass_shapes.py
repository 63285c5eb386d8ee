"""What the API's requests and answers about broken glass hold, model by model."""

from datetime import datetime
from typing import Literal

from services.console.api_shapes import Done, Shape
from services.policy.break_glass import GlassState


class GlassDone(Done):
    """Broken glass after a move."""

    glass_id: str
    state: GlassState
    ends_at: datetime | None = None


class GlassShown(Shape):
    """Leave for an emergency: for whom, by whose word, until when, and who looked at it after.

    `overdue`: somebody should have looked at it by now. A `drill` gave no leave.
    """

    id: str
    account: str
    login: str | None
    kinds: list[str]
    minutes: int
    drill: bool
    state: GlassState | Literal["lapsed"]
    reason: str
    asked_by: str | None
    asked_at: datetime
    agreed_by: str | None
    agreed_at: datetime | None = None
    grant_id: str | None
    ends_at: datetime | None = None
    review_by: datetime | None = None
    reviewed_by: str | None
    reviewed_at: datetime | None = None
    review: str | None
    overdue: bool
    one_officer: bool


class Glasses(Shape):
    """What was asked for, the latest first, and when it was last practised."""

    items: list[GlassShown]
    last_drill_at: datetime | None = None

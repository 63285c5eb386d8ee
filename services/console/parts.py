"""What the console is given by the composition root, and what it may ask of it."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from prometheus_client import CollectorRegistry

from schemas.post import Channel
from services.runtime.effects import Key, Row
from services.runtime.ports import EventLog, Store
from services.runtime.step import Intake


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStatus:
    """How one working part is: a stage, the door, a source, the store.

    `needed` parts make the whole not ready when they do not work; a source that is away does not.
    """

    name: str
    kind: str
    working: bool
    needed: bool
    sentence: str
    fresh_at: datetime | None = None
    progress: float | None = None


class Door(Protocol):
    """Where deliveries are handed in; see `services/runtime/embedded_door.py`."""

    def deliver(
        self, intakes: Sequence[Intake], writes: Mapping[Key, Row | None] | None = None
    ) -> "Future[None]":
        """Hand items in; the future resolves once they are on disk."""
        ...


class Commands(Protocol):
    """The changing verbs: each names what it did in a sentence, or raises an error of ours."""

    def carry_out(self, verb: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Carry out a verb with its arguments; RejectError says why it cannot be."""
        ...


@dataclass(frozen=True, slots=True)
class WebhookIntake:
    """One webhook source: the secrets that may sign for it, and how its deliveries are read."""

    name: str
    secrets: Sequence[bytes]
    channel: Channel


@dataclass(frozen=True, slots=True)
class TeamName:
    """A team as people read it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleParts:
    """Everything the console stands on; `now` is the clock port's, `statuses` is as of the call."""

    body_name: str
    zone: str
    demonstration: bool
    teams: Sequence[TeamName]
    event_log: EventLog
    store: Store
    door: Door
    commands: Commands
    registry: CollectorRegistry
    control_token: str
    webhooks: Mapping[str, WebhookIntake]
    now: Callable[[], datetime]
    statuses: Callable[[], Sequence[PartStatus]]

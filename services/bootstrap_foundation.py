"""What a Mercat stands on, in one process or in many: settings, clock, metrics, journal, house.

Whoever speaks or carries out commands is wired on this and cannot tell the two ways apart.
"""

from pathlib import Path
from typing import Protocol

from services.house.sqlite_house import House
from services.policy.erasure import ErasableJournal, ErasableLog
from services.runtime.clock import Clock
from services.runtime.metrics import Metrics
from services.runtime.ports import EventLog, Store
from services.runtime.tracing import Tracing
from services.settings import BodySettings


class FoundationLog(EventLog, ErasableLog, Protocol):
    """An event log that can be searched by key, for erasures."""


class FoundationJournal(ErasableJournal, Protocol):
    """A journal with the state and the log it makes durable."""

    @property
    def store(self) -> Store:
        """Return the state."""
        ...

    @property
    def log(self) -> FoundationLog:
        """Return the log."""
        ...


class Foundation(Protocol):
    """The parts by name. `folder` holds settings and rules; without a house, `house` is None."""

    @property
    def folder(self) -> Path:
        """Return the body's folder."""
        ...

    @property
    def settings(self) -> BodySettings:
        """Return the body's settings."""
        ...

    @property
    def clock(self) -> Clock:
        """Return what tells time."""
        ...

    @property
    def metrics(self) -> Metrics:
        """Return the metrics."""
        ...

    @property
    def tracing(self) -> Tracing:
        """Return where spans go."""
        ...

    @property
    def journal(self) -> FoundationJournal:
        """Return where effects become durable."""
        ...

    @property
    def turn_seconds_max(self) -> float:
        """Return how long a person's request may wait for route's turn."""
        ...

    @property
    def house(self) -> House | None:
        """Return the house platform, where anything speaks or listens there."""
        ...

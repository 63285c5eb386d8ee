"""What an alert and a recording rule are: declared once, written out for whoever evaluates them."""

import re
from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["page", "ticket"]
"""`page` wakes somebody; a `ticket` waits until the morning."""
RUNBOOKS: Final = "https://mercat.example/runbooks"
"""Where docs/runbooks is served: whoever serves it elsewhere changes it here alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A symptom somebody has to look at.

    `summary` says in a sentence what is wrong, with the values of labels where they tell which;
    `meaning` is what the list of runbooks says of it. It fires once `expr` has given a series for
    `for_seconds`.
    """

    name: str
    expr: str
    for_seconds: int
    severity: Severity
    summary: str
    meaning: str

    @property
    def slug(self) -> str:
        """The name in lower case with hyphens: `mercat-stage-stopped`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", self.name).lower()

    @property
    def runbook(self) -> str:
        """Where to read what to do."""
        return f"{RUNBOOKS}/{self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A series that Prometheus keeps of an expression, under a name of its own."""

    record: str
    expr: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are evaluated together, in order, every so many seconds."""

    name: str
    rules: tuple[Alert | Recording, ...]
    interval_seconds: int = 30


def span(seconds: int) -> str:
    """Return a time as Prometheus writes it, in its largest whole unit."""
    for unit, name in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds and seconds % unit == 0:
            return f"{seconds // unit}{name}"
    return f"{seconds}s"

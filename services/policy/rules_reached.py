"""How far the rules of an installation have come, as it is kept apart from the database.

A signature does not age: a database that is put back from an older backup, or an old revision that
is slipped in, is as well signed as it ever was. What is kept apart tells them from the present.
"""

from typing import NamedTuple, Protocol

from schemas.verdict import Verdict
from services.policy.answers import failed
from services.runtime.gate import Facts


class Reached(NamedTuple):
    """The highest number that ever was in force, and the revision of its rules."""

    number: int
    revision: str


NOWHERE = Reached(0, "")
"""Where nothing was kept: any number is taken."""


class ReachedKeeper(Protocol):
    """Where it is kept how far the rules have come."""

    def read(self) -> Reached:
        """Return how far. Raises SettingsError where what is kept is damaged."""
        ...

    def keep(self, reached: Reached) -> None:
        """Keep a higher number; a lower one changes nothing, and neither does one kept nowhere."""
        ...


class NothingKept:
    """Keeps nothing: the database's own word counts."""

    def read(self) -> Reached:
        """Return that nothing was reached."""
        return NOWHERE

    def keep(self, reached: Reached) -> None:
        """Forget it."""


NOTHING_KEPT = NothingKept()


class HeldGate:
    """Holds whatever it is asked: the rules at hand are older than those that were in force."""

    def __init__(self, why: str, revision: str) -> None:
        self._why = why
        self._revision = revision

    def judge(self, facts: Facts) -> Verdict:
        """Return a hold that no approval lifts."""
        del facts
        return failed(self._why, self._revision)


def behind(reached: Reached, number: int, revision: str) -> str | None:
    """Return in a sentence part why rules are older than others that were in force, or None."""
    if number > reached.number or (number, revision) == reached:
        return None
    return (
        f"number {reached.number} was in force here before, and the database has number {number}"
        f"{' of other rules' if number == reached.number else ''}: it was put back from an older "
        "backup, or somebody slipped old rules in; if it was put back on purpose, a governance "
        "officer goes on with `mercat policy accept-restored`"
    )

"""Remembers which acts in line were passed over because a halt keeps them, and since when."""

from services.runtime.effects import Value


class PassedActs:
    """The acts passed over in this round. Versions of an account's leave only grow.

    Where it is still the one at which the first was passed, so it was for everything in between,
    and what starts now is bound to it.
    """

    def __init__(self) -> None:
        self._acts: set[str] = set()
        self._at: Value = None

    def __bool__(self) -> bool:
        """Return whether any act was passed over."""
        return bool(self._acts)

    def __contains__(self, act_id: str) -> bool:
        """Return whether an act was passed over."""
        return act_id in self._acts

    def add(self, act_id: str, leave_version: Value) -> None:
        """Pass over an act that was judged at this version of the account's leave."""
        if not self._acts:
            self._at = leave_version
        self._acts.add(act_id)

    def clear(self) -> None:
        """Begin the line anew."""
        self._acts.clear()

    def outdated(self, leave_version: Value) -> bool:
        """Return whether a release may have come after an act was passed over."""
        return self._at != leave_version

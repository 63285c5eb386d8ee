"""Whoever keeps the records and the keys, written by hand: what was wanted is put down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.runtime.actor import Actor
from services.runtime.errors import NotAllowedError, NotFoundError

WANTED = list[tuple[str, str, Mapping[str, Any]]]
CLASSES = [{"name": "drafts", "days": 365, "before_ms": 0, "going": 2, "held": 1}]


@dataclass
class FakeRecords:
    """One hold in force, one citizen to erase, one class past its time."""

    asked: WANTED = field(default_factory=list)

    def holds(self) -> Sequence[Mapping[str, Any]]:
        """Return the hold."""
        hold = {"id": "h1", "kind": "case", "name": "c1", "reason": "asked", "owner": "p1"}
        return [{**hold, "review_on": "2027-03-01", "due": False}]

    def place_hold(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Place one more."""
        self._put_down("place-hold", wanted, actor)
        return {"id": "h2", "kind": wanted["kind"], "name": "c1", "sentence": "Held."}

    def lift_hold(self, hold_id: str, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Lift the one there is."""
        self._put_down("lift-hold", wanted, actor)
        if hold_id != "h1":
            raise NotFoundError(f"There is no legal hold {hold_id} in force.")
        return {"id": hold_id, "kind": "case", "name": "c1", "sentence": "Lifted."}

    def preview_erasure(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Say what would go."""
        self._put_down("preview", wanted, actor)
        found = {
            "subject": "citizen:1",
            "posts": 2,
            "acts": 1,
            "payloads": 3,
            "stays": ["Backups."],
        }
        return {**found, "held": None, "asked_by": "p1", "asked_at_ms": 0, "takes_two": True}

    def erase(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Put down that it was asked for."""
        self._put_down("erase", wanted, actor)
        return {"state": "asked", "subject": "citizen:1", "sentence": "Asked for."}

    def retention(self) -> Sequence[Mapping[str, Any]]:
        """Return the class."""
        return CLASSES

    def apply_retention(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Delete what is past its time."""
        self._put_down("retire", wanted, actor)
        return {"classes": CLASSES, "sentence": "Deleted 2."}

    def _put_down(self, verb: str, wanted: Mapping[str, Any], actor: Actor) -> None:
        if "governance" not in actor.roles:
            raise NotAllowedError("This needs one of these roles: governance.")
        self.asked.append((verb, actor.login, wanted))


@dataclass
class FakeKeys:
    """Two keys, of which the second is in use."""

    rotated: int = 0

    def keys(self) -> Mapping[str, Any]:
        """Return both by id."""
        items = [("k-1", False, 0), ("k-2", True, 9)]
        return {"items": [{"id": name, "in_use": use, "wraps": n} for name, use, n in items]}

    def rotate(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Count a rotation."""
        del wanted
        if not actor.is_operator:
            raise NotAllowedError("Keys are rotated by whoever has the machine.")
        self.rotated += 1
        return {"key_id": "k-3", "rewrapped": 9, "older": ["k-2"], "sentence": "Rotated."}

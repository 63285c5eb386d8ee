"""How somebody wishes to be told, and what that makes of one bell: by which ways, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from services.policy.bell import PLACES, Bell
from services.policy.bell_hours import is_quiet, next_at
from services.runtime.clock import HOUR_MS
from services.runtime.effects import Key, Row

Way = Literal["mail", "webhook"]
Manner = Literal["single", "summary"]
MAIL: Final = "mail"
NEVER_MUTED: Final[Mapping[str, frozenset[str]]] = {
    "incident": frozenset({"governance", "ops"}),
}
"""What nobody with one of these roles can mute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wishes; who said nothing is told by mail, at any hour.

    Quiet hours are by the clock of `zone`, and so is the hour of the daily summary.
    """

    zone: str
    channels: tuple[str, ...] = (MAIL,)
    quiet_from: str | None = None
    quiet_until: str | None = None
    summary_at: str = "08:00"
    muted: frozenset[str] = frozenset()
    changed_at_ms: int = 0
    version: int = 0

    @classmethod
    def of(cls, row: Row | None, zone: str) -> Self:
        """Return what a row says; without one, or for what it leaves open, what is usual."""
        if row is None:
            return cls(zone=zone)
        values: Mapping[str, Any] = row
        return cls(
            zone=values["zone"] or zone,
            channels=tuple(str(values["channels"] or "").split()),
            quiet_from=values["quiet_from"],
            quiet_until=values["quiet_until"],
            summary_at=values["summary_at"] or "08:00",
            muted=frozenset(str(values["muted"] or "").split()),
            changed_at_ms=values["changed_at_ms"],
            version=values["version"],
        )

    def row(self) -> Row:
        """Return its row."""
        return {
            "channels": " ".join(self.channels),
            "quiet_from": self.quiet_from,
            "quiet_until": self.quiet_until,
            "summary_at": self.summary_at,
            "zone": self.zone,
            "muted": " ".join(sorted(self.muted)),
            "changed_at_ms": self.changed_at_ms,
            "version": self.version,
        }

    def quiet_end(self, now_ms: int) -> int | None:
        """Return when the quiet that there is now ends, or None where it is not quiet."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        if not is_quiet(now_ms, self.quiet_from, self.quiet_until, self.zone):
            return None
        return next_at(now_ms, self.quiet_until, self.zone)


def wish_key(person_id: str) -> Key:
    """Return where somebody's wishes stand."""
    return Key("bell_wishes", person_id)


def may_mute(group: str, roles: frozenset[str]) -> bool:
    """Return whether somebody with these roles may turn off what is about this."""
    return not NEVER_MUTED.get(group, frozenset()) & roles


@dataclass(frozen=True, slots=True)
class Plan:
    """By which channels a bell goes out, alone or in a summary, and not before when."""

    channels: tuple[str, ...]
    manner: Manner
    not_before_ms: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody as bells know them; `on_duty`: they answer for what goes out just now."""

    id: str
    login: str
    roles: frozenset[str]
    wish: Wish
    on_duty: bool = False


def planned(
    bell: Bell, who: Recipient, configured: Sequence[str], now_ms: int, *, folded: bool = False
) -> Plan:
    """Return how somebody is told; no channels: it stands in their inbox alone.

    `configured` are the channels there are, `webhook:NAME` for each webhook. Quiet hours let alarms
    through, and to a duty officer on duty whatever is urgent; an alarm reaches that officer
    whatever else they wish. `folded`: the bell stands for many, and is told as the hour ends.
    """
    channels = _channels(bell, who, configured)
    quiet_end = None if _breaks_quiet(bell, who) else who.wish.quiet_end(now_ms)
    if bell.urgency == "low":
        return Plan(channels, "summary", next_at(now_ms, who.wish.summary_at, who.wish.zone))
    hour_end = (now_ms // HOUR_MS + 1) * HOUR_MS
    if folded:
        return Plan(channels, "summary", max(hour_end, quiet_end or 0))
    if quiet_end is not None:
        return Plan(channels, "summary", quiet_end)
    return Plan(channels, "single", now_ms)


def ringing_rows(bell: Bell, plan: Plan, now_ms: int) -> dict[Key, Row | None]:
    """Return the rows of a bell on its way: one for each channel."""
    return {
        ringing_key(bell.id, channel): {
            "bell_id": bell.id,
            "person_id": bell.person_id,
            "channel": channel,
            "manner": plan.manner,
            "state": "waiting",
            "detail": None,
            "summary_id": None,
            "place": PLACES[bell.family],
            "not_before_ms": plan.not_before_ms,
            "begun_at_ms": None,
            "attempt": 0,
            "ended_at_ms": None,
            "made_at_ms": now_ms,
            "version": 1,
        }
        for channel in plan.channels
    }


def ringing_key(bell_id: str, channel: str) -> Key:
    """Return where a bell's way by a channel stands."""
    return Key("bell_ringings", f"{bell_id}:{channel}")


def _is_insistent(bell: Bell, who: Recipient) -> bool:
    return bell.family == "alarm" and bell.urgency == "urgent" and who.on_duty


def _breaks_quiet(bell: Bell, who: Recipient) -> bool:
    return bell.family == "alarm" or (bell.urgency == "urgent" and who.on_duty)


def _channels(bell: Bell, who: Recipient, configured: Sequence[str]) -> tuple[str, ...]:
    wished = tuple(each for each in configured if each.partition(":")[0] in who.wish.channels)
    is_muted = bell.group in who.wish.muted and may_mute(bell.group, who.roles)
    if _is_insistent(bell, who):
        return wished or tuple(configured[:1])
    return () if is_muted else wished

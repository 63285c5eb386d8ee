"""The desk's verbs about bells: everybody's own wishes, a bell to try, and what one has read."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.bell import bell_of
from services.policy.bell_orders import READ_AT_ONCE_MAX, ReadBells, TryBells, WishBells
from services.policy.bell_wishes import Wish, may_mute, wish_key
from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.people import note, person_subject
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError, RejectError
from services.runtime.ports import Guard

LATEST: Final = 1 << 52


def wish(work: Work, order: WishBells) -> Decided:
    """Keep how somebody wishes to be told."""
    actor = work.actor
    key = wish_key(actor.person_id)
    before = work.row(key)
    for group in order.muted or ():
        if not may_mute(group, actor.roles):
            raise RejectError(f"Whoever is governance or ops is told of each {group}; leave it.")
    kept = Wish.of(before, work.parts.takeovers.zone)
    after = _wished(kept, order, work.now_ms)
    return Decided(
        reply={"sentence": _sentence(after), **wish_told(after)},
        writes={key: after.row()},
        guards=[Guard(key, None if before is None else kept.version)],
        notes=[
            note(
                "bell.wished",
                actor,
                person_subject(actor.person_id),
                {"why": order.why},
                person=actor.person_id,
                channels=" ".join(after.channels),
                muted=" ".join(sorted(after.muted)),
            )
        ],
    )


def test(work: Work, order: TryBells) -> Decided:
    """Write down that somebody wants a bell to try; what rings reads it there."""
    actor = work.actor
    subject = person_subject(actor.person_id)
    return Decided(
        reply={"sentence": "A test bell is on its way, by every way you wish."},
        notes=[note("bell.tested", actor, subject, {"why": order.why}, person=actor.person_id)],
    )


def read(work: Work, order: ReadBells) -> Decided:
    """Mark bells of one's own as read; that is no decision, and stands in no audit."""
    writes: dict[Key, Row | None] = {}
    guards = []
    for bell in _chosen(work, order):
        if bell.read_at_ms is None:
            version = bell.version + 1
            writes[bell.key] = {**bell.row(), "read_at_ms": work.now_ms, "version": version}
            guards.append(Guard(bell.key, bell.version))
    more = " There are more; say it again." if len(writes) == READ_AT_ONCE_MAX else ""
    return Decided(
        reply={"sentence": f"Read: {len(writes)}.{more}", "read": len(writes)},
        writes=writes,
        guards=guards,
    )


def _chosen(work: Work, order: ReadBells) -> list[Any]:
    me = work.actor.person_id
    if order.all:
        asked = (me, LATEST, LATEST, "", READ_AT_ONCE_MAX)
        return [bell_of(row) for row in work.parts.store.select("bells_unread_of", asked)]
    found = []
    for bell_id in order.bell_ids:
        row = work.row(Key("bells", bell_id))
        if row is None or row["person_id"] != me:
            raise NotFoundError(f"There is no bell {bell_id} of yours; `mercat bells list`.")
        found.append(bell_of({**row, "id": bell_id}))
    return found


def _wished(kept: Wish, order: WishBells, now_ms: int) -> Wish:
    quiet = (kept.quiet_from, kept.quiet_until)
    if order.quiet_from is not None:
        is_none = order.quiet_from == order.quiet_until
        quiet = (None, None) if is_none else (order.quiet_from, order.quiet_until)
    return Wish(
        zone=order.zone or kept.zone,
        channels=kept.channels if order.channels is None else order.channels,
        quiet_from=quiet[0],
        quiet_until=quiet[1],
        summary_at=order.summary_at or kept.summary_at,
        muted=kept.muted if order.muted is None else frozenset(order.muted),
        changed_at_ms=now_ms,
        version=kept.version + 1,
    )


def wish_told(kept: Wish) -> dict[str, Any]:
    """Return wishes as programs read them."""
    return {
        "channels": list(kept.channels),
        "quiet_from": kept.quiet_from,
        "quiet_until": kept.quiet_until,
        "summary_at": kept.summary_at,
        "zone": kept.zone,
        "muted": sorted(kept.muted),
    }


def _sentence(kept: Wish) -> str:
    by = " and ".join(kept.channels) or "your inbox alone"
    quiet = f", quiet from {kept.quiet_from} to {kept.quiet_until}" if kept.quiet_from else ""
    muted = f", without {', '.join(sorted(kept.muted))}" if kept.muted else ""
    return f"You are told by {by}{quiet}; summaries come at {kept.summary_at}{muted}."


BELL_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "bell-wish": wish,
    "bell-test": test,
    "bell-read": read,
}

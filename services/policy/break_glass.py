"""Decides on broken glass: asked by one, agreed by another, over in hours, looked at afterwards.

It gives leave to speak and nothing else: the gate judges every act as ever, and a halt stops it.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, Self, cast

from services.policy.break_glass_orders import AgreeGlass, AskGlass, EndGlass, ReviewGlass
from services.policy.decided import Decided
from services.policy.orders import EndGrant, GiveGrant
from services.policy.people import Person, grant_ended, grant_given, note, require_active
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, account_chain
from services.runtime.clock import DAY_MS, HOUR_MS
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard

GlassState = Literal["asked", "broken", "ended", "reviewed"]
MINUTES_AN_HOUR: Final = 60
MINUTES_A_DAY: Final = 24 * MINUTES_AN_HOUR
AGREED_WITHIN_MS: Final = HOUR_MS
"""What nobody agreed to by then was no emergency; it is asked for again."""
REVIEW_DAYS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Glass:
    """Leave for an emergency: for whom, as which account, by whose word; times in ms.

    A `drill` goes the same way and gives no leave, so it has no grant.
    """

    id: str
    account: str
    person_id: str
    kinds: str
    asked_by: str
    reason: str
    minutes: int
    asked_at_ms: int
    drill: int = 0
    state: GlassState = "asked"
    agreed_by: str | None = None
    agreed_at_ms: int | None = None
    grant_id: str | None = None
    ends_at_ms: int | None = None
    review_by_ms: int | None = None
    reviewed_by: str | None = None
    reviewed_at_ms: int | None = None
    review: str | None = None
    one_officer: int = 0
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return glass_key(self.id)

    @property
    def took_part(self) -> frozenset[str | None]:
        """Return who asked, who agreed and who spoke."""
        return frozenset({self.asked_by, self.agreed_by, self.person_id})

    def state_at(self, now_ms: int) -> GlassState:
        """Return its state at a moment: it ends by itself."""
        is_over = self.ends_at_ms is not None and now_ms >= self.ends_at_ms
        return "ended" if self.state == "broken" and is_over else self.state

    def lapsed_at(self, now_ms: int) -> bool:
        """Return whether nobody agreed to it in time."""
        return self.state == "asked" and now_ms >= self.asked_at_ms + AGREED_WITHIN_MS

    def overdue_at(self, now_ms: int) -> bool:
        """Return whether somebody should have looked at it by now."""
        due_ms = self.review_by_ms
        return self.reviewed_at_ms is None and due_ms is not None and now_ms >= due_ms

    def guard(self) -> Guard:
        """Return the guard that it is still as it was read."""
        return Guard(self.key, self.version)

    def row(self) -> Row:
        """Return it as its row."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def changed(self, **values: Any) -> Self:
        """Return it one version on."""
        return replace(self, version=self.version + 1, **values)


_COLUMNS: Final = tuple(each.name for each in fields(Glass) if each.name != "id")


def glass_key(glass_id: str) -> Key:
    """Return where broken glass stands."""
    return Key("broken_glasses", glass_id)


def glass_of(glass_id: str, row: Row) -> Glass:
    """Return what a row holds."""
    return Glass(id=glass_id, **cast("dict[str, Any]", {name: row[name] for name in _COLUMNS}))


def asked(order: AskGlass, actor: Actor, glass_id: str, person: Person, now_ms: int) -> Decided:
    """Ask for it; nothing is given until another agrees."""
    require_active(person)
    if "governance" in str(person["roles"]).split():
        raise RejectError("Who looks after people does not speak, in an emergency either.")
    made = Glass(
        id=glass_id,
        account=order.account,
        person_id=str(person["id"]),
        kinds=" ".join(order.kinds),
        asked_by=actor.person_id,
        reason=order.why,
        minutes=max(1, round(order.hours * MINUTES_AN_HOUR)),
        asked_at_ms=now_ms,
        drill=int(order.drill),
    )
    drill = "A drill: " if made.drill else ""
    sentence = f"{drill}it waits for a second person, who agrees within the hour."
    return Decided(
        reply=_reply(made, sentence[:1].upper() + sentence[1:]),
        writes={made.key: made.row()},
        guards=[Guard(made.key, None)],
        notes=[_noted("asked", actor, made, order.why)],
    )


def agreed(  # noqa: PLR0913 - what it is decided on, given once
    order: AgreeGlass,
    actor: Actor,
    before: Glass,
    person: Person,
    account: Row,
    grant_id: str,
    now_ms: int,
    *,
    one_officer: bool,
) -> Decided:
    """Agree to it: from now on it holds, for as long as was asked."""
    alone = actor.person_id == before.asked_by
    if before.state != "asked":
        raise RejectError("Somebody agreed to it already, or it was taken back.")
    if before.lapsed_at(now_ms):
        raise RejectError("Nobody agreed to it within the hour; ask for it again.")
    if alone and not one_officer:
        raise NotAllowedError("It takes two people: another agrees than the one who asked.")
    if actor.person_id == before.person_id:
        raise NotAllowedError("Nobody gives leave to themselves; somebody else agrees.")
    require_active(person)
    ends_at_ms = now_ms + before.minutes * (HOUR_MS // MINUTES_AN_HOUR)
    after = before.changed(
        state="broken",
        agreed_by=actor.person_id,
        agreed_at_ms=now_ms,
        ends_at_ms=ends_at_ms,
        review_by_ms=ends_at_ms + REVIEW_DAYS * DAY_MS,
        one_officer=int(alone),
    )
    if before.drill:
        sentence = "The drill is on record. No leave was given: nothing can go out by it."
        return Decided(
            reply=_reply(after, sentence),
            writes={after.key: after.row()},
            guards=[before.guard()],
            notes=[_noted("agreed", actor, after, order.why)],
        )
    after = replace(after, grant_id=grant_id)
    given = grant_given(
        GiveGrant(
            login=str(person["login"]),
            account=before.account,
            kinds=cast("Any", tuple(before.kinds.split())),
            days=before.minutes / MINUTES_A_DAY,
            why=f"Broken glass {before.id}: {before.reason}"[:500],
        ),
        actor,
        person,
        account,
        grant_id,
        now_ms,
    )
    hours = f"{before.minutes / MINUTES_AN_HOUR:g}"
    sentence = (
        f"{person['name']} may {', '.join(before.kinds.split())} as {before.account} for {hours} "
        "hours. The rules and halts hold as ever."
    )
    return Decided(
        reply=_reply(after, sentence),
        writes={**given.writes, after.key: after.row()},
        guards=[*given.guards, before.guard()],
        notes=[_noted("agreed", actor, after, order.why), *given.notes],
    )


def ended(
    order: EndGlass, actor: Actor, before: Glass, grant: Row | None, account: Row, now_ms: int
) -> Decided:
    """End it before its time, with the leave that it gave; or take back what was asked."""
    if before.state_at(now_ms) not in ("asked", "broken"):
        raise RejectError("It has ended already.")
    kept = Decided()
    if grant is not None and grant["state"] == "live":
        given = {**grant, "id": before.grant_id}
        order_of = EndGrant(grant_id=str(before.grant_id), why=order.why)
        kept = grant_ended(order_of, actor, given, account, now_ms)
    was_broken = before.state == "broken"
    after = before.changed(state="ended", **({"ends_at_ms": now_ms} if was_broken else {}))
    return Decided(
        reply=_reply(after, "It has ended." if was_broken else "It is taken back."),
        writes={**kept.writes, after.key: after.row()},
        guards=[*kept.guards, before.guard()],
        notes=[_noted("ended", actor, after, order.why), *kept.notes],
    )


def reviewed(
    order: ReviewGlass, actor: Actor, before: Glass, now_ms: int, *, one_officer: bool
) -> Decided:
    """Keep what somebody who took no part says of it, once it is over."""
    if before.state_at(now_ms) != "ended" or before.agreed_by is None:
        raise RejectError("It is looked at once it was broken and is over, and once only.")
    alone = actor.person_id in before.took_part
    if alone and not one_officer:
        raise NotAllowedError("Who asked, agreed or spoke does not look at it; somebody else does.")
    after = before.changed(
        state="reviewed",
        reviewed_by=actor.person_id,
        reviewed_at_ms=now_ms,
        review=order.why,
        one_officer=int(alone or bool(before.one_officer)),
    )
    return Decided(
        reply=_reply(after, "It was looked at, and what was said is kept."),
        writes={after.key: after.row()},
        guards=[before.guard()],
        notes=[_noted("reviewed", actor, after, order.why)],
    )


def _reply(each: Glass, sentence: str) -> dict[str, object]:
    told = {"sentence": sentence, "glass_id": each.id, "state": each.state}
    return {**told, "ends_at_ms": each.ends_at_ms}


def _noted(what: str, actor: Actor, each: Glass, why: str) -> AuditNote:
    """Return the note of a move; a drill's are kinds of their own, so that none is read as live."""
    return note(
        f"glass.drill-{what}" if each.drill else f"glass.{what}",
        actor,
        BODY_SUBJECT,
        {"why": why},
        chain=account_chain(each.account),
        glass=each.id,
        person=each.person_id,
        kinds=each.kinds,
        grant=each.grant_id,
        one_officer=bool(each.one_officer),
    )

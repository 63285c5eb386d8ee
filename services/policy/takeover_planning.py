"""Decides on slots before anybody is to speak in them: planned, offered to somebody, taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.act import ActKind
from services.policy.decided import Decided
from services.policy.leave import raised
from services.policy.orders import WRITERS
from services.policy.people import Person, person_key, require_active
from services.policy.slot_times import in_words
from services.policy.takeover import Takeover, takeover_key
from services.policy.takeover_orders import EndTakeover, InviteCurator, PlanTakeover
from services.policy.takeover_scene import Scene, acting, move_note
from services.runtime.actor import Actor
from services.runtime.clock import DAY_MS
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError
from services.runtime.ports import Guard

WORDS: Final[frozenset[ActKind]] = frozenset({"statement", "reply", "repost"})
"""All other kinds are acts of the authority on somebody's posts, on others, or on the account
itself: closed to curators unless each is named, with a reason."""
SLOT_DAYS_MAX: Final = 62
AHEAD_DAYS_MAX: Final = 800
DUTY_OFFICER: Final = "duty-officer"


@dataclass(frozen=True, slots=True)
class Calendar:
    """An account's row (with its id), its takeovers over any part of a time, and the zone."""

    account: Row
    over: Sequence[Takeover]
    zone: str


def planned(
    order: PlanTakeover,
    actor: Actor,
    takeover_id: str,
    people: Mapping[str, Person],
    calendar: Calendar,
    now_ms: int,
) -> Decided:
    """Keep a slot free. `people` are by login.

    The account's version is raised, so that of two planned at once one is decided on afresh.
    """
    zone = calendar.zone
    _check_times(order, now_ms)
    _check_kinds(order)
    officer = people[order.duty_officer]
    require_duty_officer(officer)
    standby = None if order.standby is None else people[order.standby]
    if standby is not None:
        require_active(standby)
    pair = _pair(order, calendar.over, zone)
    takeover = Takeover(
        id=takeover_id,
        account=order.account,
        title=order.title,
        duty_officer_id=str(officer["id"]),
        standby_id=None if standby is None else str(standby["id"]),
        pair_id=None if pair is None else pair.id,
        starts_at_ms=order.starts_at_ms,
        ends_at_ms=order.ends_at_ms,
        zone=zone,
        kinds=" ".join(sorted(set(order.kinds))),
        themes=" ".join(sorted(set(order.themes))),
        languages=" ".join(sorted(set(order.languages))),
        planned_by=actor.person_id,
        planned_at_ms=now_ms,
        reason=order.why or None,
    )
    writes, guards = raised([calendar.account], now_ms)
    writes[takeover.key] = takeover.row()
    guards.append(Guard(takeover.key, None))
    for person in (officer, standby):
        if person is not None:
            guards.append(Guard(person_key(str(person["id"])), person["version"]))
    writes |= _paired(pair, takeover_id)
    guards += [] if pair is None else [pair.guard()]
    facts = {"pair": takeover.pair_id, "kinds": takeover.kinds, "starts_at_ms": order.starts_at_ms}
    ends = {"ends_at_ms": order.ends_at_ms}
    return Decided(
        reply={
            "sentence": f"{order.account} is kept free from {in_words(order.starts_at_ms, zone)} "
            f"to {in_words(order.ends_at_ms, zone)}; {officer['name']} answers for the slot. "
            "Ask somebody next.",
            "takeover_id": takeover_id,
            "state": takeover.state,
            "outcome": None,
            "grant_id": None,
        },
        writes=writes,
        guards=guards,
        notes=[move_note("plan", actor, "governance", takeover, order.why, {**facts, **ends})],
    )


def invited(order: InviteCurator, actor: Actor, scene: Scene, person: Person) -> Decided:
    """Ask somebody whether they would like a slot."""
    by = acting(scene.takeover, "invite", actor)
    require_time_left(scene)
    require_active(person)
    person_id = str(person["id"])
    if person_id == actor.person_id:
        raise NotAllowedError("Nobody gives a slot to themselves; ask another governance officer.")
    if person_id in (scene.takeover.duty_officer_id, scene.takeover.standby_id):
        raise RejectError(
            f"{person['name']} answers for this slot or stands by; who speaks in it is another."
        )
    if not set(str(person["roles"]).split()) & WRITERS:
        raise RejectError(
            f"{person['name']} may not write; give them the role curator first: "
            f"`mercat people change {order.login} --role curator`."
        )
    after = scene.moved(
        "invite",
        actor,
        by,
        why=order.why,
        curator_id=person_id,
        invited_at_ms=scene.now_ms,
    )
    decided = after.concluded(
        f"{person['name']} is asked whether they would like {scene.takeover.title!r}.",
        curator=order.login,
    )
    guard = Guard(person_key(person_id), person["version"])
    return Decided(
        reply=decided.reply,
        writes=decided.writes,
        guards=[*decided.guards, guard],
        notes=decided.notes,
    )


def withdrawn(order: EndTakeover, actor: Actor, scene: Scene) -> Decided:
    """Take a slot back before anybody was let speak in it."""
    by = acting(scene.takeover, "withdraw", actor)
    after = scene.moved("withdraw", actor, by, why=order.why, closed_at_ms=scene.now_ms)
    return after.concluded(f"The slot of {scene.takeover.title!r} is taken back.")


def require_duty_officer(person: Person) -> None:
    """Raise RejectError where somebody cannot answer for a slot."""
    require_active(person)
    if DUTY_OFFICER not in str(person["roles"]).split():
        raise RejectError(
            f"{person['name']} is no duty officer; name one who is, as every slot has to have one."
        )


def require_time_left(scene: Scene) -> None:
    """Raise RejectError where a slot is over already."""
    if scene.now_ms >= scene.takeover.ends_at_ms:
        ended = in_words(scene.takeover.ends_at_ms, scene.takeover.zone)
        raise RejectError(f"That slot was over on {ended}; plan another.")


def _check_times(order: PlanTakeover, now_ms: int) -> None:
    if order.starts_at_ms >= order.ends_at_ms:
        raise RejectError("A slot ends after it begins; name another end.")
    if order.ends_at_ms <= now_ms:
        raise RejectError("That slot is over already; name one that is to come.")
    if order.ends_at_ms - order.starts_at_ms > SLOT_DAYS_MAX * DAY_MS:
        raise RejectError(f"A slot lasts {SLOT_DAYS_MAX} days at most; plan several.")
    if order.starts_at_ms - now_ms > AHEAD_DAYS_MAX * DAY_MS:
        raise RejectError(f"A slot begins within {AHEAD_DAYS_MAX} days; plan it later.")


def _check_kinds(order: PlanTakeover) -> None:
    named = sorted(set(order.kinds) - WORDS)
    if named and not order.why.strip():
        raise RejectError(
            f"{', '.join(named)}: acts on others, or on the account itself, are not given to "
            "curators as a rule. Say why, if they have to be."
        )


def _pair(order: PlanTakeover, over: Sequence[Takeover], zone: str) -> Takeover | None:
    """Return the one this is declared a pair with. Raises RejectError where any other is over."""
    pair = next((each for each in over if each.id == order.pair_with), None)
    if order.pair_with is not None and pair is None:
        raise NotFoundError(f"There is no takeover {order.pair_with} of this account at that time.")
    if pair is not None:
        same = (pair.starts_at_ms, pair.ends_at_ms) == (order.starts_at_ms, order.ends_at_ms)
        if not same or pair.pair_id is not None or pair.state not in ("draft", "invited"):
            raise RejectError(
                "A pair is of two, planned for the same time, before either has begun to prepare."
            )
    for each in over:
        if each is not pair:
            raise RejectError(
                f"{order.account} is taken from {in_words(each.starts_at_ms, zone)} to "
                f"{in_words(each.ends_at_ms, zone)}, for {each.title!r} ({each.id}); name another "
                "time, or declare the two a pair."
            )
    return pair


def _paired(pair: Takeover | None, takeover_id: str) -> Mapping[Key, Row]:
    if pair is None:
        return {}
    return {
        takeover_key(pair.id): {**pair.row(), "pair_id": takeover_id, "version": pair.version + 1}
    }

"""Decides on takeovers that may speak: signed on, paused, ended one way or another, and closed."""

from services.policy.decided import Decided
from services.policy.takeover_clock import standby_sentence
from services.policy.takeover_orders import EndTakeover
from services.policy.takeover_scene import Scene, acting
from services.runtime.actor import Actor
from services.runtime.errors import RejectError


def signed_on(actor: Actor, scene: Scene) -> Decided:
    """Say who speaks from now on."""
    by = acting(scene.takeover, "sign-on", actor)
    if scene.takeover.signed_on_at_ms is not None:
        raise RejectError("You have signed on already.")
    if scene.takeover.state == "ready":
        raise RejectError("The slot has not begun; `mercat takeover show` says what it waits for.")
    after = scene.moved("sign-on", actor, by, signed_on_at_ms=scene.now_ms)
    return after.concluded(
        f"You speak as {scene.takeover.account} from now on. Say first who you are."
    )


def signed_off(actor: Actor, scene: Scene) -> Decided:
    """Say goodbye before the slot is over; leave to speak ends with it."""
    by = acting(scene.takeover, "sign-off", actor)
    after = scene.moved("sign-off", actor, by, ended_at_ms=scene.now_ms)
    return after.concluded("Thank you. Your leave to speak has ended; the house speaks again.")


def paused(order: EndTakeover, actor: Actor, scene: Scene) -> Decided:
    """Let nothing more go out for now."""
    by = acting(scene.takeover, "pause", actor)
    after = scene.moved("pause", actor, by, why=order.why, paused_at_ms=scene.now_ms)
    return after.concluded(
        f"{scene.takeover.title!r} is paused: nothing of it goes out until an officer resumes it."
    )


def resumed(order: EndTakeover, actor: Actor, scene: Scene) -> Decided:
    """Let it go on as before; who has not signed on yet has as long for it as at the start."""
    by = acting(scene.takeover, "resume", actor)
    takeover = scene.takeover
    live_at_ms = scene.now_ms if takeover.signed_on_at_ms is None else takeover.live_at_ms
    after = scene.moved(
        "resume", actor, by, why=order.why, paused_at_ms=None, live_at_ms=live_at_ms
    )
    return after.concluded(f"{scene.takeover.title!r} goes on.")


def no_show(order: EndTakeover, actor: Actor, scene: Scene) -> Decided:
    """Give a slot back to the house, as nobody came."""
    by = acting(scene.takeover, "no-show", actor)
    takeover = scene.takeover
    if takeover.signed_on_at_ms is not None:
        raise RejectError("Somebody signed on; to end it early, stop it: `mercat takeover stop`.")
    if scene.now_ms < takeover.starts_at_ms:
        raise RejectError("Its time has not come; to end it early, stop it.")
    facts = {"standby": takeover.standby_id}
    after = scene.moved("no-show", actor, by, why=order.why, facts=facts, ended_at_ms=scene.now_ms)
    standby = scene.people.get(takeover.standby_id or "")
    return after.concluded(
        f"Nobody came for {takeover.title!r}. {standby_sentence(scene)}",
        standby=None if standby is None else str(standby["login"]),
    )


def stopped(order: EndTakeover, actor: Actor, scene: Scene) -> Decided:
    """End it early: it holds from the next send on."""
    by = acting(scene.takeover, "stop", actor)
    after = scene.moved("stop", actor, by, why=order.why, ended_at_ms=scene.now_ms)
    return after.concluded(
        f"{scene.takeover.title!r} has ended; nothing more of it goes out, and the house speaks."
    )


def closed(actor: Actor, scene: Scene, why: str = "") -> Decided:
    """Decide that the account is as the next one should find it: whoever waits for it may go on."""
    by = acting(scene.takeover, "close", actor)
    after = scene.moved("close", actor, by, why=why, closed_at_ms=scene.now_ms)
    return after.concluded(
        f"{scene.takeover.title!r} is closed. {scene.takeover.account} is free for the next slot."
    )

"""What the clock moves, decided on one takeover at one moment: slots begin, run out, or lapse.

No grant hangs on these moves: its own window, by the same clock, is the edge. They keep what people
read true to it, tell that nobody came, and set aside what was never got ready.
"""

from typing import Any, Final

from services.policy.configuration import TakeoverSettings
from services.policy.takeover import MoveName, Takeover, TakeoverState
from services.policy.takeover_grants import waited_for
from services.policy.takeover_scene import Scene
from services.runtime.actor import PROGRAM

MINUTE_MS: Final = 60_000
MOVES_AT_ONCE_MAX: Final = 3
"""A slot that was slept through begins and ends in one turn."""
UNPREPARED: Final[tuple[TakeoverState, ...]] = ("draft", "invited", "onboarding")

_WHY: Final[dict[tuple[TakeoverState, MoveName], str]] = {
    ("ready", "stop"): "The slot passed while the one before it was not closed.",
    ("ready", "no-show"): "The slot passed, and nobody signed on.",
    ("live", "no-show"): "Nobody signed on in time; the house speaks.",
}
_UNPREPARED_WHY: Final = "The slot passed before it was got ready."


def due_move(
    takeover: Takeover, now_ms: int, settings: TakeoverSettings, *, waits: bool
) -> MoveName | None:
    """Return the move that the clock is to make now, or None; `waits`: for the slot before."""
    is_over = now_ms >= takeover.ends_at_ms
    match takeover.state:
        case "draft" | "invited" | "onboarding":
            return "withdraw" if is_over else None
        case "ready" if is_over:
            return "stop" if waits else "no-show"
        case "ready":
            return "begin" if now_ms >= takeover.starts_at_ms and not waits else None
        case "live" if takeover.signed_on_at_ms is None:
            return "no-show" if is_over or _is_late(takeover, now_ms, settings) else None
        case "live" | "paused":
            return "run-out" if is_over else None
        case _:
            return None


def caught_up(scene: Scene, settings: TakeoverSettings) -> Scene:
    """Return a scene as it is once the clock has made what moves are due; noted as the clock's."""
    for _ in range(MOVES_AT_ONCE_MAX):
        others = [each.takeover for each in scene.others]
        waits = waited_for(scene.takeover, others) is not None
        name = due_move(scene.takeover, scene.now_ms, settings, waits=waits)
        if name is None:
            break
        scene = _moved_by_clock(scene, name)
    return scene


def clock_sentence(scene: Scene) -> str:
    """Return what the clock did, in a sentence."""
    takeover = scene.takeover
    sentence = f"{takeover.title!r} is {takeover.state} now."
    return f"{sentence} {standby_sentence(scene)}" if takeover.outcome == "no-show" else sentence


def standby_sentence(scene: Scene) -> str:
    """Return who stands by where nobody came."""
    if scene.takeover.standby_id is None:
        return "The house speaks; nobody is named to stand by."
    return f"The house speaks; {scene.name(scene.takeover.standby_id)} stands by."


def _moved_by_clock(scene: Scene, name: MoveName) -> Scene:
    state, now_ms = scene.takeover.state, scene.now_ms
    why = _UNPREPARED_WHY if state in UNPREPARED else _WHY.get((state, name), "")
    at = {"begin": "live_at_ms", "withdraw": "closed_at_ms"}.get(name, "ended_at_ms")
    facts = {"standby": scene.takeover.standby_id} if name == "no-show" else {}
    values: dict[str, Any] = {at: now_ms}
    return scene.moved(name, PROGRAM, "clock", why=why, facts=facts, **values)


def _is_late(takeover: Takeover, now_ms: int, settings: TakeoverSettings) -> bool:
    """Return whether nobody signed on in time since it went live, which may be after its start."""
    since_ms = takeover.live_at_ms or takeover.starts_at_ms
    return now_ms >= since_ms + round(settings.no_show_minutes * MINUTE_MS)

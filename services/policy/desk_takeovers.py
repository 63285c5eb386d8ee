"""The desk's verbs about takeovers: planned, prepared, spoken in, ended and closed.

What the clock was to move by now is moved first, so that nobody is told what was true before.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_handovers import closed_if_settled
from services.policy.desk_work import Work
from services.policy.drafting import new_draft
from services.policy.orders import DraftAct
from services.policy.takeover import takeover_of
from services.policy.takeover_clock import caught_up
from services.policy.takeover_grants import grant_row
from services.policy.takeover_orders import (
    AgreeToTerms,
    EndTakeover,
    InviteCurator,
    MoveTakeover,
    PlanTakeover,
    Practise,
)
from services.policy.takeover_planning import Calendar, invited, planned, withdrawn
from services.policy.takeover_scene import Scene, acting
from services.policy.takeover_scenes import scene_of
from services.policy.takeover_steps import (
    Tried,
    accepted,
    consented,
    declined,
    made_ready,
    practised,
    second_factored,
)
from services.policy.takeovers import (
    closed,
    no_show,
    paused,
    resumed,
    signed_off,
    signed_on,
    stopped,
)
from services.runtime.errors import RejectError


def plan(work: Work, order: PlanTakeover) -> Decided:
    """Keep a slot of an account free."""
    account = work.account(order.account)
    known = work.parts.themes
    unknown = sorted(set(order.themes) - known) if known is not None else []
    if unknown:
        there_are = ", ".join(sorted(known or ())) or "none"
        raise RejectError(f"There is no theme {unknown[0]!r}; themes are {there_are}.")
    logins = {order.duty_officer, *([order.standby] if order.standby is not None else [])}
    times = (order.account, order.ends_at_ms, order.starts_at_ms)
    over = [
        takeover_of(str(row["id"]), row) for row in work.parts.store.select("takeovers_over", times)
    ]
    calendar = Calendar(account, over, work.parts.takeovers.zone)
    people = {login: work.person(login) for login in logins}
    return planned(order, work.actor, work.parts.fresh_id(), people, calendar, work.now_ms)


def invite(work: Work, order: InviteCurator) -> Decided:
    """Ask somebody whether they would like a slot."""
    return invited(order, work.actor, _scene(work, order.takeover_id), work.person(order.login))


def consent(work: Work, order: AgreeToTerms) -> Decided:
    """Agree to the terms as they stand."""
    terms = work.parts.takeovers.terms()
    return consented(order, work.actor, _scene(work, order.takeover_id), terms)


def practise(work: Work, order: Practise) -> Decided:
    """Have a post judged as if the slot had begun; nothing of it is kept but its digest."""
    scene = _scene(work, order.takeover_id)
    takeover = scene.takeover
    acting(takeover, "practise", work.actor)
    takeover.moved("practise")
    draft = DraftAct(kind="statement", account=takeover.account, text=order.text)
    act = new_draft(work, draft)
    grant = {
        **grant_row(takeover, "practice", work.actor.person_id, ""),
        "kinds": f"{takeover.kinds} statement",
        "state": "live",
        "starts_at_ms": work.now_ms,
        "ends_at_ms": max(takeover.ends_at_ms, work.now_ms + 1_000),
    }
    situation = replace(work.situation(act), grants=[grant])
    judgement = work.judge(situation, "advice")
    return practised(work.actor, scene, Tried(act.digest, judgement.verdict))


def make_ready(work: Work, order: MoveTakeover) -> Decided:
    """Give the grant of a slot."""
    own = work.parts.takeovers
    scene, grant_id = _scene(work, order.takeover_id), work.parts.fresh_id()
    return made_ready(order, work.actor, scene, grant_id, own.terms(), own.settings)


def close(work: Work, order: MoveTakeover) -> Decided:
    """Decide that the account is as the next one should find it, once its handover is settled."""
    scene = _scene(work, order.takeover_id)
    decided = closed(work.actor, scene, order.why)
    return closed_if_settled(work, scene.takeover, decided)


def _scene(work: Work, takeover_id: str) -> Scene:
    scene = scene_of(work.parts.store, takeover_id, work.now_ms)
    return caught_up(scene, work.parts.takeovers.settings)


def _moving(
    decide: Callable[[Any, Work, Scene], Decided],
) -> Callable[[Work, Any], Decided]:
    """Return the handler of a move that takes nothing but the takeover and what is around it."""

    def handler(work: Work, order: MoveTakeover) -> Decided:
        return decide(order, work, _scene(work, order.takeover_id))

    return handler


def _ending(
    decide: Callable[[EndTakeover, Any, Scene], Decided],
) -> Callable[[Work, Any], Decided]:
    return _moving(lambda order, work, scene: decide(order, work.actor, scene))


TAKEOVER_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "takeover-plan": plan,
    "takeover-invite": invite,
    "takeover-accept": _moving(lambda _, work, scene: accepted(work.actor, scene)),
    "takeover-decline": _ending(declined),
    "takeover-consent": consent,
    "takeover-second-factor": _moving(lambda _, work, scene: second_factored(work.actor, scene)),
    "takeover-practise": practise,
    "takeover-make-ready": make_ready,
    "takeover-sign-on": _moving(lambda _, work, scene: signed_on(work.actor, scene)),
    "takeover-pause": _ending(paused),
    "takeover-resume": _ending(resumed),
    "takeover-sign-off": _moving(lambda _, work, scene: signed_off(work.actor, scene)),
    "takeover-no-show": _ending(no_show),
    "takeover-stop": _ending(stopped),
    "takeover-withdraw": _ending(withdrawn),
    "takeover-close": close,
}

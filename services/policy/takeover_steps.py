"""Decides on what comes before somebody may speak: yes or no, terms, a practice act, and leave."""

from dataclasses import dataclass
from typing import Final, Literal

from schemas.verdict import Verdict
from services.policy.configuration import TakeoverSettings
from services.policy.decided import Decided
from services.policy.orders import WRITERS
from services.policy.people import require_active
from services.policy.slot_times import in_words
from services.policy.takeover import Takeover
from services.policy.takeover_grants import grant_row, waited_for
from services.policy.takeover_orders import AgreeToTerms, EndTakeover, MoveTakeover
from services.policy.takeover_planning import require_duty_officer, require_time_left
from services.policy.takeover_scene import Scene, acting
from services.policy.takeover_terms import Terms
from services.runtime.actor import Actor
from services.runtime.errors import RejectError, RetryLaterError, VersionConflictError

HELD_MAX: Final = 200
"""How many takeovers of an account may be ready or wait to be closed."""

Step = Literal["consent", "second-factor", "practise"]


def accepted(actor: Actor, scene: Scene) -> Decided:
    """Say yes to a slot."""
    by = acting(scene.takeover, "accept", actor)
    require_time_left(scene)
    after = scene.moved("accept", actor, by, accepted_at_ms=scene.now_ms)
    return after.concluded(
        "Thank you. Read the terms next and agree to them (`mercat takeover terms`), then try a "
        "post (`mercat takeover practise`)."
    )


def declined(order: EndTakeover, actor: Actor, scene: Scene) -> Decided:
    """Say no to a slot, at any time before it begins."""
    by = acting(scene.takeover, "decline", actor)
    after = scene.moved("decline", actor, by, why=order.why, closed_at_ms=scene.now_ms)
    return after.concluded("Thank you for saying so. The slot is free for somebody else.")


def consented(order: AgreeToTerms, actor: Actor, scene: Scene, terms: Terms) -> Decided:
    """Agree to the terms as they stand."""
    by = acting(scene.takeover, "consent", actor)
    if order.terms_version != terms.version:
        raise VersionConflictError(
            f"The terms are another version now ({terms.version}); read them again, then agree "
            "to those: `mercat takeover terms`."
        )
    after = scene.moved(
        "consent",
        actor,
        by,
        facts={"terms": terms.version},
        consented_at_ms=scene.now_ms,
        terms_version=terms.version,
    )
    return after.concluded(f"You have agreed to the terms of version {terms.version}.")


def second_factored(actor: Actor, scene: Scene) -> Decided:
    """Keep that a curator signed in by a passkey, which is two factors at once."""
    by = acting(scene.takeover, "second-factor", actor)
    if actor.signed_in_by != "session":
        raise RejectError("That step is made by signing in with a passkey, at the page /sign-in.")
    if scene.takeover.second_factor_at_ms is not None:
        raise RejectError("That step is made already.")
    after = scene.moved("second-factor", actor, by, second_factor_at_ms=scene.now_ms)
    return after.concluded("You have signed in by two factors.")


@dataclass(frozen=True, slots=True)
class Tried:
    """A post that was tried: its digest, and what the rules said of it."""

    digest: str
    verdict: Verdict


def practised(actor: Actor, scene: Scene, tried: Tried) -> Decided:
    """Keep that a post was tried, whatever the rules said of it; the words are not kept."""
    by = acting(scene.takeover, "practise", actor)
    verdict = tried.verdict
    if verdict.failure is not None:
        raise RetryLaterError(f"{verdict.failure} Try it again in a moment.")
    after = scene.moved(
        "practise",
        actor,
        by,
        facts={"decision": verdict.decision, "digest": tried.digest, "revision": verdict.revision},
        practised_at_ms=scene.now_ms,
        practice_digest=tried.digest,
    )
    said = " ".join(reason.sentence for reason in verdict.reasons[:5])
    decided = after.concluded(
        f"It went nowhere. {_heading(verdict)} {said or 'Nothing stands against it.'}"
    )
    return Decided(
        reply={**decided.reply, "verdict": verdict.model_dump(mode="json")},
        writes=decided.writes,
        guards=decided.guards,
        notes=decided.notes,
    )


def missing_steps(
    takeover: Takeover, terms: Terms | None, settings: TakeoverSettings
) -> tuple[Step, ...]:
    """Return what is still to be done before somebody can be let speak.

    Consent is to the terms as they are now, where there are any.
    """
    steps: list[Step] = []
    if takeover.consented_at_ms is None or (
        terms is not None and takeover.terms_version != terms.version
    ):
        steps.append("consent")
    if settings.second_factor == "required" and takeover.second_factor_at_ms is None:
        steps.append("second-factor")
    if takeover.practised_at_ms is None:
        steps.append("practise")
    return tuple(steps)


def made_ready(
    order: MoveTakeover,
    actor: Actor,
    scene: Scene,
    grant_id: str,
    terms: Terms,
    settings: TakeoverSettings,
) -> Decided:
    """Give the grant: it opens and ends with the slot, by the server's clock.

    Where an earlier takeover of the account is not closed, it waits for that as well.
    """
    takeover = scene.takeover
    by = acting(takeover, "make-ready", actor)
    require_time_left(scene)
    missing = missing_steps(takeover, terms, settings)
    if takeover.state == "onboarding" and missing:
        raise RejectError(f"Still to be done by {_curator(scene)}: {', '.join(missing)}.")
    if len(scene.others) >= HELD_MAX:
        raise RejectError("Too many takeovers of this account wait to be closed; close them first.")
    named = [each for each in (takeover.curator_id, takeover.duty_officer_id) if each]
    for person_id in named:
        require_active(scene.people[person_id])
    require_duty_officer(scene.people[takeover.duty_officer_id])
    if not set(str(scene.people[named[0]]["roles"]).split()) & WRITERS:
        raise RejectError(f"{_curator(scene)} may not write any more; give them the role again.")
    grant = grant_row(takeover, grant_id, actor.person_id, order.why)
    after = scene.moved(
        "make-ready",
        actor,
        by,
        why=order.why,
        given=grant,
        facts={"person": takeover.curator_id, "ends_at_ms": takeover.ends_at_ms},
        ready_at_ms=scene.now_ms,
        grant_id=grant_id,
    )
    earlier = waited_for(after.takeover, [each.takeover for each in scene.others])
    starts = in_words(takeover.starts_at_ms, takeover.zone)
    sentence = f"{_curator(scene)} may speak as {takeover.account} from {starts} on."
    if earlier is not None:
        sentence += f" {waiting_sentence(earlier)}"
    return after.concluded(sentence, also=named)


def waiting_sentence(earlier: Takeover) -> str:
    """Return why a slot does not begin yet."""
    return (
        f"Until {earlier.title!r} ({earlier.id}), the slot before, is closed, the house speaks and "
        "this one waits."
    )


def _heading(verdict: Verdict) -> str:
    return {
        "allow": "It could go out as it is.",
        "hold": "It would wait for somebody's consent.",
        "deny": "It could not go out.",
    }[verdict.decision]


def _curator(scene: Scene) -> str:
    return scene.name(scene.takeover.curator_id)

"""What becomes of takeovers when leave is taken another way: a grant ended, a person who leaves."""

from dataclasses import replace

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.people import Person
from services.policy.takeover import SPEAKING, By, takeover_of
from services.policy.takeover_scene import Scene
from services.policy.takeover_scenes import scene_of
from services.runtime.effects import Key


def ended_with_grant(work: Work, takeover_id: str, why: str) -> Decided | None:
    """Stop the takeover whose grant somebody ends; None where it can speak no more anyway."""
    scene = scene_of(work.parts.store, takeover_id, work.now_ms)
    if scene.takeover.state not in SPEAKING:
        return None
    after = _stopped(work, scene, why)
    return after.concluded(f"The grant has ended, and with it {after.takeover.title!r}.")


def with_takeovers(work: Work, person: Person, decided: Decided, why: str) -> Decided:
    """Return the decision that somebody leaves with what it means for takeovers that name them.

    Where they were to speak, it ends in the same transaction; the others are named in the answer,
    as they need another person.
    """
    person_id = str(person["id"])
    rows = work.parts.store.select("takeovers_naming", (person_id,) * 3)
    wanting = []
    for takeover in (takeover_of(str(row["id"]), row) for row in rows):
        if takeover.curator_id == person_id and takeover.state in SPEAKING:
            scene = scene_of(work.parts.store, takeover.id, work.now_ms)
            decided = _merged(decided, _stopped(work, scene, why).concluded(""))
        else:
            wanting.append(takeover.id)
    if not wanting:
        return decided
    sentence = f"{decided.reply['sentence']} These takeovers need another person in their place: "
    reply = {**decided.reply, "sentence": f"{sentence}{', '.join(wanting)}."}
    return replace(decided, reply=reply)


def _stopped(work: Work, scene: Scene, why: str) -> Scene:
    roles = work.actor.roles
    by: By = "duty-officer" if "duty-officer" in roles else "governance"
    return scene.moved("stop", work.actor, by, why=why, ended_at_ms=work.now_ms)


def _merged(first: Decided, second: Decided) -> Decided:
    """Return two decisions as one; a row that both guard or write is the same in both."""
    known: set[Key] = {guard.key for guard in first.guards}
    return replace(
        first,
        writes={**second.writes, **first.writes},
        guards=[*first.guards, *(each for each in second.guards if each.key not in known)],
        notes=[*first.notes, *second.notes],
    )

"""The word to others that rules came into force, written in the transaction that does it."""

from schemas.envelope import caused_id, trace_parent
from schemas.policy import BUNDLE, ActivatedRules, PolicyActivated
from schemas.topics import POLICIES_ACTIVATED
from services.policy.signed_rules import Revision
from services.runtime.clock import from_epoch_ms
from services.runtime.effects import Row


def activated_event(
    revision: Revision,
    before: Row | None,
    *,
    title: str | None = None,
    classes: tuple[str, ...] | None = None,
) -> tuple[str, PolicyActivated]:
    """Return the event of a revision, and its topic.

    `before` is the row of what was in force, None for a body's first rules. `title` and `classes`
    are the change's; `classes` None where nobody has worked out what is newly allowed.
    """
    event_id = caused_id(revision.revision, "mercat.policies.activated.v1", revision.number)
    at = from_epoch_ms(revision.made_at_ms)
    return POLICIES_ACTIVATED.name, PolicyActivated(
        id=event_id,
        source="/policy",
        subject=BUNDLE,
        time=at,
        traceparent=trace_parent(event_id),
        data=ActivatedRules.model_validate(
            {
                "number": revision.number,
                "revision": revision.revision,
                "before": None if before is None else _numbered(before),
                "origin": revision.origin,
                "change_id": revision.change_id,
                "title": title,
                "classes": classes,
                "activated_at": at,
            }
        ),
    )


def _numbered(row: Row) -> Row:
    return {"number": row["number"], "revision": row["revision"]}

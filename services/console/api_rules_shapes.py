"""What the API takes and answers about the life of the rules; see `api_shapes.py` for the rest."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from services.console.api_bodies import Body, WhyBody
from services.console.api_shapes import Done, Shape
from services.policy.orders import Why
from services.policy.rule_classes import CLASSES_MAX
from services.policy.rule_orders import SHADOW_HOURS_MAX, ClassName, Digest

Files = Annotated[
    dict[str, str], Field(description="Every file by its place; empty unless asked for.")
]


class ApproveRulesBody(Body):
    """The digest of the change that is agreed to, and each class it newly allows, by name."""

    digest: Digest
    classes: Annotated[tuple[ClassName, ...], Field(max_length=CLASSES_MAX)] = ()


class ActivateRulesBody(Body):
    """For how long the change is tried beside the rules in force first; 0 for not at all."""

    shadow_hours: Annotated[float, Field(ge=0, le=SHADOW_HOURS_MAX)] = 0.0


class RollBackBody(WhyBody):
    """Which number's rules are to be in force again; else those before the present ones.

    `restored` goes on with those of a database that was put back from an older backup.
    """

    number: Annotated[int, Field(ge=1, le=2**53)] | None = None
    restored: bool = False
    why: Why


class RulesShown(Shape):
    """The rules in force.

    `asked_here` is the number that the process which answers asks now, `trouble` why it asks
    another than the one in force. `filled` are the places of what these rules lack and Mercat
    delivers; `revision_asked` is the revision of both together, and what decisions name.
    """

    number: int
    revision: str
    revision_asked: str
    filled: tuple[str, ...] = ()
    since_at: datetime
    origin: str
    key_id: str | None = None
    change_id: str | None = None
    title: str | None = None
    shadow_change_id: str | None = None
    asked_here: int
    trouble: str | None = None
    rules: tuple[str, ...] = ()
    files: Files


class RevisionShown(Shape):
    """Rules that are or were in force, under their number."""

    number: int
    revision: str
    origin: str
    change_id: str | None = None
    title: str | None = None
    key_id: str
    made_at: datetime


class ChangeShown(Shape):
    """A change of the rules, in a list."""

    id: str
    version: int
    title: str
    why: str
    author: str
    state: str
    sentence: str
    base_revision: str
    revision: str
    digest: str
    classes: tuple[str, ...] = ()
    number: int | None = None
    proposed_at: datetime | None = None
    approved_at: datetime | None = None
    shadowed_at: datetime | None = None
    shadow_until: datetime | None = None
    activated_at: datetime | None = None
    ended_at: datetime | None = None


class RulesConsent(Shape):
    """A person's consent to one digest."""

    approver: str
    digest: str
    why: str
    classes: tuple[str, ...] = ()
    approved_at: datetime | None = None
    one_officer: bool = False


class ShadowCount(Shape):
    """What a trial has counted: verdicts, and how many the change would have made otherwise."""

    asked: int = 0
    freed: int = 0
    held: int = 0
    denied: int = 0


class ChangeWhole(ChangeShown):
    """A change with all that its approver agrees to."""

    difference: dict[str, Any]
    rehearsal: dict[str, Any]
    approvals: tuple[RulesConsent, ...]
    shadow: ShadowCount
    files: Files


class ChangeDone(Done):
    """How a change stands after what was asked."""

    id: str
    state: str
    digest: str
    classes: tuple[str, ...] = ()
    number: int | None = None


class RolledBack(Done):
    """Which number came into force."""

    number: int
    revision: str

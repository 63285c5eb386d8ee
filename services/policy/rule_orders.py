"""What people can ask about the rules: each verb's arguments, bounded like any order's."""

from typing import Annotated, Final

from pydantic import Field, JsonValue

from services.policy.orders import GOVERNANCE, Order, Verb, Why
from services.policy.rule_classes import CLASSES_MAX

ChangeId = Annotated[str, Field(min_length=1, max_length=64)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Place = Annotated[str, Field(min_length=1, max_length=200)]
ClassName = Annotated[str, Field(min_length=1, max_length=120)]
SHADOW_HOURS_MAX: Final = 24 * 14
FILES_MAX: Final = 1_000


class ProposeRules(Order):
    """Propose a whole set of rules in place of the one in force.

    `files` are the folder's, by place; a set of rules has its own bounds. `rehearsal` is the
    summary that the rehearsal wrote: it is bound to the change, and shown to whoever agrees.
    """

    title: Annotated[str, Field(min_length=3, max_length=120)]
    why: Why
    files: Annotated[dict[Place, str], Field(min_length=1, max_length=FILES_MAX)]
    rehearsal: Annotated[dict[str, JsonValue], Field(default_factory=dict)]


class ApproveRules(Order):
    """Consent to exactly the change that a digest names.

    `classes` are the high-impact classes of act that it newly allows, each ticked by itself.
    """

    change_id: ChangeId
    digest: Digest
    classes: Annotated[tuple[ClassName, ...], Field(max_length=CLASSES_MAX)] = ()


class ActivateRules(Order):
    """Put a change that was agreed to in force, or try it beside the rules in force first."""

    change_id: ChangeId
    shadow_hours: Annotated[float, Field(ge=0, le=SHADOW_HOURS_MAX)] = 0.0


class WithdrawRules(Order):
    """Take a change back that is not in force yet."""

    change_id: ChangeId
    why: Why


class RollBackRules(Order):
    """Put earlier rules in force again: those before the present ones, unless a number is named.

    `restored` means those that a database has in force which was put back from an older backup.
    """

    number: Annotated[int, Field(ge=1, le=2**53)] | None = None
    restored: bool = False
    why: Why


RULE_VERBS: Final[dict[str, Verb]] = {
    "propose-rules": Verb(ProposeRules, GOVERNANCE),
    "approve-rules": Verb(ApproveRules, GOVERNANCE),
    "activate-rules": Verb(ActivateRules, GOVERNANCE),
    "withdraw-rules": Verb(WithdrawRules, GOVERNANCE),
    "roll-back-rules": Verb(RollBackRules, GOVERNANCE),
}

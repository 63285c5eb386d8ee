"""What the gate judges by: word that a set of rules came into force."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from schemas.envelope import CONTRACT, Event, Instant

BUNDLE: Final = "mercat"
"""The one bundle of an installation: what every event about rules is keyed by."""
TITLE_LENGTH_MAX: Final = 200
CLASSES_MAX: Final = 200

RevisionId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
RulesNumber = Annotated[int, Field(ge=1, le=2**53)]
RulesOrigin = Literal["delivered", "change", "rollback"]


class NumberedRules(BaseModel):
    """A set of rules under the number by which it came into force."""

    model_config = CONTRACT

    number: RulesNumber
    revision: RevisionId


class ActivatedRules(NumberedRules):
    """The rules in force from now on, and those before them; none where these are the first.

    `title` is that of the change by which they came, or which a rollback brought back. `classes`
    are the acts of high impact that the change newly allows; null where that was not worked out, as
    for a rollback and for rules that came with Mercat. Nothing says who did it.
    """

    before: NumberedRules | None = None
    origin: RulesOrigin
    change_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    title: Annotated[str, Field(max_length=TITLE_LENGTH_MAX)] | None = None
    classes: (
        Annotated[
            tuple[Annotated[str, Field(min_length=1, max_length=120)], ...],
            Field(max_length=CLASSES_MAX),
        ]
        | None
    ) = None
    activated_at: Instant


class PolicyActivated(Event):
    """Rules came into force; what was judged by those before is judged again before it is sent."""

    type: Literal["mercat.policies.activated.v1"] = "mercat.policies.activated.v1"
    data: ActivatedRules

"""What policy says of an act: allow, hold or deny, with reasons that a service officer can read."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from schemas.envelope import CONTRACT, ShortText

REASONS_MAX: Final = 64
RULES_MAX: Final = 256

Decision = Literal["allow", "hold", "deny"]
Severity = Literal["deny", "hold", "advice"]
Role = Literal["team-member", "approver", "governance", "curator", "duty-officer", "auditor", "ops"]
RuleId = Annotated[str, Field(pattern=r"^[a-z0-9_]+/[a-z0-9_]+$", max_length=120)]
MessageId = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=120)]
Parameter = Annotated[str, Field(max_length=200)] | int | float | bool


class Need(BaseModel):
    """Whose consent would let a held act go: how many people who have one of these roles."""

    model_config = CONTRACT

    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=7)]
    count: Annotated[int, Field(ge=1, le=5)] = 1


class Reason(BaseModel):
    """Why one rule objects, in one plain sentence, and what would put it right.

    `message` and `parameters` let the sentence be said in another language without touching the
    rule. `need` stands where somebody's consent would do.
    """

    model_config = CONTRACT

    rule: RuleId
    severity: Severity
    message: MessageId
    parameters: Annotated[dict[str, Parameter], Field(max_length=12)] = {}
    sentence: Annotated[str, Field(min_length=1, max_length=400)]
    cure: Annotated[str, Field(max_length=400)] = ""
    citation: ShortText = ""
    need: Need | None = None


class Verdict(BaseModel):
    """A decision with all that it rests on.

    `needs` are those of the reasons that no approval has met. `checked` are the rules that were
    run; an `allow` is none unless they are all the bundle has. `failure` says in a sentence why
    the engine could not judge: such a verdict is always a hold that nobody's consent lifts.
    """

    model_config = CONTRACT

    decision: Decision
    reasons: Annotated[tuple[Reason, ...], Field(max_length=REASONS_MAX)] = ()
    needs: Annotated[tuple[Need, ...], Field(max_length=REASONS_MAX)] = ()
    obligations: Annotated[tuple[ShortText, ...], Field(max_length=8)] = ()
    revision: ShortText = ""
    checked: Annotated[tuple[RuleId, ...], Field(max_length=RULES_MAX)] = ()
    failure: ShortText | None = None

"""The shape that facts must have before rules are asked: what is missing would silence a rule.

A rule whose fact is not there says nothing, and nothing said is leave. So facts that lack
something, or hold it as another type, are not judged at all. More than is named here may be there.
"""

import json
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from schemas.act import ActKind
from schemas.verdict import Role
from services.policy.authority_data import Origin, TrustLevel
from services.policy.grants import LIMITS, Limit
from services.policy.trust import SHARES
from services.reading.wording import FAMILIES
from services.runtime.errors import InputInvalidError
from services.runtime.gate import FACTS_BYTES_MAX, Facts, Phase

_SHAPE: Final = ConfigDict(frozen=True, extra="ignore", strict=True)
NUMBER_MAX: Final = 2**53
FRACTION_MAX: Final = 1_000_000_000
FRACTION_DIGITS: Final = 6

Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=5_000)]
Kind = Annotated[str, Field(max_length=60)]
Moment = Annotated[int, Field(ge=0, lt=NUMBER_MAX)]
Count = Annotated[int, Field(ge=0, lt=2**31)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class MediaFact(BaseModel):
    """A picture, sound or film of the act."""

    model_config = _SHAPE

    kind: Name
    alt: Text | None


class ActFact(BaseModel):
    """What is to be done or said; `text` is absent where it is too long to hand over."""

    model_config = _SHAPE

    id: Name
    kind: ActKind
    account: Name
    digest: Digest
    text: Text | None = None
    length: Count
    language: Name | None
    theme: Name | None
    target: Annotated[str, Field(max_length=512)] | None
    media: Annotated[tuple[MediaFact, ...], Field(max_length=4)]


class GrantFact(BaseModel):
    """The grant the act is done under, as it stands at this moment, and what the act is out of."""

    model_config = _SHAPE

    id: Name
    live: bool
    in_scope: bool
    out_of: Annotated[tuple[Limit, ...], Field(max_length=len(LIMITS))]
    origin: Origin
    ends_at: Moment | None


class TrustFact(BaseModel):
    """Where the author stands on the ladder of trust; `draw` is what the act's digest draws."""

    model_config = _SHAPE

    level: TrustLevel
    first_of_day: bool
    first_to_person: bool
    draw: Annotated[int, Field(ge=0, lt=SHARES)]


class PaceFact(BaseModel):
    """How much was said before the act; seconds stop at a day where nothing was said in one."""

    model_config = _SHAPE

    last_hour: Count
    last_day: Count
    seconds_since_last: Count


class ActorFact(BaseModel):
    """The author, with what they may do now, and how much of theirs was asked for lately."""

    model_config = _SHAPE

    id: Annotated[str, Field(min_length=1, max_length=64)]
    roles: Annotated[tuple[Role, ...], Field(max_length=10)]
    active: bool
    grant: GrantFact | None
    trust: TrustFact | None
    pace: PaceFact


class HaltFact(BaseModel):
    """A halt in force that stops this act."""

    model_config = _SHAPE

    kind: Literal["account", "person", "theme", "rule", "everything"]
    name: Name


class LimitsFact(BaseModel):
    """How long a text may be on the account's platform, and what is counted."""

    model_config = _SHAPE

    kind: Name
    limit: Count


class OwnQuotaFact(BaseModel):
    """What the register lets an account say at most; a window that is not there is without one."""

    model_config = _SHAPE

    hour: Count = 0
    day: Count = 0


class AccountFact(BaseModel):
    """The account the act is done as; `same_said` are like texts of it within the hour."""

    model_config = _SHAPE

    id: Name
    platform: Name
    mode: Literal["normal", "emergency", "pre-election", "halted"]
    halts: Annotated[tuple[HaltFact, ...], Field(max_length=20)]
    limits: LimitsFact
    pace: PaceFact
    same_said: Count
    quota: OwnQuotaFact = OwnQuotaFact()


class ConversationFact(BaseModel):
    """What has become of the post that the act is about, whose it is, and who else is at it.

    `same_said` counts texts like this one that the account said there before, `others_answering`
    the people beside the author who answer the same case or post just now.
    """

    model_config = _SHAPE

    parent: Literal["live", "changed", "gone", "none"]
    language: Name | None
    theme: Name | None
    team: Name | None
    same_said: Count
    others_answering: Count


_COUNTS: Final[dict[str, Any]] = dict.fromkeys(FAMILIES, (Count, ...))
WordingFact = create_model("WordingFact", __config__=_SHAPE, **_COUNTS)


class FindingsFact(BaseModel):
    """What can be told from the text by reading it; `is_cut` says that not all of it was read.

    `wording` has a count for every family of `services/reading/wording.py`.
    """

    model_config = _SHAPE

    personal_data: Count
    personal_data_kinds: Annotated[dict[Kind, Count], Field(max_length=30)]
    promises_without_timescale: Count
    timescale_days_min: Count | None
    wording: WordingFact
    links_elsewhere: Count
    links_shortened: Count
    links_lookalike: Count
    hashtags_run_together: Count
    emoji: Count
    emoji_in_a_row: Count
    media_without_alt: Count
    alts_poor: Count
    veils: Count
    is_other_language: bool
    length: Count
    is_too_long: bool
    is_cut: bool


class ApprovalFact(BaseModel):
    """One person's consent that is in force."""

    model_config = _SHAPE

    approver: Annotated[str, Field(min_length=1, max_length=64)]
    roles: Annotated[tuple[Role, ...], Field(max_length=10)]
    digest: Digest
    expires_at: Moment


class SettingsFact(BaseModel):
    """How consent works at this body, and whether it is open at this moment."""

    model_config = _SHAPE

    one_officer: bool
    four_eyes: bool
    in_hours: bool


class EvidenceFact(BaseModel):
    """What the body's own figures say: the team's closed cases of the theme, and their days."""

    model_config = _SHAPE

    closed_cases: Count
    closed_days_p80: Count


class FactShape(BaseModel):
    """Everything policy is asked about one act at one moment (docs/policy.md says it in words)."""

    model_config = _SHAPE

    phase: Phase
    now: Moment
    act: ActFact
    actor: ActorFact
    account: AccountFact
    conversation: ConversationFact
    findings: FindingsFact
    approvals: Annotated[tuple[ApprovalFact, ...], Field(max_length=8)]
    settings: SettingsFact
    evidence: EvidenceFact


def checked_facts(facts: Facts) -> tuple[dict[str, Any], FactShape]:
    """Return facts as plain JSON values, exactly as an engine gets them, and as checked values.

    Fractions are rounded to six digits: one engine keeps no more. Raises InputInvalidError, in
    words that repeat nothing of the facts, where they are not JSON in UTF-8, are over their bound,
    or lack something that rules go by.
    """
    try:
        written = json.dumps(dict(facts), ensure_ascii=False, allow_nan=False).encode("utf-8")
        plain = json.loads(written, parse_int=_whole, parse_float=_fraction)
    except (TypeError, ValueError, RecursionError) as error:
        # A lone surrogate ends here too: engines read it each in its own way.
        raise InputInvalidError("what is known of the act cannot be written as JSON") from error
    if len(written) > FACTS_BYTES_MAX:
        raise InputInvalidError(f"what is known of the act is over {FACTS_BYTES_MAX:,} bytes")
    try:
        shape = FactShape.model_validate_json(written)
    except ValidationError as error:
        place = ".".join(map(str, error.errors(include_input=False, include_url=False)[0]["loc"]))
        raise InputInvalidError(
            f"what is known of the act is incomplete or of a wrong kind at {place[:100]!r}"
        ) from error
    return plain, shape


def _whole(digits: str) -> int:
    number = int(digits)
    if abs(number) >= NUMBER_MAX:
        raise ValueError("a whole number beyond what every engine keeps")
    return number


def _fraction(digits: str) -> float:
    number = float(digits)
    if abs(number) >= FRACTION_MAX:
        raise ValueError("a fraction beyond what every engine keeps")
    return round(number, FRACTION_DIGITS) + 0.0

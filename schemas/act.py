"""What is to be done or said in the body's name, and the digest that approvals are bound to."""

import json
from hashlib import sha256
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from schemas.envelope import CONTRACT, Event, Identifier, Instant, ShortText
from schemas.verdict import Verdict

ACT_TEXT_LENGTH_MAX: Final = 5_000
ACT_MEDIA_MAX: Final = 4
ALT_LENGTH_MAX: Final = 1_500

ActKind = Literal[
    "statement",
    "reply",
    "repost",
    "hide",
    "delete",
    "block",
    "mute",
    "follow",
    "pin",
    "profile",
]
"""Everything the body can do on a platform; moderation passes the same gate as words."""

ACT_KINDS_WITH_TEXT: Final[tuple[ActKind, ...]] = ("statement", "reply", "profile")
ACT_KINDS_WITH_TARGET: Final[tuple[ActKind, ...]] = (
    "reply",
    "repost",
    "hide",
    "delete",
    "block",
    "mute",
    "follow",
    "pin",
)

AccountId = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
PersonId = Annotated[str, Field(min_length=1, max_length=64)]


class ActMedia(BaseModel):
    """A picture, sound or film that goes out with an act: what it is, its digest, its words."""

    model_config = CONTRACT

    kind: Literal["image", "video", "audio"] = "image"
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    alt: Annotated[str, Field(max_length=ALT_LENGTH_MAX)] | None = None


class ActContent(BaseModel):
    """Exactly what would reach a platform, and what it stands on.

    `target` is the platform's own id of the post or account that is acted on; `parent_revision`
    names the wording of the post that is answered, as it was known when this was written. `salt`
    is chance that goes nowhere: without it a digest of a few words could be found by guessing, and
    digests stay on record when the words are erased.
    """

    model_config = CONTRACT

    kind: ActKind
    account: AccountId
    text: Annotated[str, Field(max_length=ACT_TEXT_LENGTH_MAX)] = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None
    media: Annotated[tuple[ActMedia, ...], Field(max_length=ACT_MEDIA_MAX)] = ()
    target: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    parent_revision: Annotated[str, Field(max_length=64)] | None = None
    salt: Annotated[str, Field(max_length=64)] = ""

    @property
    def digest(self) -> str:
        """Return the SHA-256 that names exactly this content, 64 hexadecimal characters.

        Approvals and verdicts are bound to it: any other text, picture, account, target or parent
        wording gives another.
        """
        content = json.dumps(
            self.model_dump(mode="json"), sort_keys=True, ensure_ascii=True, separators=(",", ":")
        )
        return sha256(content.encode("ascii")).hexdigest()


class JudgedAct(BaseModel):
    """An act and what policy said of it: no words of it, only their digest."""

    model_config = CONTRACT

    act_id: Identifier
    account: AccountId
    kind: ActKind
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    phase: Literal["proposal", "sending"]
    verdict: Verdict
    case_id: Identifier | None = None


class ActJudged(Event):
    """Policy gave a verdict on an act that was proposed or was about to be sent."""

    type: Literal["mercat.acts.judged.v1"] = "mercat.acts.judged.v1"
    data: JudgedAct


class PerformedAct(BaseModel):
    """An act that a platform carried out, and under what leave."""

    model_config = CONTRACT

    act_id: Identifier
    account: AccountId
    kind: ActKind
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    verdict_id: Identifier
    revision: ShortText
    grant_id: Identifier
    approvers: Annotated[tuple[PersonId, ...], Field(max_length=8)] = ()
    remote_id: Annotated[str, Field(min_length=1, max_length=512)]
    link: Annotated[str, Field(max_length=2_048)] | None = None
    case_id: Identifier | None = None
    performed_at: Instant


class ActPerformed(Event):
    """A platform has carried an act out."""

    type: Literal["mercat.acts.performed.v1"] = "mercat.acts.performed.v1"
    data: PerformedAct

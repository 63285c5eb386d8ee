"""What is to be done or said in the body's name, and the digest that approvals are bound to."""

import json
from hashlib import sha256
from typing import Annotated, Final, Generic, Literal, TypeVar, get_args

from pydantic import BaseModel, Field

from schemas.envelope import CONTRACT, Event, Identifier, Instant, ShortText
from schemas.verdict import Verdict

ACT_TEXT_LENGTH_MAX: Final = 5_000
ACT_MEDIA_MAX: Final = 4
ALT_LENGTH_MAX: Final = 1_500

FirstActKind = Literal[
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
"""The kinds that the first version of the facts below can name; readers of it know no others."""

ActKind = Literal[FirstActKind, "unblock", "unmute", "unfollow", "unpin", "unhide"]
"""Everything the body can do on a platform; moderation passes the same gate as words."""

ACT_KINDS: Final[tuple[ActKind, ...]] = get_args(ActKind)
FIRST_ACT_KINDS: Final[tuple[FirstActKind, ...]] = get_args(FirstActKind)
ACT_KINDS_WITH_TEXT: Final[tuple[ActKind, ...]] = ("statement", "reply", "profile")
UNDO_OF: Final[dict[ActKind, ActKind]] = {
    "hide": "unhide",
    "block": "unblock",
    "mute": "unmute",
    "follow": "unfollow",
    "pin": "unpin",
}
"""What takes back one act, and that alone. A profile is set back by a profile; what was deleted
stays so."""

ACT_KINDS_WITH_TARGET: Final[tuple[ActKind, ...]] = (
    "reply",
    "repost",
    "delete",
    *UNDO_OF,
    *UNDO_OF.values(),
)

OpenActKind = Annotated[ActKind, Field(json_schema_extra={"x-open": True})]
KindT = TypeVar("KindT")
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


class _Judged(BaseModel, Generic[KindT]):
    """What every version says of an act and its verdict."""

    model_config = CONTRACT

    act_id: Identifier
    account: AccountId
    kind: KindT
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    phase: Literal["proposal", "sending"]
    verdict: Verdict
    case_id: Identifier | None = None


class JudgedAct(_Judged[FirstActKind]):
    """An act and what policy said of it: no words of it, only their digest."""


class JudgedActV2(_Judged[OpenActKind]):
    """An act of any kind, and what policy said of it; there may come kinds that are not listed."""


class ActJudged(Event):
    """Policy gave a verdict on an act that was proposed or was about to be sent."""

    type: Literal["mercat.acts.judged.v1"] = "mercat.acts.judged.v1"
    data: JudgedAct


class ActJudgedV2(Event):
    """Policy gave a verdict on an act of a kind that the first version cannot name."""

    type: Literal["mercat.acts.judged.v2"] = "mercat.acts.judged.v2"
    data: JudgedActV2


class _Performed(BaseModel, Generic[KindT]):
    """What every version says of an act that was carried out."""

    model_config = CONTRACT

    act_id: Identifier
    account: AccountId
    kind: KindT
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    verdict_id: Identifier
    revision: ShortText
    grant_id: Identifier
    approvers: Annotated[tuple[PersonId, ...], Field(max_length=8)] = ()
    remote_id: Annotated[str, Field(min_length=1, max_length=512)]
    link: Annotated[str, Field(max_length=2_048)] | None = None
    case_id: Identifier | None = None
    performed_at: Instant


class PerformedAct(_Performed[FirstActKind]):
    """An act that a platform carried out, and under what leave."""


class PerformedActV2(_Performed[OpenActKind]):
    """An act of any kind that a platform carried out; there may come kinds that are not listed."""


class ActPerformed(Event):
    """A platform has carried an act out."""

    type: Literal["mercat.acts.performed.v1"] = "mercat.acts.performed.v1"
    data: PerformedAct


class ActPerformedV2(Event):
    """A platform has carried out an act of a kind that the first version cannot name."""

    type: Literal["mercat.acts.performed.v2"] = "mercat.acts.performed.v2"
    data: PerformedActV2


def judged_as(kind: ActKind) -> type[ActJudged | ActJudgedV2]:
    """Return the first version that can name a kind of act: older readers know the earlier one."""
    return ActJudged if kind in FIRST_ACT_KINDS else ActJudgedV2


def performed_as(kind: str) -> type[ActPerformed | ActPerformedV2]:
    """Return the first version that can name a kind of act: older readers know the earlier one."""
    return ActPerformed if kind in FIRST_ACT_KINDS else ActPerformedV2

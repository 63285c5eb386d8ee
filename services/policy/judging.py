"""Drafts judged by the content rules alone: what a draft is, the facts of one, and the answer."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.verdict import Verdict
from services.policy.bundle import GATE, Bundle, bundle_of
from services.policy.circumstances import Circumstances
from services.policy.draft_reader import DraftReader
from services.reading.worded import DraftSetting
from services.runtime.errors import InputInvalidError
from services.runtime.gate import Facts
from services.runtime.platform import PlatformFacts

CONTENT: Final = "content/"
LINE_BYTES_MAX: Final = 16_000_000
"""A line holds a text of a million characters even where each is written as an escape."""

MEDIA_MAX: Final = 100
MEDIA_TOLD_MAX: Final = 4
TEXT_TOLD_BYTES_MAX: Final = 2_048
ALT_TOLD_BYTES_MAX: Final = 300
NOWHERE: Final = "0" * 64
NOTHING_AROUND: Final = Circumstances()
EXAMPLE: Final = (
    '{"id": "1", "kind": "reply", "author": "staff", "platform": "mastodon", "parent": null, '
    '"text": "...", "media": [{"alt": "..."}]}'
)

PLATFORMS: Final = {
    "mastodon": PlatformFacts("mastodon", "graphemes", 500, link_characters=23),
    "bluesky": PlatformFacts("bluesky", "graphemes", 300, bytes_max=3_000),
    "house": PlatformFacts("house", "characters", 1_000),
}
"""How each platform that a draft may be for counts, and how much it takes."""

_DRAFT: Final = ConfigDict(frozen=True, extra="ignore", strict=True)
DraftId = Annotated[str, Field(max_length=1_000)] | int


class DraftPicture(BaseModel):
    """A picture or film of a draft; `alt` is None where it has no description."""

    model_config = _DRAFT

    alt: str | None = None


class Draft(BaseModel):
    """One line of `mercat judge`: what might go out, by whom, and what it answers."""

    model_config = _DRAFT

    id: DraftId
    kind: Literal["reply", "post"]
    author: Literal["staff", "curator"]
    platform: Literal["mastodon", "bluesky", "house"]
    parent: str | None = None
    text: str
    media: Annotated[list[DraftPicture], Field(max_length=MEDIA_MAX)] = []


def content_bundle(bundle: Bundle) -> Bundle:
    """Return the part of a bundle that looks at words alone: its gate and its content rules."""
    modules = {
        path: source
        for path, source in bundle.modules.items()
        if path == GATE or path.startswith(CONTENT)
    }
    return bundle_of(modules, bundle.data)


def read_draft_line(line: bytes) -> Draft:
    """Return the draft on a line of JSON.

    Raises InputInvalidError, in a sentence that says what is wrong and what to do, and repeats
    nothing of the draft.
    """
    try:
        said = json.loads(line.decode("utf-8-sig"), parse_constant=_refused)
    except UnicodeDecodeError as error:
        raise InputInvalidError("it is not UTF-8; save the file in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise InputInvalidError(f"it is not JSON; write {EXAMPLE} on one line") from error
    if not isinstance(said, dict):
        raise InputInvalidError(f"it is not a JSON object; write {EXAMPLE} on one line")
    try:
        return Draft.model_validate(_readable(said))
    except ValidationError as error:
        detail = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, detail["loc"]))
        what = str(detail["msg"])
        raise InputInvalidError(
            f"{place}: {what[:1].lower()}{what[1:]}; write {EXAMPLE}"
        ) from error


def draft_facts(draft: Draft, reader: DraftReader) -> Facts:
    """Return what the gate is asked about a draft that nobody has approved."""
    setting = DraftSetting(kind=draft.kind, author=draft.author, parent=draft.parent)
    alts = [each.alt for each in draft.media]
    is_reply = draft.kind == "reply"
    text = _told(draft.text, TEXT_TOLD_BYTES_MAX)
    return {
        "phase": "advice",
        "now": 0,
        "act": {
            "id": "draft",
            "kind": "reply" if is_reply else "statement",
            "account": draft.platform,
            "digest": NOWHERE,
            "length": len(draft.text),
            "language": None,
            "theme": None,
            "target": "parent" if is_reply else None,
            "media": [
                {"kind": "image", "alt": None if alt is None else _told(alt, ALT_TOLD_BYTES_MAX)}
                for alt in alts[:MEDIA_TOLD_MAX]
            ],
            **({"text": text} if text == draft.text else {}),
        },
        "actor": {
            "id": draft.author,
            "roles": ["curator" if draft.author == "curator" else "team-member"],
            "active": True,
            "grant": None,
            "trust": None,
            **NOTHING_AROUND.actor_facts(),
        },
        "account": {
            "id": draft.platform,
            "platform": draft.platform,
            "mode": "normal",
            "halts": [],
            "limits": reader.limits(draft.platform),
            **NOTHING_AROUND.account_facts(),
        },
        "conversation": {
            "parent": "live" if is_reply else "none",
            "language": None,
            "theme": None,
            "team": None,
            **NOTHING_AROUND.conversation_facts(),
        },
        "findings": reader.findings_of(draft.text, alts, draft.platform, setting),
        "approvals": [],
        "settings": {"one_officer": False, "four_eyes": False, "in_hours": True},
        "evidence": NOTHING_AROUND.evidence_facts(),
    }


def answer_line(draft: Draft, verdict: Verdict) -> str:
    """Return the line of JSON that says what was decided of a draft, and why.

    `failure` stands there only where the rules could not be asked.
    """
    answer: dict[str, Any] = {
        "id": draft.id,
        "decision": verdict.decision,
        "reasons": [reason.model_dump(mode="json", exclude={"need"}) for reason in verdict.reasons],
    }
    if verdict.failure is not None:
        answer["failure"] = verdict.failure
    return json.dumps(answer, ensure_ascii=False)


def _told(text: str, bytes_max: int) -> str:
    """Return a text if it fits as JSON, else so much of its beginning as fits however written."""
    written = json.dumps(text[: bytes_max + 1], ensure_ascii=False).encode("utf-8")
    return text if len(written) <= bytes_max else text[: bytes_max // len("\\u0000")]


def _readable(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said without halves of characters, which JSON can write and nobody send."""
    return {key: _whole(value) for key, value in said.items() if key in Draft.model_fields}


def _whole(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    return value


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")

"""An act as a row of the store and back, and what may become of it in each state."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, cast

from schemas.act import ActContent, ActKind
from schemas.verdict import Verdict
from services.runtime.effects import Key, Row
from services.runtime.errors import RejectError
from services.runtime.ports import Guard

ActState = Literal["draft", "held", "approved", "sending", "denied", "void", "withdrawn"]

SENTENCE_LENGTH_MAX: Final = 2_000

EDITABLE: Final[tuple[ActState, ...]] = ("draft", "held", "denied", "approved", "void")
PROPOSABLE: Final[tuple[ActState, ...]] = ("draft", "denied", "void", "held")
WITHDRAWABLE: Final[tuple[ActState, ...]] = ("draft", "held", "approved", "denied", "void")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something to be done or said in the body's name; `media`, `reasons`, `needs` are JSON.

    `subject` is the pseudonym of whom it tells: the key its words are sealed under in the audit.
    `version` rises with every change; `digest` names the content that verdict and approvals bind.
    """

    id: str
    account: str
    kind: ActKind
    state: ActState
    author_id: str
    subject: str
    digest: str
    version: int
    drafted_at_ms: int
    case_id: str | None = None
    conversation_id: str | None = None
    post_id: str | None = None
    target: str | None = None
    parent_revision: str | None = None
    text: str = ""
    language: str | None = None
    media: str = "[]"
    salt: str = ""
    decision: str | None = None
    reasons: str = "[]"
    needs: str = "[]"
    revision: str | None = None
    verdict_id: str | None = None
    sentence: str | None = None
    proposed_at_ms: int | None = None
    approved_at_ms: int | None = None
    expires_at_ms: int | None = None

    @property
    def key(self) -> Key:
        """Return where the act's row stands."""
        return act_key(self.id)

    @property
    def content(self) -> ActContent:
        """Return exactly what would reach a platform."""
        return ActContent(
            kind=self.kind,
            account=self.account,
            text=self.text,
            language=self.language,
            media=json.loads(self.media),
            target=self.target,
            parent_revision=self.parent_revision,
            salt=self.salt,
        )

    def guard(self) -> Guard:
        """Return the guard that this act is still as it was read."""
        return Guard(self.key, self.version)

    def row(self) -> Row:
        """Return the act as its row."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def changed(self, **changes: Any) -> "Act":
        """Return the act one version on; a new wording gets its digest."""
        after = replace(self, **changes, version=self.version + 1)
        return replace(after, digest=after.content.digest)

    def judged(
        self, verdict: Verdict, verdict_id: str, state: ActState, sentence: str, **also: Any
    ) -> "Act":
        """Return the act one version on, with what policy said of it."""
        return self.changed(
            state=state,
            decision=verdict.decision,
            reasons=json.dumps([reason.model_dump(mode="json") for reason in verdict.reasons]),
            needs=json.dumps([need.model_dump(mode="json") for need in verdict.needs]),
            revision=verdict.revision,
            verdict_id=verdict_id,
            sentence=sentence[:SENTENCE_LENGTH_MAX],
            **also,
        )


_COLUMNS: Final = tuple(each.name for each in fields(Act) if each.name != "id")


def act_key(act_id: str) -> Key:
    """Return where an act's row stands."""
    return Key("acts", act_id)


def act_of(act_id: str, row: Row) -> Act:
    """Return the act that a row holds."""
    kept = cast("Mapping[str, Any]", row)
    return Act(id=act_id, **{name: kept[name] for name in _COLUMNS})


def new_act(content: ActContent, **origin: Any) -> Act:
    """Return a fresh draft of some content."""
    return Act(
        account=content.account,
        kind=content.kind,
        state="draft",
        digest=content.digest,
        version=1,
        target=content.target,
        parent_revision=content.parent_revision,
        text=content.text,
        language=content.language,
        salt=content.salt,
        media=json.dumps([each.model_dump(mode="json") for each in content.media]),
        **origin,
    )


def require_state(act: Act, allowed: tuple[ActState, ...], what: str) -> None:
    """Raise RejectError, in words, where an act's state does not let it be done."""
    if act.state not in allowed:
        raise RejectError(f"This act is {in_words(act.state)}, so it cannot be {what}.")


def in_words(state: ActState) -> str:
    """Return a state as people say it."""
    return {
        "draft": "a draft",
        "held": "waiting for consent",
        "approved": "approved and about to go out",
        "sending": "on its way or sent",
        "denied": "refused by the rules",
        "void": "void",
        "withdrawn": "withdrawn",
    }[state]

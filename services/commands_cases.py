"""The verbs for cases, close, reopen, merge and split: checked here, then asked of route."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.case import (
    CaseCloseRequest,
    CaseCloseRequested,
    CaseMergeRequest,
    CaseMergeRequested,
    CaseReopenRequest,
    CaseReopenRequested,
    CaseRequest,
    CaseSplitRequest,
    CaseSplitRequested,
    ClosingOutcome,
    SplitPosts,
)
from schemas.envelope import Identifier, digest_id, trace_parent
from services.bootstrap_foundation import Foundation
from services.request_notes import Noting
from services.route.case_refusals import needs, refusal
from services.route.rows import case_key, post_key
from services.runtime.actor import Actor
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError, RejectError
from services.runtime.null_characters import without_null
from services.turns import Turns

Answer = Mapping[str, Any]
Reason = Annotated[str, Field(min_length=3, max_length=500)]
Person = Annotated[str, Field(min_length=1, max_length=256)]


class CaseArguments(BaseModel):
    """A case by its own id or that of a post in it, why, and who says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: Identifier
    reason: Reason
    requested_by: Person

    _can_be_kept = field_validator("*")(without_null)


class CloseArguments(CaseArguments):
    """A case to close, and what came of it."""

    outcome: ClosingOutcome


class ReopenArguments(CaseArguments):
    """A closed case to work on again."""


class MergeArguments(CaseArguments):
    """A case to be answered with another one, `into`, named as `case` is."""

    into: Identifier


class SplitArguments(CaseArguments):
    """Posts that are to have a case of their own."""

    posts: SplitPosts


class CaseCommands:
    """Carries verbs out. Each answer holds `sentence`, the `event` asked for, and the `case`.

    Raises NotFoundError for a case that is not there, RejectError for what cannot be and why,
    RetryLaterError where the turn of a request has not come yet. `notes` writes a request down in
    the audit, where there is one.
    """

    def __init__(self, foundation: Foundation, notes: Noting | None = None) -> None:
        self._foundation = foundation
        self._notes = notes
        self._turns = Turns(foundation)

    def verbs(self) -> dict[str, Callable[[Mapping[str, Any], Actor], Answer]]:
        """Return the verbs by name, each on arguments yet to be checked and on who asks."""
        return {
            "close": lambda given, actor: self.close(CloseArguments.model_validate(given), actor),
            "reopen": lambda given, actor: self.reopen(
                ReopenArguments.model_validate(given), actor
            ),
            "merge": lambda given, actor: self.merge(MergeArguments.model_validate(given), actor),
            "split": lambda given, actor: self.split(SplitArguments.model_validate(given), actor),
        }

    def close(self, wanted: CloseArguments, actor: Actor) -> Answer:
        """Close a case: nobody waits for an answer any more."""
        data = CaseCloseRequest(outcome=wanted.outcome, **self._wish(wanted, actor))
        event = CaseCloseRequested(data=data, **self._envelope(wanted, data.conversation_id))
        self._ask(event, actor)
        return _answer(event, f"Case {data.case_id} is closed: {wanted.outcome}.")

    def reopen(self, wanted: ReopenArguments, actor: Actor) -> Answer:
        """Open a closed case again, with the deadline that it had."""
        data = CaseReopenRequest(**self._wish(wanted, actor))
        event = CaseReopenRequested(data=data, **self._envelope(wanted, data.conversation_id))
        self._ask(event, actor)
        return _answer(event, f"Case {data.case_id} is open again.")

    def merge(self, wanted: MergeArguments, actor: Actor) -> Answer:
        """Close a case, to be answered with another one."""
        into, _ = self._case(wanted.into)
        data = CaseMergeRequest(into_case_id=into, **self._wish(wanted, actor))
        event = CaseMergeRequested(data=data, **self._envelope(wanted, data.conversation_id))
        self._ask(event, actor)
        sentence = f"Case {data.case_id} is merged into {into}, where both are answered."
        return {**_answer(event, sentence), "into": into}

    def split(self, wanted: SplitArguments, actor: Actor) -> Answer:
        """Give posts of a case a case of their own, with the same team."""
        data = CaseSplitRequest(post_ids=wanted.posts, **self._wish(wanted, actor))
        event = CaseSplitRequested(data=data, **self._envelope(wanted, data.conversation_id))
        self._ask(event, actor)
        post = self._row(post_key(wanted.posts[0])) or {}
        new_case = str(post.get("case_id"))
        count = len(set(wanted.posts))
        posts = "1 post is" if count == 1 else f"{count} posts are"
        sentence = f"{posts} now in a new case, {new_case}."
        return {**_answer(event, sentence), "new_case": new_case}

    def _wish(self, wanted: CaseArguments, actor: Actor) -> dict[str, Any]:
        case_id, conversation_id = self._case(wanted.case)
        return {
            "case_id": case_id,
            "conversation_id": conversation_id,
            "reason": wanted.reason,
            "requested_by": wanted.requested_by,
            "signed_in_by": actor.signed_in_by,
        }

    def _envelope(self, wanted: CaseArguments, conversation_id: str) -> dict[str, Any]:
        now = self._foundation.clock.now()
        verb = type(wanted).__name__
        event_id = digest_id(verb, wanted.case, wanted.requested_by, str(now.timestamp()))
        return {
            "id": event_id,
            "source": "/console",
            "subject": conversation_id,
            "time": now,
            "traceparent": trace_parent(event_id),
        }

    def _ask(self, event: CaseRequest, actor: Actor) -> None:
        refused = refusal(event, self._rows(needs(event)).get)
        if refused is not None:
            raise RejectError(refused.detail)
        self._turns.take(event, () if self._notes is None else self._notes(event, actor))

    def _case(self, identifier: str) -> tuple[str, str]:
        """Return the case of that id, or of the post of that id, and its conversation."""
        post = self._row(post_key(identifier))
        case_id = identifier if post is None else str(post["case_id"])
        row = self._row(case_key(case_id))
        if row is None:
            raise NotFoundError(f"there is no case {identifier}; `mercat inbox TEAM` lists cases")
        return case_id, str(row["conversation_id"])

    def _row(self, key: Key) -> Row | None:
        return self._rows([key])[key]

    def _rows(self, keys: Iterable[Key]) -> dict[Key, Row | None]:
        return self._foundation.journal.store.fetch(keys)


def _answer(event: CaseRequest, sentence: str) -> dict[str, Any]:
    return {"sentence": sentence, "event": event.id, "case": event.data.case_id}

"""The changing verbs of listening, carried out in the running process: one commit each."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from schemas.assignment import RerouteRequest, RerouteRequested
from schemas.codec import decode_event
from schemas.dead_letter import DETAIL_LENGTH_MAX
from schemas.envelope import digest_id, trace_parent
from services.bootstrap_foundation import Foundation
from services.commands_cases import CaseCommands
from services.ingest.objections import ANY_SOURCE, TABLE, objection_id
from services.request_notes import Noting
from services.route.configuration import NO_TEAM
from services.route.rows import case_key, conversation_key, post_key
from services.runtime.actor import Actor
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import RejectError
from services.runtime.null_characters import without_null
from services.runtime.ports import Append, Commit, Lane
from services.runtime.step import DEAD_LETTER_VALUE_BYTES_MAX
from services.turns import Turns


class _Arguments(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    _can_be_kept = field_validator("*")(without_null)


class RerouteArguments(_Arguments):
    """A post or a case by its id, the team that is to have it, why, and who says so."""

    post: str
    team: str
    theme: str | None = None
    reason: str = Field(min_length=3, max_length=500)
    requested_by: str = Field(min_length=1, max_length=256)


class RetryArguments(_Arguments):
    """Dead letters by their ids."""

    letters: tuple[str, ...] = Field(min_length=1, max_length=1_000)


class PutAwayArguments(RetryArguments):
    """Dead letters by their ids, and why nobody needs to look at them any more."""

    why: str = Field(min_length=3, max_length=300)


class ObjectionArguments(_Arguments):
    """A person who objects to being read: an author's name, at one source or at all (None)."""

    author: str = Field(min_length=1, max_length=256)
    source: str | None = None
    reason: str = Field(default="", max_length=500)


class ListeningCommands:
    """Carries verbs out. Each answer holds `sentence`: what was done, in words.

    `notes` writes what is asked for cases down in the audit; None where an installation has none.
    """

    def __init__(self, foundation: Foundation, notes: Noting | None = None) -> None:
        self._foundation = foundation
        self._notes = notes
        self._turns = Turns(foundation)
        self._verbs: dict[str, Callable[[Mapping[str, Any], Actor], Mapping[str, Any]]] = {
            "reroute": lambda given, actor: self.reroute(
                RerouteArguments.model_validate(given), actor
            ),
            "retry": lambda given, _: self.retry(RetryArguments.model_validate(given)),
            "put-away": lambda given, _: self.put_away(PutAwayArguments.model_validate(given)),
            "object": lambda given, _: self.object(ObjectionArguments.model_validate(given)),
            "withdraw-objection": lambda given, _: self.withdraw_objection(
                ObjectionArguments.model_validate(given)
            ),
            **CaseCommands(foundation, notes).verbs(),
        }

    def carry_out(self, verb: str, arguments: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Carry out a verb with its arguments for somebody; RejectError says why it cannot be."""
        if verb not in self._verbs:
            raise RejectError(f"there is no verb {verb!r}; known are {', '.join(self._verbs)}")
        try:
            return self._verbs[verb](arguments, actor)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise RejectError(f"{where}: {first['msg']}") from error

    def reroute(self, wanted: RerouteArguments, actor: Actor) -> Mapping[str, Any]:
        """Ask route to give a post's conversation to another team; wait until it has."""
        post, row = self._post(wanted.post)
        routing = self._foundation.settings.routing
        if not routing.knows_team(wanted.team):
            known = ", ".join([*routing.team_by_id, NO_TEAM])
            raise RejectError(f"there is no team {wanted.team!r}; the teams are {known}")
        theme = routing.theme_by_id.get(wanted.theme) if wanted.theme else None
        if wanted.theme and (theme is None or theme.team != wanted.team):
            themes = [each.id for each in routing.themes if each.team == wanted.team]
            raise RejectError(
                f"{wanted.theme!r} is no theme of {wanted.team}; its themes are {', '.join(themes)}"
            )
        now = self._foundation.clock.now()
        event_id = digest_id("reroute", post, wanted.team, str(now.timestamp()))
        event = RerouteRequested(
            id=event_id,
            source="/console",
            subject=str(row["conversation_id"]),
            time=now,
            traceparent=trace_parent(post, event_id),
            data=RerouteRequest(
                post_id=post,
                conversation_id=str(row["conversation_id"]),
                case_id=self._case_alone(row),
                team=wanted.team,
                theme=wanted.theme,
                reason=wanted.reason,
                requested_by=wanted.requested_by,
                signed_in_by=actor.signed_in_by,
            ),
        )
        self._turns.take(event, () if self._notes is None else self._notes(event, actor))
        moved = "and its conversation" if event.data.case_id is None else "and its case alone"
        return {
            "sentence": f"{post} {moved} went from {row['team']!s} to {wanted.team}.",
            "event": event_id,
            "case": row["case_id"],
        }

    def retry(self, wanted: RetryArguments) -> Mapping[str, Any]:
        """Put dead letters back at the end of their topics."""
        rows = {letter: self._row(Key("dead_letters", letter)) for letter in wanted.letters}
        appends: list[Append] = []
        writes: dict[Key, Row | None] = {}
        for letter, row in rows.items():
            appends.append(self._append_again(letter, row))
            assert row is not None
            writes[Key("dead_letters", letter)] = {**row, "state": "retried"}
        self._commit(Commit(appends=appends, writes=writes, lane=Lane.DECISION))
        count = len(rows)
        return {
            "sentence": f"{count} dead letter{'s' if count > 1 else ''} put back.",
            "retried": count,
        }

    def put_away(self, wanted: PutAwayArguments) -> Mapping[str, Any]:
        """Take dead letters off the list of what waits; what they say stays, with the reason."""
        writes: dict[Key, Row | None] = {}
        for letter in wanted.letters:
            row = _waiting(letter, self._row(Key("dead_letters", letter)))
            told = f"{row['detail']!s}; put away: {wanted.why}"[:DETAIL_LENGTH_MAX]
            writes[Key("dead_letters", letter)] = {**row, "state": "put-away", "detail": told}
        self._commit(Commit(writes=writes, lane=Lane.DECISION))
        count = len(writes)
        return {
            "sentence": f"{count} dead letter{'s' if count > 1 else ''} put away.",
            "put_away": count,
        }

    def object(self, wanted: ObjectionArguments) -> Mapping[str, Any]:
        """Note that a person objects to being read; from now on nothing of theirs comes in."""
        row: Row = {
            "source": wanted.source,
            "reason": wanted.reason,
            "added_at_ms": to_epoch_ms(self._foundation.clock.now()),
        }
        key = Key(TABLE, objection_id(wanted.author, wanted.source or ANY_SOURCE))
        self._commit(Commit(writes={key: row}, lane=Lane.DECISION))
        return {
            "sentence": "Noted: what this person posts is no longer taken in. What came in before "
            "stays until it is removed.",
            "objection": key.id,
        }

    def withdraw_objection(self, wanted: ObjectionArguments) -> Mapping[str, Any]:
        """Take an objection back."""
        key = Key(TABLE, objection_id(wanted.author, wanted.source or ANY_SOURCE))
        if self._row(key) is None:
            raise RejectError("no such objection is on the list; `mercat objections list` shows it")
        self._commit(Commit(writes={key: None}, lane=Lane.DECISION))
        return {"sentence": "The objection is off the list.", "objection": key.id}

    def _append_again(self, letter: str, found: Row | None) -> Append:
        row = _waiting(letter, found)
        origin, value = str(row["origin"]), row["value"]
        if origin.startswith("source:"):
            raise RejectError(
                f"{letter} never became a post: mend it where it came from "
                f"({origin.removeprefix('source:')}, {row['place']!s}) and it is read as new; "
                "then `mercat dead-letters put-away` takes it off the list"
            )
        assert isinstance(value, bytes)
        if len(value) >= DEAD_LETTER_VALUE_BYTES_MAX:
            raise RejectError(f"{letter} is kept in part only, for it is too long to retry")
        try:
            return Append(origin, decode_event(origin, value).subject, value)
        except ValidationError as error:
            raise RejectError(f"{letter} is no event of {origin} and would fail again") from error

    def _post(self, identifier: str) -> tuple[str, Row]:
        """Return the post of that id, or the first post of the case of that id."""
        row = self._row(post_key(identifier))
        if row is not None:
            return identifier, row
        case = self._row(case_key(identifier))
        first = None if case is None else str(case["first_post_id"])
        row = None if first is None else self._row(post_key(first))
        if first is None or row is None:
            raise RejectError(
                f"there is no post and no case {identifier}; `mercat inbox TEAM` lists cases"
            )
        return first, row

    def _case_alone(self, post: Row) -> str | None:
        """Return a post's case where it is open beside its conversation's latest, else None."""
        conversation = self._row(conversation_key(str(post["conversation_id"])))
        if post["case_id"] is None or conversation is None:
            return None
        case_id = str(post["case_id"])
        if conversation["case_id"] == case_id:
            return None
        case = self._row(case_key(case_id))
        return case_id if case is not None and case["state"] == "open" else None

    def _row(self, key: Key) -> Row | None:
        return self._foundation.journal.store.fetch([key])[key]

    def _commit(self, commit: Commit) -> None:
        self._foundation.journal.commit(commit).result()


def _waiting(letter: str, row: Row | None) -> Row:
    """Return a dead letter that waits. Raises RejectError where it does not, or is not there."""
    if row is None or row["state"] != "waiting":
        raise RejectError(f"no dead letter {letter} waits; `mercat dead-letters list` has them")
    return row

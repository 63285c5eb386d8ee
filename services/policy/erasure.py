"""Erasure of one person: their words, names and keys go, and every chain still verifies.

What is kept is what stands in the chains: ids, times, roles and commitments that nobody can open.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from schemas.codec import encode_event
from schemas.envelope import digest_id
from schemas.post import PostRemoved, Removal
from schemas.topics import POSTS_RECEIVED
from services.policy.audit_verify import ERASED_KIND
from services.policy.blanking import (
    blanked_act,
    blanked_approval,
    blanked_event,
    blanked_person,
    blanked_post,
    blanked_sending,
    blanked_verdict,
)
from services.policy.legal_holds import holds_in_force
from services.policy.sealing import person_subject
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, HOUSE_CHAIN, AuditNote, Sealer
from services.runtime.clock import Clock, from_epoch_ms, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import InputInvalidError, NotAllowedError, RetryLaterError
from services.runtime.ports import Append, Commit, Guard, Journal, Lane, Store

BATCH_ROWS: Final = 200
CASES_MAX: Final = 10_000
VERDICTS_MAX: Final = 500
NAME_LENGTH_MIN: Final = 6
EVENT_SOURCE: Final = "/policy/erasure"
STAYS: Final = (
    "Backups and checkpoints made earlier: their payloads open until the master keys of their time "
    "are rotated and retired.",
    "What other programs read from the teams' topics is theirs to delete; they are told.",
    "What the platform itself shows is the author's and the platform's to remove.",
)
"""What an erasure cannot reach, wherever Mercat keeps what it has."""


class ErasableLog(Protocol):
    """A log that can be searched by key."""

    def records_of(self, keys: AbstractSet[str]) -> Iterator[tuple[int, bytes]]:
        """Yield position and value of every record under these keys."""
        ...


class ErasableJournal(Journal, Protocol):
    """A journal that can give records of the log other values, and leave nothing behind."""

    def rewrite(self, values: Mapping[int, bytes]) -> "Future[int]":
        """Give records other values; resolves to how many were there."""
        ...

    def settle(self) -> "Future[bool]":
        """Leave what was overwritten in no file; resolves to whether that could be done now."""
        ...


class ForgettingSealer(Sealer, Protocol):
    """A sealer that lets go of keys it has at hand."""

    def citizen_subject(self, source: str, author: str) -> str:
        """Return the name under which an author of a source stands in the audit."""
        ...

    def forget(self, subject: str) -> None:
        """Let go of a subject's key."""
        ...


@dataclass(frozen=True, slots=True)
class Citizen:
    """Someone who is not of the body: an author as a source names them."""

    source: str
    author: str


@dataclass(frozen=True, slots=True)
class Staff:
    """One of the body's own people, who has left."""

    person_id: str


@dataclass
class Erased:
    """What an erasure did, and what stays until when."""

    subject: str
    payloads: int = 0
    acts: int = 0
    posts: int = 0
    log_records: int = 0
    dead_letters: int = 0
    settled: bool = False
    stays: Sequence[str] = STAYS


def stays_in_one_place(now: datetime) -> Sequence[str]:
    """Return what stays after an erasure where state and log are in one file, at any moment."""
    del now
    return STAYS


@dataclass(frozen=True, slots=True)
class ErasureParts:
    """What an erasure works on; `stays` says what one at this moment cannot reach."""

    store: Store
    journal: ErasableJournal
    log: ErasableLog
    sealer: ForgettingSealer
    clock: Clock
    stays: Callable[[datetime], Sequence[str]] = stays_in_one_place


def erase_subject(parts: ErasureParts, who: Citizen | Staff, actor: Actor) -> Erased:
    """Erase one person; it may be broken off and done again, and then does what is left.

    Raises NotAllowedError where a legal hold covers the person or one of their cases,
    RetryLaterError while an answer to them is on its way.
    """
    return _Erasure(parts, who, actor).run()


class _Erasure:
    """One erasure: the key first, so that nothing new is sealed, then everything in batches."""

    def __init__(self, parts: ErasureParts, who: Citizen | Staff, actor: Actor) -> None:
        self._parts = parts
        self._store = parts.store
        self._who = who
        self._actor = actor
        self._now_ms = to_epoch_ms(parts.clock.now())
        if isinstance(who, Citizen):
            self._subject = parts.sealer.citizen_subject(who.source, who.author)
        else:
            self._subject = person_subject(who.person_id)
        self._done = Erased(self._subject, stays=parts.stays(parts.clock.now()))

    def run(self) -> Erased:
        """Erase."""
        if self._subject == BODY_SUBJECT:
            raise InputInvalidError("what concerns the body itself is not erased")
        acts = list(self._acts())
        posts = list(self._posts()) if isinstance(self._who, Citizen) else []
        self._refuse_if_held(acts, posts)
        self._erase_key()
        self._parts.sealer.forget(self._subject)
        self._erase_payloads()
        for act in acts:
            self._erase_act(act)
        self._erase_replies({str(act["id"]) for act in acts})
        if isinstance(self._who, Citizen):
            self._erase_log({str(post["conversation_id"]) for post in posts}, self._who)
            self._erase_posts(posts)
            self._erase_letters(self._who)
        else:
            self._erase_person(self._who.person_id)
        self._done.settled = self._parts.journal.settle().result()
        return self._done

    def _refuse_if_held(self, acts: Sequence[Row], posts: Sequence[Row]) -> None:
        rows = self._store.select("audit_cases_of_subject", (self._subject, CASES_MAX))
        cases = {row["case_id"] for row in (*rows, *acts, *posts)}
        hold = holds_in_force(self._store).on(
            subject=self._subject, cases=[str(case) for case in cases if case]
        )
        if hold is not None:
            raise NotAllowedError(hold.sentence)
        sendings = self._store.fetch([Key("sendings", str(act["id"])) for act in acts])
        if any(
            row and row["state"] in ("sending", "unknown", "deferred") for row in sendings.values()
        ):
            raise RetryLaterError(
                "An answer to this person is on its way; erase them once it is settled."
            )

    def _erase_key(self) -> None:
        place = Key("subject_keys", self._subject)
        before = self._store.fetch([place])[place]
        if before is not None and before["state"] == "erased":
            return
        version = None if before is None else int(str(before["version"]))
        row: Row = {
            "wrapped_key": None,
            "key_id": None,
            "state": "erased",
            "made_at_ms": None if before is None else before["made_at_ms"],
            "erased_at_ms": self._now_ms,
            "version": (version or 0) + 1,
        }
        note = AuditNote(
            chain=HOUSE_CHAIN,
            kind=ERASED_KIND,
            actor=self._actor,
            subject=BODY_SUBJECT,
            payload={},
            facts={"subject": self._subject},
        )
        entry = self._parts.sealer.seal(note, self._now_ms)
        self._commit({place: row}, guards=(Guard(place, version),), entries=(entry,))

    def _erase_payloads(self) -> None:
        while rows := self._store.select("audit_payloads_of_subject", (self._subject, BATCH_ROWS)):
            self._commit({Key("audit_payloads", str(row["id"])): None for row in rows})
            self._done.payloads += len(rows)

    def _erase_act(self, act: Row) -> None:
        act_id = str(act["id"])
        writes: dict[Key, Row | None] = {Key("acts", act_id): blanked_act(act)}
        sending = Key("sendings", act_id)
        row = self._store.fetch([sending])[sending]
        if row is not None:
            writes[sending] = blanked_sending(row)
        for each in self._store.select("approvals_of_act", (act_id,)):
            writes[Key("approvals", str(each["id"]))] = blanked_approval(each)
        for each in self._store.select("audit_verdicts_of_act", (act_id, VERDICTS_MAX)):
            writes[Key("verdicts", str(each["id"]))] = blanked_verdict(each)
        guard = Guard(Key("acts", act_id), int(str(act["version"])))
        self._commit(writes, guards=(guard,))
        self._done.acts += 1

    def _erase_replies(self, act_ids: AbstractSet[str]) -> None:
        """Take away answers kept for repeated commands, where they show one of these acts."""
        after = ""
        while rows := self._store.select("audit_replies", (after, BATCH_ROWS)):
            found = [
                row["id"] for row in rows if any(each in str(row["reply"]) for each in act_ids)
            ]
            if found:
                self._commit({Key("command_keys", str(each)): None for each in found})
            after = str(rows[-1]["id"])

    def _erase_posts(self, posts: Sequence[Row]) -> None:
        """Empty the rows at once, and let routing take the posts out of their cases."""
        for start in range(0, len(posts), BATCH_ROWS):
            part = posts[start : start + BATCH_ROWS]
            removals = [self._removal(post) for post in part if post["state"] != "removed"]
            self._commit(
                {Key("posts", str(post["id"])): blanked_post(post) for post in part},
                appends=[
                    Append(POSTS_RECEIVED.name, event.subject, encode_event(event), event)
                    for event in removals
                ],
            )
            self._done.posts += len(part)

    def _removal(self, post: Row) -> PostRemoved:
        now = from_epoch_ms(self._now_ms)
        return PostRemoved(
            id=digest_id("removed", str(post["source"]), str(post["native_id"])),
            source=EVENT_SOURCE,
            subject=str(post["conversation_id"]),
            time=now,
            data=Removal(
                post_id=str(post["id"]),
                source=str(post["source"]),
                native_id=str(post["native_id"]),
                conversation_id=str(post["conversation_id"]),
                removed_at=now,
                received_at=now,
            ),
        )

    def _erase_log(self, conversations: AbstractSet[str], who: Citizen) -> None:
        batch: dict[int, bytes] = {}
        for position, value in self._parts.log.records_of(conversations):
            blanked = blanked_event(value, who.source, who.author)
            if blanked is not None:
                batch[position] = blanked
            if len(batch) == BATCH_ROWS:
                self._done.log_records += self._parts.journal.rewrite(batch).result()
                batch = {}
        if batch:
            self._done.log_records += self._parts.journal.rewrite(batch).result()

    def _erase_letters(self, who: Citizen) -> None:
        """Take away what was set aside of the author's: it was never taken up."""
        after = ""
        while rows := self._store.select("audit_letters", (after, BATCH_ROWS)):
            found = [row["id"] for row in rows if _is_of(row["value"], who)]
            if found:
                self._commit({Key("dead_letters", str(each)): None for each in found})
                self._done.dead_letters += len(found)
            after = str(rows[-1]["id"])

    def _erase_person(self, person_id: str) -> None:
        place = Key("persons", person_id)
        row = self._store.fetch([place])[place]
        if row is not None:
            guard = Guard(place, int(str(row["version"])))
            self._commit({place: blanked_person(row, person_id)}, guards=(guard,))
        for shown in self._store.select("public_names_of_person", (person_id,)):
            self._commit({Key("public_names", str(shown["id"])): None})

    def _acts(self) -> Iterator[Row]:
        after = ""
        while rows := self._store.select(
            "audit_acts_of_subject", (self._subject, after, BATCH_ROWS)
        ):
            yield from rows
            after = str(rows[-1]["id"])

    def _posts(self) -> Iterator[Row]:
        assert isinstance(self._who, Citizen)
        after = ""
        while rows := self._store.select(
            "audit_posts_of_author", (self._who.source, self._who.author, after, BATCH_ROWS)
        ):
            yield from rows
            after = str(rows[-1]["id"])

    def _commit(self, writes: Mapping[Key, Row | None], **more: Any) -> None:
        self._parts.journal.commit(Commit(writes=writes, lane=Lane.DECISION, **more)).result()


def _is_of(value: object, who: Citizen) -> bool:
    """Return whether a dead letter is an author's: by what it says, or by a name in it."""
    if not isinstance(value, bytes):
        return False
    named = len(who.author) >= NAME_LENGTH_MIN and who.author.encode() in value
    return named or blanked_event(value, who.source, who.author) is not None

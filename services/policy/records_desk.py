"""The records as their officers work on them: legal holds, erasures, retention, each on record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, Final

from schemas.verdict import Role
from services.policy.configuration import SpeakingSettings
from services.policy.decided import Decided
from services.policy.decided_commit import commit_of, sealed
from services.policy.erasure import (
    Citizen,
    ErasableJournal,
    Erased,
    ErasureParts,
    Staff,
    erase_subject,
)
from services.policy.erasure_consent import SECONDS, consent_key, consented, is_asked
from services.policy.legal_holds import (
    HOLD_KINDS,
    HoldKind,
    holds_in_force,
    lift_hold,
    place_hold,
)
from services.policy.retention import Retired, apply_retention, retention_report
from services.policy.sealing import person_subject
from services.runtime.actor import Actor
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key
from services.runtime.errors import InputInvalidError, NotAllowedError, NotFoundError, RejectError
from services.runtime.ports import Guard

KEEPERS: Final[frozenset[Role]] = frozenset({"governance"})
CASES_MAX: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsParts:
    """What the records' desk stands on; `fresh_id` gives what cannot be guessed."""

    erasure: ErasureParts
    journal: ErasableJournal
    settings: SpeakingSettings
    fresh_id: Callable[[], str]


class StoredRecords:
    """The records' desk over one database; see `RecordsDesk` in the console's parts."""

    def __init__(self, parts: RecordsParts) -> None:
        self._parts = parts
        self._store = parts.erasure.store
        self._sealer = parts.erasure.sealer

    def holds(self) -> Sequence[Mapping[str, Any]]:
        """Return the legal holds in force."""
        return [
            {
                "id": hold.id,
                "kind": hold.kind,
                "name": hold.name,
                "reason": hold.reason,
                "owner": hold.owner_id,
                "review_on": hold.review_on,
                "due": hold.review_on <= self._today(),
            }
            for hold in holds_in_force(self._store).holds
        ]

    def place_hold(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Keep what a case, an account, a citizen, a person or everything holds."""
        actor, guards = self._keeper(actor, wanted, "Placing a legal hold")
        kind, name = self._held(wanted)
        review = datetime.combine(date.fromisoformat(str(wanted["review_on"])), time(), UTC)
        hold_id = self._parts.fresh_id()
        now_ms = self._now_ms()
        placed = place_hold(hold_id, kind, name, actor, to_epoch_ms(review), now_ms)
        self._carry_out(placed, guards)
        what = "everything" if kind == "everything" else f"{wanted['kind']} {wanted.get('name')}"
        sentence = f"Held: {what}. Nothing of it is erased or deleted until the hold is lifted."
        return {"id": hold_id, "kind": kind, "name": name, "sentence": sentence}

    def lift_hold(self, hold_id: str, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """End a hold."""
        actor, guards = self._keeper(actor, wanted, "Lifting a legal hold")
        lifted = lift_hold(self._store, hold_id, actor, self._now_ms())
        reply = self._carry_out(lifted, guards).reply
        sentence = "Lifted. Retention and erasure take their course again."
        return {"id": hold_id, "kind": reply["kind"], "name": reply["name"], "sentence": sentence}

    def preview_erasure(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Return what an erasure would take away, what stands against it, and who asked for it."""
        _require(actor, SECONDS, "Looking at an erasure")
        who, subject = self._who(wanted)
        key = consent_key(subject)
        row: Mapping[str, Any] | None = self._store.fetch([key])[key]
        asked = row is not None and is_asked(row, self._now_ms())
        return {
            "subject": subject,
            **self._counts(who, subject),
            "held": self._hold_on(who, subject),
            "asked_by": row["asked_by"] if row is not None and asked else None,
            "asked_at_ms": row["asked_at_ms"] if row is not None and asked else None,
            "takes_two": not self._parts.settings.one_officer,
            "stays": list(self._parts.erasure.stays(self._parts.erasure.clock.now())),
        }

    def erase(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Ask for an erasure, or agree with who asked: then it is carried out.

        Raises NotAllowedError where a legal hold stands against it, RetryLaterError while an answer
        to the person is on its way.
        """
        actor, guards = self._present(actor, wanted)
        _require(actor, SECONDS, "Erasing")
        who, subject = self._who(wanted)
        hold = self._hold_on(who, subject)
        if hold is not None:
            raise NotAllowedError(hold)
        key = consent_key(subject)
        decided = consented(
            self._store.fetch([key])[key],
            subject,
            actor,
            self._now_ms(),
            one_officer=self._parts.settings.one_officer,
        )
        self._carry_out(decided, guards)
        if not decided.reply["agreed"]:
            sentence = (
                "Asked for. What cannot be undone takes two: somebody else, with the role "
                "governance or duty-officer, gives the same command to agree, within 30 days."
            )
            return {"state": "asked", "subject": subject, "sentence": sentence}
        return _told(erase_subject(self._parts.erasure, who, actor))

    def retention(self) -> Sequence[Mapping[str, Any]]:
        """Return what is past its time today, class by class; nothing is touched."""
        report = retention_report(self._store, self._parts.settings.retention, self._now_ms())
        return [_retired(each) for each in report]

    def apply_retention(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Delete what is past its time and on no hold."""
        actor, _ = self._keeper(actor, wanted, "Deleting what is past its time")
        done = apply_retention(
            self._store,
            self._parts.journal,
            self._sealer,
            self._parts.settings.retention,
            actor,
            self._now_ms(),
        )
        gone, held = sum(each.going for each in done), sum(each.held for each in done)
        kept = f" {held:,} stay, since legal holds cover them." if held else ""
        sentence = f"Deleted {gone:,} that were past their time.{kept} It is on record."
        return {"classes": [_retired(each) for each in done], "sentence": sentence}

    def _carry_out(self, decided: Decided, guards: Sequence[Guard]) -> Decided:
        if decided.writes or decided.notes:
            decided = replace(decided, guards=[*guards, *decided.guards])
            entries = sealed(self._sealer, decided.notes, self._now_ms())
            self._parts.journal.commit(commit_of(decided, entries)).result()
        return decided

    def _keeper(
        self, actor: Actor, wanted: Mapping[str, Any], what: str
    ) -> tuple[Actor, Sequence[Guard]]:
        present, guards = self._present(actor, wanted)
        _require(present, KEEPERS, what)
        return present, guards

    def _present(self, actor: Actor, wanted: Mapping[str, Any]) -> tuple[Actor, Sequence[Guard]]:
        """Return somebody as they stand now, with their reason, and the guard that they still do.

        Whoever was let in a moment ago may have left since, or lost the role that this takes.
        """
        actor = replace(actor, why=str(wanted["why"]))
        if actor.signed_in_by in ("machine", "program"):
            return actor, ()
        key = Key("persons", actor.person_id)
        person: Mapping[str, Any] | None = self._store.fetch([key])[key]
        if person is None or person["state"] != "active":
            raise NotAllowedError("You work here no more; ask a governance officer.")
        roles = frozenset(person["roles"].split())
        return replace(actor, roles=roles), [Guard(key, person["version"])]

    def _who(self, wanted: Mapping[str, Any]) -> tuple[Citizen | Staff, str]:
        """Return who is meant, and their name in the audit."""
        source, author, login = (wanted.get(name) for name in ("source", "author", "login"))
        if login and not (source or author):
            person = self._person(str(login))
            if person["state"] == "active":
                raise RejectError(
                    f"{login} still works here; `mercat people leave {login}` comes first."
                )
            return Staff(str(person["id"])), person_subject(str(person["id"]))
        if source and author and not login:
            subject = self._sealer.citizen_subject(str(source), str(author))
            return Citizen(str(source), str(author)), subject
        raise InputInvalidError("Name an author with their source, or a person by login.")

    def _person(self, login: str) -> Mapping[str, Any]:
        rows = self._store.select("person_by_login", (login,))
        if not rows:
            raise NotFoundError(f"There is nobody with the login {login!r}.")
        return rows[0]

    def _held(self, wanted: Mapping[str, Any]) -> tuple[HoldKind, str]:
        """Return what a hold is on, as it is kept: of people, their names in the audit."""
        kind, name = str(wanted["kind"]), str(wanted.get("name") or "")
        if (kind == "everything") != (name == ""):
            raise InputInvalidError("Name what is to be held; only `everything` goes without.")
        if kind == "author":
            source = wanted.get("source")
            if not source:
                raise InputInvalidError("An author is known by name and source; give both.")
            return "subject", self._sealer.citizen_subject(str(source), name)
        if kind == "person":
            return "subject", person_subject(str(self._person(name)["id"]))
        table = {"case": "cases", "account": "accounts"}.get(kind)
        if table is not None:
            key = Key(table, name)
            if self._store.fetch([key])[key] is None:
                raise NotFoundError(f"There is no {kind} {name!r}.")
        return next(each for each in HOLD_KINDS if each == kind), name

    def _hold_on(self, who: Citizen | Staff, subject: str) -> str | None:
        rows = self._store.select("audit_cases_of_subject", (subject, CASES_MAX))
        cases = [str(row["case_id"]) for row in rows]
        if isinstance(who, Citizen):
            found = self._store.select("records_cases_of", (who.source, who.author, CASES_MAX))
            cases += [str(row["case_id"]) for row in found]
        hold = holds_in_force(self._store).on(subject=subject, cases=cases)
        return None if hold is None else replace(hold, owner_id=self._login(hold.owner_id)).sentence

    def _login(self, person_id: str) -> str:
        key = Key("persons", person_id)
        row = self._store.fetch([key])[key]
        return person_id if row is None else str(row["login"])

    def _counts(self, who: Citizen | Staff, subject: str) -> Mapping[str, int]:
        (payloads,) = self._store.select("records_payloads_of", (subject,))
        (acts,) = self._store.select("records_acts_of", (subject,))
        posts = 0
        if isinstance(who, Citizen):
            (row,) = self._store.select("records_posts_of", (who.source, who.author))
            posts = int(str(row["posts"]))
        return {
            "posts": posts,
            "acts": int(str(acts["acts"])),
            "payloads": int(str(payloads["payloads"])),
        }

    def _now_ms(self) -> int:
        return to_epoch_ms(self._parts.erasure.clock.now())

    def _today(self) -> date:
        return self._parts.erasure.clock.now().date()


def _require(actor: Actor, roles: frozenset[Role], what: str) -> None:
    if not actor.roles & roles:
        raise NotAllowedError(f"{what} needs one of these roles: {', '.join(sorted(roles))}.")


def _retired(each: Retired) -> Mapping[str, Any]:
    return {
        "name": each.name,
        "days": each.days,
        "before_ms": each.before_ms,
        "going": each.going,
        "held": each.held,
    }


def _told(done: Erased) -> Mapping[str, Any]:
    sentence = (
        f"Erased: {done.posts:,} posts, {done.acts:,} acts, the words of {done.payloads:,} "
        f"entries of the audit, {done.log_records:,} records of the log and {done.dead_letters:,} "
        "dead letters. That it was done is on record; what was said is not."
    )
    if not done.settled:
        sentence += (
            " Traces may stay in the database's files until it is next free of readers: give the "
            "command again in a while."
        )
    return {
        "state": "erased",
        "subject": done.subject,
        "posts": done.posts,
        "acts": done.acts,
        "payloads": done.payloads,
        "log_records": done.log_records,
        "dead_letters": done.dead_letters,
        "stays": list(done.stays),
        "sentence": sentence,
    }

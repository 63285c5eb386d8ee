"""Signs people in and out at a page: by a passkey, or once by a link that gets them one.

It decides and commits like the desk, for people who are not known yet. A session is as long as its
person may work here: who has the role of curator alone is signed out with the last leave they have
or are to have.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from services.policy.configuration import SignInSettings
from services.policy.decided import Decided
from services.policy.decided_commit import commit_of, sealed
from services.policy.passkeys import Passkeys, Site
from services.policy.people import note, person_subject
from services.policy.sign_in import (
    PASSKEYS_MAX,
    READ_MAX,
    SEEN_EVERY_MS,
    SESSIONS_MAX,
    Factors,
    Passkey,
    Session,
    link_of,
    passkey_of,
    secret_digest,
    session_of,
)
from services.policy.sign_ins import Ends, all_ended, links_ended
from services.runtime.actor import Actor
from services.runtime.audit_entry import HOUSE_CHAIN, AuditNote, Sealer
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.desk import Desk
from services.runtime.effects import Key, Row
from services.runtime.errors import (
    NotAllowedError,
    RejectError,
    RetryLaterError,
    StaleStateError,
    StateConflictError,
)
from services.runtime.ports import Commit, Guard, Journal, Lane, Store

CEREMONY_MS: Final = 180_000
OVER_MAX: Final = 200
LABEL_MAX: Final = 60
CURATOR: Final = frozenset({"curator"})
NOBODY: Final = "Nobody can be let in by this. Ask for a new link, or sign in by your passkey."
MEANWHILE: Final = "You were signed out meanwhile, or that passkey is known already; sign in again."
NO_LEAVE: Final = "Your leave here has ended, and with it your sign-in. Thank you."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInParts:
    """What signing in stands on; `fresh_token` gives what cannot be guessed.

    `demonstration`: a link lets somebody work, too, since nothing there is real.
    """

    store: Store
    journal: Journal
    sealer: Sealer
    clock: Clock
    desk: Desk
    passkeys: Passkeys
    settings: SignInSettings
    fresh_id: Callable[[], str]
    fresh_token: Callable[[], str]
    demonstration: bool = False


class SignedIn(NamedTuple):
    """A session that was begun: its secret, told this once, and whose it is."""

    secret: str
    actor: Actor


class SignInDesk:
    """Begins, reads and ends sessions; any number of threads may ask."""

    def __init__(self, parts: SignInParts) -> None:
        self._parts = parts
        self._store = parts.store

    def actor_of(self, secret: str) -> Actor | None:
        """Return who works by a session, or None where it is nobody's or has ended."""
        session = self.session_of(secret)
        if session is None or not self._lets_work(session):
            return None
        return self._actor(session)

    def session_of(self, secret: str) -> Session | None:
        """Return a session that holds now, whatever it lets somebody do."""
        rows = self._store.select("session_by_digest", (secret_digest(secret),))
        if not rows:
            return None
        session, now_ms = session_of(rows[0]), self._now_ms
        if not session.is_good(now_ms, round(self._parts.settings.idle_minutes * 60_000)):
            return None
        if self._actor(session) is None:
            return None
        if now_ms - session.seen_at_ms >= SEEN_EVERY_MS:
            return self._seen(session, now_ms)
        return session

    def by_link(self, secret: str) -> SignedIn:
        """Let somebody in by a link, once. Raises NotAllowedError."""
        rows = self._store.select("sign_in_link_by_digest", (secret_digest(secret),))
        link = link_of(rows[0]) if rows else None
        if link is None or not link.is_good(self._now_ms):
            raise NotAllowedError(NOBODY)
        used = link.changed(state="used", used_at_ms=self._now_ms)
        return self._begun(link.person_id, "link", None, {used.key: used.row()}, [link.guard()])

    def passkey_options(self, secret: str, site: Site) -> Mapping[str, Any]:
        """Return what a browser is to make a passkey with, for who is signed in."""
        session = self._require(secret)
        person = self._person(session.person_id)
        known = [each.id for each in self._passkeys(session.person_id) if each.state == "live"]
        who = (session.person_id, str(person["login"]), str(person["name"]))
        challenge = self._ceremony("register", session.person_id)
        return self._parts.passkeys.register_options(site, who, known, challenge.encode())

    def add_passkey(
        self, secret: str, site: Site, label: str, challenge: str, answer: Mapping[str, Any]
    ) -> Passkey:
        """Keep a passkey that a browser made for who is signed in. Raises NotAllowedError."""
        session = self._require(secret)
        self._take_ceremony("register", challenge, session.person_id)
        live = [each for each in self._passkeys(session.person_id) if each.state == "live"]
        if len(live) >= PASSKEYS_MAX:
            raise RejectError(f"{PASSKEYS_MAX} passkeys are enough; end one that is not used.")
        made = self._parts.passkeys.registered(site, answer, challenge.encode())
        passkey = Passkey(
            id=made.passkey_id,
            person_id=session.person_id,
            label=" ".join(label.split())[:LABEL_MAX] or "passkey",
            public_key=made.public_key,
            counter=made.counter,
            added_at_ms=self._now_ms,
        )
        noted = self._note("sign-in.passkey-added", session.person_id, passkey=passkey.id[:16])
        links = self._store.select("sign_in_links_open_of", (session.person_id, READ_MAX))
        ended = links_ended(link_of(row) for row in links)
        try:
            # Whoever was recovered, or signed out, meanwhile gets no passkey any more.
            self._commit(
                {passkey.key: passkey.row(), **ended.writes},
                [Guard(passkey.key, None), session.guard(), *ended.guards],
                [noted],
            )
        except (StaleStateError, StateConflictError) as error:
            raise NotAllowedError(MEANWHILE) from error
        return passkey

    def sign_in_options(self, site: Site) -> Mapping[str, Any]:
        """Return what a browser is to sign in with."""
        challenge = self._ceremony("sign-in", None)
        return self._parts.passkeys.sign_in_options(site, challenge.encode())

    def by_passkey(self, site: Site, challenge: str, answer: Mapping[str, Any]) -> SignedIn:
        """Let somebody in by a passkey. Raises NotAllowedError."""
        self._take_ceremony("sign-in", challenge, None)
        key = Key("passkeys", str(answer.get("id"))[:1_400])
        row = self._store.fetch([key])[key]
        if row is None or row["state"] != "live":
            raise NotAllowedError(NOBODY)
        passkey = passkey_of({**row, "id": key.id})
        proof = (passkey.public_key, passkey.counter)
        counter = self._parts.passkeys.signed_in(site, answer, challenge.encode(), proof)
        used = passkey.changed(counter=counter, used_at_ms=self._now_ms)
        begun = self._begun(
            passkey.person_id,
            "passkey",
            passkey.id,
            {used.key: used.row()},
            [passkey.guard()],
        )
        self._tell_takeovers(begun.actor)
        return begun

    def sign_out(self, secret: str) -> None:
        """End a session; one that has ended is left as it is."""
        rows = self._store.select("session_by_digest", (secret_digest(secret),))
        if rows and rows[0]["state"] == "live":
            session = session_of(rows[0])
            ended = session.changed(state="ended", ended_why="signed out", ended_at_ms=self._now_ms)
            noted = self._note("sign-in.ended", session.person_id)
            self._commit({ended.key: ended.row()}, [session.guard()], [noted])

    def passkeys_of(self, person_id: str) -> list[Passkey]:
        """Return somebody's passkeys, the latest first."""
        return self._passkeys(person_id)

    # What it stands on

    @property
    def _now_ms(self) -> int:
        return to_epoch_ms(self._parts.clock.now())

    def _lets_work(self, session: Session) -> bool:
        return session.factors == "passkey" or self._parts.demonstration

    def _require(self, secret: str) -> Session:
        session = self.session_of(secret)
        if session is None:
            raise NotAllowedError("You are not signed in; use your link, or sign in.")
        return session

    def _actor(self, session: Session) -> Actor | None:
        """Return a session's person as they are now, or None where they may work here no more."""
        person = self._person(session.person_id)
        if person["state"] != "active":
            return None
        roles = frozenset(person["roles"].split())
        if roles <= CURATOR and not self._has_leave(session.person_id):
            return None
        return Actor(session.person_id, person["login"], roles, "session", credential_id=session.id)

    def _has_leave(self, person_id: str) -> bool:
        """Return whether somebody has leave, or is to have: a grant, or a slot they were asked."""
        asked = (person_id, self._now_ms)
        return any(
            self._store.select(query, asked) for query in ("grants_ahead_of", "takeovers_ahead_of")
        )

    def _person(self, person_id: str) -> dict[str, Any]:
        key = Key("persons", person_id)
        row = self._store.fetch([key])[key]
        return {"state": "left", "roles": "", "login": "", "name": ""} if row is None else dict(row)

    def _passkeys(self, person_id: str) -> list[Passkey]:
        rows = self._store.select("passkeys_of_person", (person_id, READ_MAX))
        return [passkey_of(row) for row in rows]

    def _begun(
        self,
        person_id: str,
        factors: Factors,
        passkey_id: str | None,
        writes: Mapping[Key, Row | None],
        guards: list[Guard],
    ) -> SignedIn:
        secret, now_ms = self._parts.fresh_token(), self._now_ms
        session = Session(
            id=self._parts.fresh_id(),
            person_id=person_id,
            digest=secret_digest(secret),
            factors=factors,
            passkey_id=passkey_id,
            begun_at_ms=now_ms,
            seen_at_ms=now_ms,
            expires_at_ms=now_ms + round(self._parts.settings.hours_max * 3_600_000),
        )
        actor = self._actor(session)
        if actor is None:
            raise NotAllowedError(NO_LEAVE)
        noted = self._note("sign-in.begun", person_id, factors=factors, session=session.id)
        ended = self._oldest_ended(person_id, now_ms)
        try:
            self._commit(
                {**writes, session.key: session.row(), **ended.writes},
                [*guards, Guard(session.key, None), *ended.guards],
                [noted],
            )
        except (StaleStateError, StateConflictError) as error:
            # A link is used once, and a counter moves on once: whoever is second is not let in.
            raise NotAllowedError(NOBODY) from error
        return SignedIn(secret, actor)

    def _oldest_ended(self, person_id: str, now_ms: int) -> Ends:
        """Return what ends the oldest sessions of somebody who is to have one more."""
        rows = self._store.select("sessions_live_of", (person_id, now_ms, READ_MAX))
        oldest = [session_of(row) for row in rows][SESSIONS_MAX - 1 :]
        return all_ended(oldest, "Signed in at too many places at once.", now_ms)

    def _seen(self, session: Session, now_ms: int) -> Session | None:
        """Keep that a session was used; return it as it is then, or None where it just ended."""
        after = session.changed(seen_at_ms=now_ms)
        try:
            self._commit({after.key: after.row()}, [session.guard()], [])
        except StaleStateError:
            # Another request kept it just now, or ended it.
            (row,) = self._store.select("session_by_digest", (session.digest,))
            return session_of(row) if row["state"] == "live" else None
        return after

    def _tell_takeovers(self, actor: Actor) -> None:
        """Make the step of a takeover that is made by signing in with two factors."""
        for row in self._store.select("takeovers_onboarding_of", (actor.person_id,)):
            order = {"takeover_id": str(row["id"])}
            try:
                self._parts.desk.carry_out("takeover-second-factor", order, actor)
            except (RejectError, RetryLaterError):
                # It went on meanwhile, or is made with the next sign-in.
                continue

    def _ceremony(self, purpose: str, person_id: str | None) -> str:
        """Return a challenge that is taken once, within minutes; those that are over go."""
        challenge, now_ms = self._parts.fresh_token(), self._now_ms
        key = Key("sign_in_ceremonies", secret_digest(challenge))
        row: Row = {
            "purpose": purpose,
            "person_id": person_id,
            "expires_at_ms": now_ms + CEREMONY_MS,
            "version": 1,
        }
        over = self._store.select("sign_in_ceremonies_over", (now_ms, OVER_MAX))
        gone: dict[Key, Row | None] = {
            Key("sign_in_ceremonies", str(each["id"])): None for each in over
        }
        self._commit({**gone, key: row}, [], [])
        return challenge

    def _take_ceremony(self, purpose: str, challenge: str, person_id: str | None) -> None:
        key = Key("sign_in_ceremonies", secret_digest(challenge))
        row: Mapping[str, Any] | None = self._store.fetch([key])[key]
        wanted = (purpose, person_id)
        if row is None or (row["purpose"], row["person_id"]) != wanted:
            raise NotAllowedError(NOBODY)
        try:
            self._commit({key: None}, [Guard(key, 1)], [])
        except StaleStateError as error:
            raise NotAllowedError(NOBODY) from error
        if row["expires_at_ms"] <= self._now_ms:
            raise NotAllowedError("That took too long; begin again.")

    def _note(self, kind: str, person_id: str, /, **facts: str | int | bool | None) -> AuditNote:
        person = self._person(person_id)
        actor = Actor(person_id, str(person["login"]), frozenset(), "session")
        subject = person_subject(person_id)
        return note(kind, actor, subject, {}, chain=HOUSE_CHAIN, person=person_id, **facts)

    def _commit(
        self, writes: Mapping[Key, Row | None], guards: list[Guard], notes: list[AuditNote]
    ) -> None:
        if notes:
            decided = Decided(writes=writes, guards=guards, notes=notes)
            entries = sealed(self._parts.sealer, notes, self._now_ms)
            self._parts.journal.commit(commit_of(decided, entries)).result()
            return
        commit = Commit(writes=writes, guards=guards, lane=Lane.DECISION)
        self._parts.journal.commit(commit).result()

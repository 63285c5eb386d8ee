"""Passkeys, sessions and links of sign-in as rows of the store and back, and when each is good."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from typing import Any, Final, Literal, Self, cast

from services.runtime.effects import Key, Row
from services.runtime.ports import Guard

Factors = Literal["passkey", "link"]
LinkPurpose = Literal["enrol", "recover"]
LinkState = Literal["asked", "live", "used", "ended"]
PASSKEYS_MAX: Final = 20
SESSIONS_MAX: Final = 50
"""Somebody is signed in at so many places at once; with one more the oldest ends."""
READ_MAX: Final = 4 * SESSIONS_MAX
"""More than somebody can have, even begun at once: what ends all reads all."""
SEEN_EVERY_MS: Final = 60_000
"""A session's last use is kept no oftener: it is read at every request."""


def secret_digest(secret: str) -> str:
    """Return what is kept of a session's or a link's secret, in hexadecimal."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A key of somebody's authenticator; `id` is base64url, as the authenticator gave it."""

    id: str
    person_id: str
    label: str
    public_key: bytes
    counter: int
    added_at_ms: int
    state: Literal["live", "ended"] = "live"
    ended_why: str | None = None
    used_at_ms: int | None = None
    ended_at_ms: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return Key("passkeys", self.id)

    def guard(self) -> Guard:
        """Return the guard that it is still as it was read."""
        return Guard(self.key, self.version)

    def row(self) -> Row:
        """Return it as its row."""
        return _row(self)

    def changed(self, **values: Any) -> Self:
        """Return it one version on."""
        return replace(self, version=self.version + 1, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody signed in at a page; it ends by itself, and sooner where nobody uses it."""

    id: str
    person_id: str
    digest: str
    factors: Factors
    begun_at_ms: int
    seen_at_ms: int
    expires_at_ms: int
    passkey_id: str | None = None
    state: Literal["live", "ended"] = "live"
    ended_why: str | None = None
    ended_at_ms: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return Key("sessions", self.id)

    def guard(self) -> Guard:
        """Return the guard that it is still as it was read."""
        return Guard(self.key, self.version)

    def row(self) -> Row:
        """Return it as its row."""
        return _row(self)

    def changed(self, **values: Any) -> Self:
        """Return it one version on."""
        return replace(self, version=self.version + 1, **values)

    def is_good(self, now_ms: int, idle_ms: int) -> bool:
        """Return whether it holds at a moment."""
        return (
            self.state == "live"
            and now_ms < self.expires_at_ms
            and now_ms < self.seen_at_ms + idle_ms
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLink:
    """A link that lets somebody in once, to get a passkey; to recover somebody takes two people."""

    id: str
    person_id: str
    purpose: LinkPurpose
    issued_by: str
    issued_at_ms: int
    expires_at_ms: int
    state: LinkState
    digest: str | None = None
    agreed_by: str | None = None
    reason: str | None = None
    one_officer: int = 0
    used_at_ms: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return Key("sign_in_links", self.id)

    def guard(self) -> Guard:
        """Return the guard that it is still as it was read."""
        return Guard(self.key, self.version)

    def row(self) -> Row:
        """Return it as its row."""
        return _row(self)

    def changed(self, **values: Any) -> Self:
        """Return it one version on."""
        return replace(self, version=self.version + 1, **values)

    def is_good(self, now_ms: int) -> bool:
        """Return whether it lets somebody in at a moment."""
        return self.state == "live" and now_ms < self.expires_at_ms


def passkey_of(row: Row) -> Passkey:
    """Return the passkey that a row holds, its id in it."""
    return Passkey(**_values(Passkey, row))


def session_of(row: Row) -> Session:
    """Return the session that a row holds, its id in it."""
    return Session(**_values(Session, row))


def link_of(row: Row) -> SignInLink:
    """Return the link that a row holds, its id in it."""
    return SignInLink(**_values(SignInLink, row))


def _row(kept: Passkey | Session | SignInLink) -> Row:
    return {each.name: getattr(kept, each.name) for each in fields(kept) if each.name != "id"}


def _values(kind: type[Any], row: Row) -> dict[str, Any]:
    kept = cast("Mapping[str, Any]", row)
    return {each.name: kept[each.name] for each in fields(kind)}

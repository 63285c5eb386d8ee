"""A signed, numbered revision of the rules: what is signed, and what makes one be refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.policy.archive_key import archive_key, archive_token, public_line
from services.policy.eddsa_token import token_claims, token_signed
from services.policy.rule_sections import NOTHING_DELIVERED, Delivered
from services.policy.rule_set import RuleSet, content_digest, rule_set_of
from services.runtime.effects import Key, Row
from services.runtime.errors import InputInvalidError, SettingsError

FORMAT: Final = "mercat-rules-revision-1"
NUMBER_DIGITS: Final = 12
IN_FORCE: Final = Key("rules_in_force", "rules")
RULES_CHAIN: Final = "rules"
"""The chain of the audit in which the life of the rules stands."""


@dataclass(frozen=True, slots=True)
class RulesKey:
    """The key by which an installation signs its rules."""

    installation: str
    key_id: str
    private: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"RulesKey({self.key_id})"

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return claims as a token signed by this key."""
        return token_signed(claims, self.private, self.key_id)

    def sign_archive(self, claims: Mapping[str, Any]) -> str:
        """Return claims as a token that OPA verifies by the key that goes with this one."""
        return archive_token(claims, archive_key(self.private))

    @property
    def public_line(self) -> str:
        """What OPA is given to verify archives by."""
        return public_line(archive_key(self.private))


class Revision(NamedTuple):
    """A set of rules under its number, ready to be kept: `content_id` names its bytes."""

    number: int
    revision: str
    content_id: str
    origin: str
    change_id: str | None
    made_at_ms: int


def revision_key(number: int) -> Key:
    """Return where a revision's row stands."""
    return Key("rule_revisions", f"{number:0{NUMBER_DIGITS}d}")


def content_key(content_id: str) -> Key:
    """Return where the bytes of a set stand."""
    return Key("rule_contents", content_id)


def revision_row(revision: Revision, key: RulesKey) -> Row:
    """Return a revision's row, signed."""
    claims = _claims(revision._asdict(), key)
    return {
        **revision._asdict(),
        "signature": key.sign(claims),
        "key_id": key.key_id,
    }


def verified_rules(
    row: Row | None,
    content: Row | None,
    key: RulesKey,
    after: int,
    delivered: Delivered = NOTHING_DELIVERED,
) -> RuleSet:
    """Return the set of a revision that may come into force after the number `after`.

    What it lacks of a later program's data is filled from what is `delivered`. Raises
    InputInvalidError, in a sentence part that says what is wrong with it, for what is missing,
    unsigned, signed by another key, changed, cut, over its bounds, or old.
    """
    if row is None:
        raise InputInvalidError("its signed revision is not kept")
    said = token_claims(str(row["signature"] or ""), key.private.public_key(), key.key_id)
    if dict(said) != _claims(row, key):
        raise InputInvalidError("it is not what was signed: its row was changed")
    number = int(said["number"])
    if number <= after:
        raise InputInvalidError(f"its number {number} is not above {after}: it is an old one")
    kept = None if content is None else content["content"]
    if not isinstance(kept, bytes):
        raise InputInvalidError("its content is not kept")
    if content_digest(kept) != said["content"]:
        raise InputInvalidError("its content is not what was signed: it was cut or changed")
    try:
        rule_set = rule_set_of(kept, delivered)
    except SettingsError as error:
        raise InputInvalidError(f"its content is no set of rules: {error}") from error
    if rule_set.revision_written != said["revision"]:
        raise InputInvalidError("its content makes another revision than was signed")
    return rule_set


def _claims(row: Mapping[str, Any], key: RulesKey) -> dict[str, Any]:
    return {
        "change_id": row["change_id"],
        "content": row["content_id"],
        "format": FORMAT,
        "installation": key.installation,
        "made_at_ms": row["made_at_ms"],
        "number": row["number"],
        "origin": row["origin"],
        "revision": row["revision"],
    }

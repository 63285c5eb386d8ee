"""Keys that sign rules in tests: one that everybody here trusts, another's, and a folder's."""

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.policy.file_rules_key import read_rules_key
from services.policy.signed_rules import RulesKey
from services.store.file_keys import KeyFolder

RULES_KEY: Final = RulesKey("test", "test-1", Ed25519PrivateKey.from_private_bytes(b"k" * 32))
OTHERS_KEY: Final = RulesKey("test", "test-1", Ed25519PrivateKey.from_private_bytes(b"o" * 32))


def rules_key_in(keys: Path) -> RulesKey:
    """Return the key of the one installation that keeps its keys in a folder."""
    (found,) = keys.glob("rules-*-1")
    return read_rules_key(KeyFolder(keys), found.name.split("-")[1])

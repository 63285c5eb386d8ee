"""Keys that sign rules in tests: one that everybody here trusts, and another's."""

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.policy.signed_rules import RulesKey

RULES_KEY: Final = RulesKey("test", "test-1", Ed25519PrivateKey.from_private_bytes(b"k" * 32))
OTHERS_KEY: Final = RulesKey("test", "test-1", Ed25519PrivateKey.from_private_bytes(b"o" * 32))

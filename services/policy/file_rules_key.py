"""The key that signs rules: a file of the keys folder, made for a database's first revision."""

from contextlib import suppress

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.policy.signed_rules import RulesKey
from services.runtime.errors import SettingsError
from services.runtime.ports import Store
from services.store.file_keys import KeyFolder


def open_rules_key(store: Store, folder: KeyFolder, installation: str) -> RulesKey:
    """Return the key, made now where the database holds no rules yet.

    Raises SettingsError where it holds some and the folder lacks the key they were signed by.
    """
    key_id = f"{installation}-1"
    name = f"rules-{key_id}"
    if not store.select("rule_revision_last") and not folder.names(name):
        # Whoever was quicker has made it.
        with suppress(SettingsError):
            folder.make_key(name)
    return RulesKey(key_id=key_id, installation=installation, private=_private(folder, name))


def read_rules_key(folder: KeyFolder, installation: str) -> RulesKey:
    """Return the key and make none. Raises SettingsError where it is not there."""
    key_id = f"{installation}-1"
    private = _private(folder, f"rules-{key_id}")
    return RulesKey(key_id=key_id, installation=installation, private=private)


def _private(folder: KeyFolder, name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(folder.key(name))

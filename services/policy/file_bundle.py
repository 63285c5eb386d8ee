"""The bundle of a folder of rules, and what the rules that come with Mercat may use."""

from pathlib import Path
from typing import Final

from services.policy.bundle import Bundle
from services.policy.file_rule_set import RULES, read_rule_set

CAPABILITIES: Final = RULES / "capabilities.json"


def read_bundle(folder: Path = RULES) -> Bundle:
    """Return the bundle of a folder's set of rules. Raises SettingsError as reading it does."""
    return read_rule_set(folder).bundle

"""What people can ask about the register of accounts: each verb's arguments, bounded."""

from typing import Final

from services.policy.orders import Verb

REGISTER_VERBS: Final[dict[str, Verb]] = {}

"""What people can ask about corrections: each verb's arguments, bounded like any order's."""

from typing import Final

from services.policy.orders import Verb

CORRECTION_VERBS: Final[dict[str, Verb]] = {}

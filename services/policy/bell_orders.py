"""What people can ask about bells: each verb's arguments, bounded like any order's."""

from typing import Final

from services.policy.orders import Verb

BELL_VERBS: Final[dict[str, Verb]] = {}

"""What people can ask about nominations: each verb's arguments, bounded like any order's."""

from typing import Final

from services.policy.orders import Verb

NOMINATION_VERBS: Final[dict[str, Verb]] = {}

"""What people can ask about broken glass: each verb's arguments, bounded like any order's."""

from typing import Final

from services.policy.orders import Verb

BREAK_GLASS_VERBS: Final[dict[str, Verb]] = {}

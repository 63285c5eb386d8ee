"""What people can ask about sign-in: each verb's arguments, bounded like any order's."""

from typing import Final

from services.policy.orders import Verb

SIGN_IN_VERBS: Final[dict[str, Verb]] = {}

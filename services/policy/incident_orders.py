"""What people can ask about incidents: each verb's arguments, bounded like any order's."""

from typing import Final

from services.policy.orders import Verb

INCIDENT_VERBS: Final[dict[str, Verb]] = {}

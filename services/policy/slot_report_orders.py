"""What people can ask about reports on slots: each verb's arguments, bounded like any order's."""

from typing import Final

from services.policy.orders import Verb

SLOT_REPORT_VERBS: Final[dict[str, Verb]] = {}

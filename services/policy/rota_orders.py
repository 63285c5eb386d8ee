"""What people can ask about rotas and delegation: each verb's arguments, bounded."""

from typing import Final

from services.policy.orders import Verb

ROTA_VERBS: Final[dict[str, Verb]] = {}

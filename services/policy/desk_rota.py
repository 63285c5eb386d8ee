"""The desk's verbs about rotas and delegation."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work

ROTA_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {}

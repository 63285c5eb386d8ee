"""The desk's verbs about broken glass."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work

BREAK_GLASS_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {}

"""The desk's verbs about bells."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work

BELL_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {}

"""The desk's verbs about reports on slots."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work

SLOT_REPORT_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {}

"""The desk's verbs about incidents."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work

INCIDENT_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {}

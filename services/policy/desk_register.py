"""The desk's verbs about the register of accounts."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work

REGISTER_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {}

"""Repeated work that may be another process's, and that waits with its next turn where it must."""

from collections.abc import Callable

import structlog

from services.runtime.errors import RetryLaterError
from services.runtime.repeated_work import RepeatedWork

log = structlog.get_logger(__name__)


class PatientWork(RepeatedWork):
    """Does a turn at the start and then every so often, in a thread of its own.

    Where several processes have one, `may_work` says whether this is the one that does now. What a
    store or a platform would not do now is done with the next turn; any other error ends it.
    """

    def __init__(
        self,
        name: str,
        turn: Callable[[], object],
        every_seconds: float,
        may_work: Callable[[], bool] = lambda: True,
    ) -> None:
        self._name = name
        self._turn = turn
        self._may_work = may_work
        super().__init__(name, self._patiently, every_seconds, at_once=True)

    def _patiently(self) -> None:
        try:
            if self._may_work():
                self._turn()
        except RetryLaterError as error:
            log.warning("work waits for its next turn", work=self._name, reason=str(error))

"""`mercat serve` in a process that dies at a named place, or whose first batch takes long.

`python -m tests.integration.scaled_faults.deadly_service serve NAME FOLDER ...`, told by DIE_AT
(`PLACE:HIT`) and SLOW_SECONDS in its environment.
"""

import os
import threading
from collections.abc import Sequence
from typing import Any, Final

from schemas.envelope import Event
from services.classify.stage import ClassifyStage
from services.cli import main
from services.runtime.failpoints import order_at_failpoints
from tests.integration.faults.driver import deadly

PROGRAM: Final = "tests.integration.scaled_faults.deadly_service"
DIE_AT: Final = "MERCAT_TEST_DIE_AT"
SLOW_SECONDS: Final = "MERCAT_TEST_SLOW_SECONDS"


def slow_at_first(seconds: float) -> None:
    """Have the first batch that is classified in this process take so long."""
    prepare = ClassifyStage.prepare
    first = threading.Lock()

    def held_up(self: ClassifyStage, events: Sequence[Event]) -> Sequence[Any]:
        if first.acquire(blocking=False):
            threading.Event().wait(seconds)
        return prepare(self, events)

    ClassifyStage.prepare = held_up  # type: ignore[method-assign] # the service builds its own


if __name__ == "__main__":
    if DIE_AT in os.environ:
        place, _, hit = os.environ[DIE_AT].partition(":")
        order_at_failpoints(deadly(place, int(hit)))
    if SLOW_SECONDS in os.environ:
        slow_at_first(float(os.environ[SLOW_SECONDS]))
    main()

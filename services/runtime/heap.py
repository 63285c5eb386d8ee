"""The heap of a process that has opened all it stands on: what is there now is not looked at again.

Python's collector walks every object it knows, again and again. A model, a schema and a table of
routes are hundreds of thousands of objects that never go; what an event makes goes by itself.
"""

import gc
from typing import Final

YOUNG_OBJECTS_MAX: Final = 50_000
YOUNG_RUNS_MAX: Final = 20
MIDDLE_RUNS_MAX: Final = 100


def keep_heap() -> None:
    """Collect what is garbage, leave the rest out of every later look, and look more seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS_MAX, YOUNG_RUNS_MAX, MIDDLE_RUNS_MAX)

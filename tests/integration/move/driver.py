"""`mercat migrate` in a process that kills itself at a place, in batches of a few rows."""

import sys
from typing import Final

from services import bootstrap_move, bootstrap_move_sides
from services.cli import main
from services.runtime.failpoints import order_at_failpoints
from services.store import moving
from tests.integration.faults.driver import deadly
from tests.integration.move.mover import Mover
from tests.mercat_process import run

ROWS_A_BATCH: Final = 3


def migrate_deadly(mover: Mover, place: str, hit: int) -> int:
    """Return how a process ended that moves a folder until it comes to a place so many times."""
    verb = ("migrate", str(mover.folder), "--to", mover.address)
    program = "tests.integration.move.driver"
    return run(place, str(hit), *verb, env=mover.env, program=program).code


def in_small_batches() -> None:
    """Copy three rows, and hand over three events, at a time."""
    moving.batches.__defaults__ = (ROWS_A_BATCH, moving.BYTES_MAX)
    for module in (bootstrap_move, bootstrap_move_sides):
        vars(module)["EVENTS_A_COMMIT"] = ROWS_A_BATCH


if __name__ == "__main__":
    where, times = sys.argv[1:3]
    del sys.argv[1:3]
    in_small_batches()
    order_at_failpoints(deadly(where, int(times)))
    main()

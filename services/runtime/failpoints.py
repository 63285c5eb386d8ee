"""Named places at which a fault test may end the process; nothing happens there otherwise.

The one list kept at module level in the program: what is tested is a whole process that dies, so
the order to die is given to the process, not handed down through every constructor to those few
lines. A place without an order costs a look at an empty list.
"""

from collections.abc import Callable
from typing import Final

LISTENING_FAILPOINTS: Final = (
    "intake.ack.before",
    "intake.ack.after",
    "ingest.commit.before",
    "ingest.commit.after",
    "classify.commit.before",
    "classify.commit.after",
    "route.commit.before",
    "route.commit.after",
    "cursor.move.before",
    "cursor.move.after",
    "log.commit.before",
    "log.commit.after",
    "log.prune.before",
    "log.prune.after",
    "worker.batch.before",
    "worker.batch.after",
    "child.batch.before",
    "child.batch.after",
)
"""Places of listening. `NAME.commit`: a batch's effects are given to the journal, are durable;
`cursor.move` and `log.prune` stand inside a transaction, `log.commit` around its end; `worker`
is the parent's side of a child's batch, `child` the child's own."""

SPEAKING_FAILPOINTS: Final = (
    "command.commit.before",
    "command.commit.after",
    "sending.begin.before",
    "sending.begin.after",
    "sending.perform.before",
    "sending.perform.after",
    "sending.outcome.before",
    "sending.outcome.after",
    "sending.settle.before",
    "sending.settle.after",
)
"""Places of speaking. `command.commit`: what somebody ordered is written down. `sending.begin`: the
commit that starts an act; `perform`: the platform is asked, has answered; `outcome`: its answer is
written down; `settle`: what was in doubt is."""

BELL_FAILPOINTS: Final = (
    "bell.ring.before",
    "bell.ring.after",
    "bell.outcome.after",
)
"""Places of bells. `ring`: a message is given to a ringer, was answered; `outcome`: the answer is
written down. Between the last two it may go again, never be lost."""

MOVING_FAILPOINTS: Final = (
    "move.batch.before",
    "move.batch.after",
    "move.events.after",
    "move.compare.before",
    "move.mark.before",
    "move.mark.after",
)
"""Places of a move into PostgreSQL. `batch`: a run of rows is copied, inside its transaction, is
kept; `events`: a run that waits is handed over; `compare`: all is there; `mark`: all is the same,
the folder says so."""

SCHEMA_FAILPOINTS: Final = (
    "schema.copy.before",
    "schema.copy.after",
    "schema.commit.before",
    "schema.commit.after",
)
"""Places of an upgrade of the SQLite file. `copy`: the older file is kept, and named as that;
`commit`: every pending migration is applied, is durable."""

SCALED_FAILPOINTS: Final = (
    "relay.send.before",
    "relay.send.after",
    "relay.mark.after",
)
"""Places of the relay. `send`: rows are given to Kafka, are confirmed; `mark`: they are gone."""

FAILPOINTS: Final = (
    *LISTENING_FAILPOINTS,
    *SPEAKING_FAILPOINTS,
    *BELL_FAILPOINTS,
    *MOVING_FAILPOINTS,
    *SCHEMA_FAILPOINTS,
    *SCALED_FAILPOINTS,
)
"""Every place there is."""

_orders: Final[list[Callable[[str], None]]] = []


def reach(name: str) -> None:
    """Say that the program is at a place: carries out what a test ordered for it, if anything."""
    for order in _orders:
        order(name)


def order_at_failpoints(order: Callable[[str], None]) -> None:
    """Call `order` with the name of every place reached from now on, in this process."""
    _orders.append(order)


def forget_orders() -> None:
    """Let nothing happen at any place again."""
    _orders.clear()

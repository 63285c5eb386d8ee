"""How soon a halt took hold, told from the acts that it found on their way."""

import pytest

from services.policy.halt_turns import Drained, drained
from services.runtime.effects import Row

PRESSED_MS = 1_000
ENDED: Row = {"state": "sent", "ended_at_ms": 1_250}
LATER: Row = {"state": "unknown", "ended_at_ms": 4_000}
ON_ITS_WAY: Row = {"state": "sending", "ended_at_ms": None}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], Drained(PRESSED_MS, 0)),
        ([ENDED], Drained(1_250, 1)),
        ([LATER, ENDED], Drained(4_000, 2)),
        ([ENDED, ON_ITS_WAY], None),
    ],
)
def test_a_halt_holds_once_the_last_act_on_its_way_has_ended(
    rows: list[Row], found: Drained | None
) -> None:
    """At once where nothing was on its way, and not yet while something is."""
    assert found == drained(PRESSED_MS, rows)

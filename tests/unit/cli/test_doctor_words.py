"""What `mercat doctor` says of groups, the relay and what waits, for one and for many."""

import pytest

from services.cli_doctor_scaled import group_line, relay_line
from services.cli_doctor_speaking import letters_line

MINUTE_MS = 60_000


@pytest.mark.parametrize(
    ("waiting", "consumers", "expected"),
    [
        (0, 1, "0 events wait, 1 consumer is at it"),
        (1, 2, "1 event waits, 2 consumers are at it"),
        (1_200, 12, "1,200 events wait, 12 consumers are at it"),
        (1, 0, "1 event waits and nobody is at it; start `mercat serve route`"),
    ],
)
def test_a_group_says_how_many_wait_and_work(waiting: int, consumers: int, expected: str) -> None:
    """One waits and is, many wait and are; a group of nobody is told how to get somebody."""
    line = group_line("route", waiting, consumers)

    assert ("warning" if not consumers else "ok", expected) == (line.state, line.sentence)


@pytest.mark.parametrize(
    ("waiting", "said"), [(1, "1 event waits to be"), (6, "6 events wait to be")]
)
@pytest.mark.parametrize(("age_ms", "state"), [(MINUTE_MS, "ok"), (MINUTE_MS + 1, "warning")])
def test_the_relay_says_how_many_wait_and_since_when(
    waiting: int, said: str, age_ms: int, state: str
) -> None:
    """What waits for more than a minute is something to look at."""
    line = relay_line(waiting, 0, age_ms)

    assert state == line.state
    assert line.sentence.startswith(f"{said} brought to Kafka, the oldest since 1970-01-01 00:00")


@pytest.mark.parametrize(
    ("letters", "state", "said"),
    [(0, "ok", "none wait"), (1, "warning", "1 waits for a"), (2, "warning", "2 wait for a")],
)
def test_dead_letters_are_counted(letters: int, state: str, said: str) -> None:
    """Each waits for a person, and the command that lists them is named."""
    line = letters_line(letters)

    assert state == line.state
    assert line.sentence.startswith(said)

"""The bar of a move: nothing for what is quick, a bar a step for what is not."""

import pytest

from services.cli_migrate import SHOWN_AFTER_SECONDS, _Bar
from services.runtime.clock import ManualClock


def test_a_short_move_shows_nothing(clock: ManualClock, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever waits for a moment needs no bar."""
    bar = _Bar(clock)

    bar.show("Copying posts", 1, 2)
    bar.end()

    assert "" == capsys.readouterr().err


def test_a_long_move_names_each_step_once(
    clock: ManualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Steps come one after another, each as often as there is something to tell."""
    bar = _Bar(clock)
    clock.advance(SHOWN_AFTER_SECONDS)

    for what in ("Copying posts", "Comparing posts"):
        for done in (1, 2):
            bar.show(what, done, 2)
    bar.end()

    assert ["Copying posts", "Comparing posts"] == capsys.readouterr().err.split("\n")[:2]

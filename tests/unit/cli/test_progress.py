"""How far something long is: shown to a person who waits, and to nobody else."""

import sys

import pytest

from services.cli_progress import SHOWN_AFTER_SECONDS, Progress
from services.runtime.clock import ManualClock


@pytest.mark.parametrize(
    ("waited_seconds", "is_watched", "shown"),
    [
        (SHOWN_AFTER_SECONDS, True, True),
        (SHOWN_AFTER_SECONDS - 0.1, True, False),
        (SHOWN_AFTER_SECONDS, False, False),
    ],
)
def test_who_waits_longer_than_a_moment_sees_how_far_it_is(
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    waited_seconds: float,
    *,
    is_watched: bool,
    shown: bool,
) -> None:
    """A bar is for a person at a terminal; a file or a pipe stays free of it."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_watched)
    progress = Progress(clock, "Rehearsing")
    clock.advance(waited_seconds)

    progress.show(200, 1_000)
    progress.end()

    assert shown == ("Rehearsing" in capsys.readouterr().err)


def test_more_than_was_counted_at_first_fills_the_bar_and_no_more(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Decisions may come in while a rehearsal counts them."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = Progress(clock, "Rehearsing")
    clock.advance(SHOWN_AFTER_SECONDS)

    progress.show(1_200, 1_000)
    progress.end()

    assert "100%" in capsys.readouterr().err

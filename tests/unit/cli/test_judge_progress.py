"""How far a long judging is: shown to a person who waits, and to nobody else."""

import sys

import pytest

from services.cli_judge import COUNTED_EVERY, SHOWN_AFTER_SECONDS, _Progress
from services.runtime.clock import ManualClock


def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have standard error be a terminal, which a person looks at."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)


def test_a_short_wait_shows_nothing(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever waits for a moment needs no bar."""
    watched(monkeypatch)
    progress = _Progress(clock, 100)

    progress.show(50)
    progress.end()

    assert "" == capsys.readouterr().err


def test_a_program_is_shown_nothing(clock: ManualClock, capsys: pytest.CaptureFixture[str]) -> None:
    """What is written to a file or a pipe stays free of bars."""
    progress = _Progress(clock, 100)
    clock.advance(SHOWN_AFTER_SECONDS)

    progress.show(50)
    progress.end()

    assert "" == capsys.readouterr().err


def test_a_long_wait_shows_how_much_of_the_file_is_read(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file has a length, so there is a bar."""
    watched(monkeypatch)
    progress = _Progress(clock, 100)
    clock.advance(SHOWN_AFTER_SECONDS)

    progress.show(50)
    progress.end()

    assert "Judging" in capsys.readouterr().err


def test_a_pipe_shows_how_many_lines_there_were(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody knows how long a pipe is, so lines are counted."""
    watched(monkeypatch)
    progress = _Progress(clock, None)
    clock.advance(SHOWN_AFTER_SECONDS)

    for _ in range(COUNTED_EVERY):
        progress.show(50)
    progress.end()

    assert f"\rJudging, {COUNTED_EVERY} read\n" == capsys.readouterr().err

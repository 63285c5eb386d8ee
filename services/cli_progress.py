"""Shows how far something long is: to a person at a terminal, and only where it takes a while."""

import sys
from typing import Any, Final

import click

from services.runtime.clock import Clock

SHOWN_AFTER_SECONDS: Final = 2.0


class Progress:
    """A bar under a label, on standard error; nobody sees one in the first two seconds."""

    def __init__(self, clock: Clock, label: str) -> None:
        self._clock = clock
        self._label = label
        self._began_seconds = clock.elapsed_seconds()
        self._bar: Any = None

    def show(self, done: int, whole: int) -> None:
        """Take in that so many steps of all are done."""
        elapsed_seconds = self._clock.elapsed_seconds() - self._began_seconds
        if elapsed_seconds < SHOWN_AFTER_SECONDS or not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = click.progressbar(length=whole, label=self._label, file=sys.stderr)
        self._bar.update(max(0, min(done, whole) - self._bar.pos))

    def end(self) -> None:
        """Leave the line to what comes next."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None

"""Log lines: one JSON object each for machines, plain text for a person at a terminal.

A named edge. Post texts and authors are never logged; ids, places and reasons are.
"""

import logging
import sys
from typing import Final

import structlog

LEVELS: Final = {
    name: getattr(logging, name.upper()) for name in ("debug", "info", "warning", "error")
}


def write_log_lines(level: str, form: str | None) -> None:
    """Send log lines to standard error from `level` on, as JSON unless a person is watching."""
    plain = form == "plain" or (form is None and sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False)
            if plain
            else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )

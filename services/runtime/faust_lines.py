"""What Faust and its client have to say, as log lines of ours: one plain line each."""

import logging
from typing import Final

import structlog

LINE_LENGTH_MAX: Final = 400
_SPEAKERS: Final = ("faust", "mode", "aiokafka", "asyncio")

log = structlog.get_logger(__name__)


class _PlainLines(logging.Handler):
    """Passes a library's warnings on, without its tables, colours and pictures."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; a record that cannot be put together is told by its template."""
        try:
            said = record.getMessage()
        except (TypeError, ValueError):
            said = str(record.msg)
        if record.exc_info and record.exc_info[1] is not None:
            said = f"{said} ({type(record.exc_info[1]).__name__}: {record.exc_info[1]})"
        line = " ".join(said.split())[:LINE_LENGTH_MAX]
        speak = log.error if record.levelno >= logging.ERROR else log.warning
        speak("kafka client says", library=record.name, said=line)


def write_plain_lines() -> None:
    """Have the libraries' warnings and errors written as our log lines, and nothing else of them.

    Loggers are the process's own: this holds for everything that runs in it.
    """
    handler = _PlainLines(logging.WARNING)
    for name in _SPEAKERS:
        speaker = logging.getLogger(name)
        speaker.handlers = [handler]
        speaker.propagate = False
        speaker.setLevel(logging.WARNING)

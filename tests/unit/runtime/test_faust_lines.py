"""What Faust and its client say, as plain lines."""

import logging
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from services.runtime.faust_lines import LINE_LENGTH_MAX, write_plain_lines

SPEAKERS = ("faust", "mode", "aiokafka", "asyncio")


@pytest.fixture(autouse=True)
def _plain_lines() -> Iterator[None]:
    """Set the libraries' loggers up, and put them back as they were."""
    loggers = [logging.getLogger(name) for name in SPEAKERS]
    kept = [(each.handlers, each.propagate, each.level) for each in loggers]
    write_plain_lines()
    yield
    for each, (handlers, propagate, level) in zip(loggers, kept, strict=True):
        each.handlers, each.propagate = handlers, propagate
        each.setLevel(level)


def test_a_warning_of_many_lines_becomes_one() -> None:
    """Tables and line breaks are taken out, and a very long one is cut."""
    with capture_logs() as lines:
        logging.getLogger("faust.streams").warning("a table:\n+---+\n| %s |", "x" * 900)

    assert [line["library"] for line in lines] == ["faust.streams"]
    assert lines[0]["said"].startswith("a table: +---+ | xxx")
    assert len(lines[0]["said"]) == LINE_LENGTH_MAX


def test_an_error_tells_its_cause_without_a_traceback() -> None:
    """The exception's own words stand in the line."""
    with capture_logs() as lines:
        error = OSError("no route")
        logging.getLogger("mode.services").error("Crashed", exc_info=error)

    assert [(line["log_level"], line["said"]) for line in lines] == [
        ("error", "Crashed (OSError: no route)")
    ]


def test_banners_and_progress_are_not_written() -> None:
    """What is no warning is nobody's business."""
    with capture_logs() as lines:
        logging.getLogger("faust").info("Ready")
        logging.getLogger("aiokafka.consumer").debug("fetched")

    assert lines == []


def test_a_message_that_cannot_be_put_together_is_told_as_it_stands() -> None:
    """A slip in the library's own log line ends nothing."""
    slip = logging.LogRecord("faust", logging.WARNING, "", 0, "%d of %d", ("one",), None)

    with capture_logs() as lines:
        logging.getLogger("faust").handlers[0].emit(slip)

    assert lines[0]["said"] == "%d of %d"

"""A secret in memory shows itself to nobody who does not ask for it by name."""

import copy
import json
import logging
import pickle
import traceback

import pytest
import structlog

from services.publish.vault import Secret, account_secret
from services.runtime.errors import InputInvalidError

MARKER = "planted-7f3c-marker"


def test_no_way_of_printing_shows_it() -> None:
    """Printing, formatting and showing a structure that holds it give its name alone."""
    secret = Secret(MARKER)

    shown = f"{secret} {secret!r} {secret:>30} {[secret]} {{'a': {secret}}} %s" % secret
    assert MARKER not in shown
    assert MARKER not in str(logging.makeLogRecord({"msg": "%s", "args": (secret,)}).getMessage())


def test_no_log_line_shows_it() -> None:
    """The renderers that logs go through print what stands for it."""
    event = {"event": "sending", "credential": Secret(MARKER)}
    for renderer in (
        structlog.processors.JSONRenderer(),
        structlog.processors.KeyValueRenderer(),
        structlog.dev.ConsoleRenderer(colors=False),
    ):
        assert MARKER not in str(renderer(None, "info", dict(event)))


def test_a_traceback_with_all_its_variables_does_not_show_it() -> None:
    """An error raised beside it can be printed whole."""
    try:
        secret = Secret(MARKER)
        int(f"not a number: {secret}")
    except ValueError as error:
        lines = "".join(
            traceback.TracebackException.from_exception(error, capture_locals=True).format()
        )

    assert "Secret(hidden)" in lines
    assert MARKER not in lines


@pytest.mark.parametrize("carry", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps])
def test_it_is_carried_nowhere(carry: object) -> None:
    """What would write it out refuses."""
    with pytest.raises(TypeError):
        carry(Secret(MARKER))  # type: ignore[operator] # each takes anything


def test_it_is_revealed_and_compared_by_those_who_hold_it() -> None:
    """Equal values are equal secrets, and text is none."""
    assert MARKER == Secret(MARKER).reveal()
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_it_can_be_taken_out_of_what_others_said() -> None:
    """A platform that repeats our credential in its error tells no log of it."""
    text = Secret(MARKER).hidden_in(f"bad token {MARKER} for town")

    assert "bad token Secret(hidden) for town" == text


@pytest.mark.parametrize("value", ["", "x" * 8_193])
def test_it_is_neither_empty_nor_without_end(value: str) -> None:
    """The bound's sentence does not repeat the value."""
    with pytest.raises(InputInvalidError, match="1 to 8,192"):
        Secret(value)


def test_an_account_s_credential_has_its_id() -> None:
    """Ids say whose they are."""
    assert "account:town" == account_secret("town")

"""The API's page says what the API's own document says: each path, each status, each limit."""

import re
from http import HTTPStatus
from typing import Any, Final

import pytest

from services.console.api_guard import BODY_BYTES_MAX
from services.console.cursors import ITEMS_MAX, ITEMS_USUAL
from services.console.repeats import ANSWERS_MAX
from services.console.sign_in import (
    FAILURES_AT_ONCE,
    FAILURES_PER_SECOND,
    HALTS_AT_ONCE,
    HALTS_PER_SECOND,
    REQUESTS_AT_ONCE,
    REQUESTS_PER_SECOND,
)
from tests.docs.documents import ROOT, table
from tests.integration.console.console_parts import FakeMercat

PAGE: Final = ROOT / "docs" / "api.md"
NAMES: Final = ("team", "kind", "name", "login")
"""Parameters that the page calls by their name; all others are ids."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The API's OpenAPI document."""
    told: dict[str, Any] = FakeMercat().ask("GET", "/api/v1/openapi.json").json()
    return told


def test_every_path_is_on_the_page(document: dict[str, Any]) -> None:
    """A path is listed with each of its methods, and none that is not there."""
    listed = {
        named
        for row in table(PAGE, "Paths")
        for named in re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)`", row[0])
    }

    served = {
        f"{method.upper()} {_plain(path)}"
        for path, operations in document["paths"].items()
        for method in operations
    }
    assert served == listed


def test_every_error_is_on_the_page(document: dict[str, Any]) -> None:
    """A status that some path may answer with is explained, and no other."""
    listed = {row[0] for row in table(PAGE, "Errors")}

    answered = {
        status
        for operations in document["paths"].values()
        for operation in operations.values()
        for status in operation["responses"]
        if int(status) >= HTTPStatus.BAD_REQUEST
    }
    assert answered == listed


def test_the_limits_on_the_page_are_those_that_hold() -> None:
    """Figures in sentences are compared with those in the code."""
    text = " ".join(PAGE.read_text("utf-8").split())

    for sentence in (
        f"ask {REQUESTS_AT_ONCE} times at once and {REQUESTS_PER_SECOND:.0f} times a second",
        f"{HALTS_AT_ONCE} at once and {HALTS_PER_SECOND:.0f} a second",
        f"{ITEMS_USUAL} as usual and {ITEMS_MAX} at most",
        f"over {BODY_BYTES_MAX // 1_024} KiB",
        f"the last {ANSWERS_MAX:,} answers",
    ):
        assert sentence in text
    assert (10, 5.0) == (FAILURES_AT_ONCE, 1 / FAILURES_PER_SECOND)


def _plain(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: _parameter(found[1]), path)


def _parameter(name: str) -> str:
    return f"{{{name}}}" if name in NAMES else "{id}"

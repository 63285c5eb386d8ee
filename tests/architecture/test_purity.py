"""Files that decide are pure: what touches the world says so in its name."""

import pytest

from tests.architecture.purity import impurities, may_touch_the_world
from tests.architecture.sources import Source, python_sources

PURE = [
    source
    for source in python_sources("schemas", "services")
    if not may_touch_the_world(source.path)
]


def test_pure_files_stay_pure() -> None:
    """No file without a technology in its name does I/O, tells time or draws lots."""
    found = [sentence for source in PURE for sentence in impurities(source)]

    assert not found, "\n".join(found)


def test_there_are_pure_files() -> None:
    """The rule above has something to look at, the contracts among it."""
    assert "schemas/envelope.py" in {source.path for source in PURE}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import apsw", "imports apsw"),
        ("import os.path", "imports os.path"),
        ("import json, socket", "imports socket"),
        ("from os import environ", "imports os.environ"),
        ("from pathlib import Path", "imports pathlib.Path"),
        ("import urllib.request", "imports urllib.request"),
        ("from urllib import request", "imports urllib.request"),
        ("from importlib import resources", "imports importlib.resources"),
        ("from io import open as read", "imports io.open"),
        ("def f():\n    import time", "imports time"),
        ("if TYPE_CHECKING:\n    from psycopg import Connection", "imports psycopg.Connection"),
        ("open('x')", "calls open()"),
        ("import io\nio.open('x')", "calls io.open()"),
        ("from datetime import datetime\ndatetime.now(UTC)", "calls datetime.now()"),
        ("from datetime import datetime as moment\nmoment.utcnow()", "calls moment.utcnow()"),
        ("import datetime\ndatetime.datetime.now()", "calls datetime.now()"),
        ("import datetime as d\nd.date.today()", "calls date.today()"),
    ],
)
def test_an_impurity_is_found(text: str, what: str) -> None:
    """Each way of reaching the world is named with its line."""
    (sentence,) = impurities(Source("services/route/rules.py", text))

    assert what in sentence
    assert sentence.startswith("services/route/rules.py:")


@pytest.mark.parametrize(
    "text",
    [
        "from urllib.parse import urlsplit",
        "from datetime import UTC, datetime\ndatetime(2026, 1, 1, tzinfo=UTC)",
        "def f(clock):\n    return clock.now()",
        "from io import StringIO",
        "import io\nio.StringIO()",
        "from services.runtime import ports",
        "import timeit_of_ours",
        "reader.open()",
    ],
)
def test_what_is_pure_passes(text: str) -> None:
    """A clock given as an argument, parsing and arithmetic are no I/O."""
    assert not impurities(Source("services/route/rules.py", text))


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("services/log/sqlite_log.py", True),
        ("services/ingest/http_feeds.py", True),
        ("schemas/file_documents.py", True),
        ("services/cli.py", True),
        ("services/cli_inbox.py", True),
        ("services/bootstrap.py", True),
        ("services/settings.py", True),
        ("services/console/app.py", True),
        ("services/runtime/embedded_runner.py", True),
        ("services/runtime/worker_child.py", True),
        ("services/runtime/settings.py", False),
        ("services/route/cli.py", False),
        ("services/route/profile_.py", False),
        ("services/log/memory_log.py", False),
        ("services/console/pages.py", False),
    ],
)
def test_a_file_name_says_whether_it_may(path: str, may: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """Technologies and the edges that the design names may, and nothing that looks like them."""
    assert may is may_touch_the_world(path)

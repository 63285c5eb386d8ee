"""Tells a file that does I/O, or asks for time or chance, by what it imports and calls."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture.sources import Source

TECHNOLOGIES = (
    "sqlite_",
    "kafka_",
    "postgres_",
    "faust_",
    "opa_",
    "otel_",
    "regopy_",
    "house_",
    "http_",
    "file_",
    "smtp_",
    "system_",
    "webauthn_",
)
EDGES = (
    "services/cli*.py",
    "services/bootstrap*.py",
    "services/settings.py",
    "services/console/app*.py",
    "services/runtime/embedded_*.py",
    "services/runtime/worker_*.py",
)
BANNED_MODULES = frozenset(
    {
        "apsw",
        "confluent_kafka",
        "faust",
        "httpx",
        "importlib.resources",
        "io.open",
        "multiprocessing",
        "numpy.random",
        "opa_client",
        "opentelemetry",
        "os",
        "pathlib",
        "psycopg",
        "random",
        "regopy",
        "requests",
        "secrets",
        "shutil",
        "smtplib",
        "socket",
        "sqlite3",
        "subprocess",
        "tempfile",
        "time",
        "urllib.request",
        "uuid",
    }
)
BANNED_CALLS = frozenset({"open", "input", "breakpoint"})
CLOCK_CALLS = frozenset({"now", "utcnow", "today"})
CLOCKS = frozenset({"date", "datetime"})


def may_touch_the_world(path: str) -> bool:
    """Return whether a file's name says that it does I/O, or it is an edge named in the design."""
    file = PurePosixPath(path)
    return file.name.startswith(TECHNOLOGIES) or any(file.match(edge) for edge in EDGES)


def impurities(source: Source) -> list[str]:
    """Return a sentence for each import or call that a pure file must not have."""
    tree = ast.parse(source.text)
    clocks = CLOCKS | _clock_names(tree)
    return [
        f"{source.path}:{line}: {what}; take it as an argument, or name the file by its technology"
        for node in ast.walk(tree)
        for line, what in (*_imports(node), *_calls(node, clocks))
    ]


def _imports(node: ast.AST) -> Iterator[tuple[int, str]]:
    names: list[tuple[int, str]] = []
    if isinstance(node, ast.Import):
        names = [(node.lineno, alias.name) for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        names = [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    for line, name in names:
        steps = name.split(".")
        prefixes = {".".join(steps[:length]) for length in range(1, len(steps) + 1)}
        if prefixes & BANNED_MODULES:
            yield line, f"imports {name}"


def _calls(node: ast.AST, clocks: frozenset[str]) -> Iterator[tuple[int, str]]:
    if not isinstance(node, ast.Call):
        return
    called = node.func
    if isinstance(called, ast.Name) and called.id in BANNED_CALLS:
        yield node.lineno, f"calls {called.id}()"
    if isinstance(called, ast.Attribute):
        owner = called.value
        name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
        if (called.attr in CLOCK_CALLS and name in clocks) or (name, called.attr) == ("io", "open"):
            yield node.lineno, f"calls {name}.{called.attr}()"


def _clock_names(tree: ast.Module) -> frozenset[str]:
    """Return the names under which a file knows `datetime.datetime` and `datetime.date`."""
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "datetime"
        for alias in node.names
        if alias.name in CLOCKS
    )

"""Only publish, what wires it and the command of its own know the vault."""

import ast
from pathlib import PurePosixPath

import pytest

from tests.architecture.sources import Source, python_sources

VAULT = ("services.publish.vault", "services.publish.system_vault")
MAY_KNOW = ("services/publish/*.py", "services/bootstrap*.py", "services/cli_vault.py")


def knows_the_vault(source: Source) -> bool:
    """Return whether a file imports the vault, by whatever form of import."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return bool(names & set(VAULT))


def may_know(path: str) -> bool:
    """Return whether a file is of those that open the vault."""
    return any(PurePosixPath(path).match(pattern) for pattern in MAY_KNOW)


def test_nobody_else_imports_the_vault() -> None:
    """Console, policy, house and commands reach no credential."""
    strangers = [
        source.path
        for source in python_sources("schemas", "services")
        if knows_the_vault(source) and not may_know(source.path)
    ]

    assert [] == strangers


def test_the_vault_is_known_to_those_who_need_it() -> None:
    """The rule above has something to look at."""
    known = {source.path for source in python_sources("services") if knows_the_vault(source)}

    assert "services/publish/system_vault.py" in known


@pytest.mark.parametrize(
    "line",
    [
        "import services.publish.vault",
        "from services.publish import vault",
        "from services.publish.vault import Secret as S",
        "def f():\n    from services.publish.system_vault import StoredVault",
    ],
)
def test_each_form_of_import_is_found(line: str) -> None:
    """However it is written, an import of the vault is seen, and its place is not allowed."""
    source = Source("services/console/sly.py", line)

    assert knows_the_vault(source)
    assert not may_know(source.path)

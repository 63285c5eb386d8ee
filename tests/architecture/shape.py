"""Tells a file whose name, size or docstrings a reader would stumble over."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture.sources import Source

NAMES_THAT_SAY_NOTHING = frozenset(
    {"base", "bases", "common", "core", "helper", "helpers", "manager", "managers"}
    | {"misc", "shared", "util", "utils"}
)
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_SENTENCE_END = re.compile(r"[.!?]\s+[A-Z]")


def empty_names(path: str) -> list[str]:
    """Return a sentence for each folder or file of a path that is named after nothing."""
    steps = [*PurePosixPath(path).parts[:-1], PurePosixPath(path).stem]
    words = [(step, set(re.split(r"[^a-z]+", step.lower()))) for step in steps]
    return [
        f"{path}: {step} says nothing of what it holds; name it by the domain"
        for step, parts in words
        if parts & NAMES_THAT_SAY_NOTHING
    ]


def oversizes(source: Source) -> list[str]:
    """Return a sentence for a file that is too long, and for each function that is."""
    found = []
    lines = source.text.count("\n")
    if lines > FILE_LINES_MAX:
        found.append(f"{source.path}: {lines} lines, over {FILE_LINES_MAX}; split it by idea")
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                found.append(
                    f"{source.path}:{node.lineno}: {node.name} has {length} lines, "
                    f"over {FUNCTION_LINES_MAX}; split it by step"
                )
    return found


def undocumented(source: Source) -> list[str]:
    """Return a sentence for a module, and each public class or function, without a docstring."""
    tree = ast.parse(source.text)
    found = [] if ast.get_docstring(tree) else [f"{source.path}: the module has no docstring"]
    found += [
        f"{source.path}:{node.lineno}: {node.name} has no docstring"
        for node in _public(tree)
        if not ast.get_docstring(node)
    ]
    return found


def wordless_tests(source: Source) -> list[str]:
    """Return a sentence for each test whose docstring is not one sentence."""
    return [
        f"{source.path}:{node.lineno}: {node.name} needs a docstring of one sentence"
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not _is_one_sentence(ast.get_docstring(node) or "")
    ]


def _is_one_sentence(text: str) -> bool:
    ends = text.rstrip("\"'`)").endswith((".", "!", "?"))
    return ends and "\n\n" not in text and not _SENTENCE_END.search(text)


def _public(tree: ast.Module) -> Iterator[Definition]:
    """Walk public classes and functions, and the public methods of public classes."""
    for node in tree.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, Definition) and not inner.name.startswith("_"):
                        yield inner

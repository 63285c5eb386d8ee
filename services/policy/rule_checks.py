"""Looks through the sources of rules for what an engine would pass over in silence.

A fact that is misspelt is undefined, and a rule that looks at it never objects. A function that the
two engines carry out differently gives two answers. Neither is an error to regopy.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, get_args

from pydantic import BaseModel

from services.policy.bundle import GATE
from services.policy.fact_shape import FactShape
from services.policy.rule_trials import METADATA

_NO_CODE: Final = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|#[^\n]*')
_CALL: Final = re.compile(r"(?<![\w.])([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)\(")
_DEFINED: Final = re.compile(r"^([a-z_][a-z0-9_]*)\([^)\n]*\)", re.MULTILINE)
_FACT: Final = re.compile(r"(?<![\w.])input((?:\.[a-z_][a-z0-9_]*)+)")
_OBJECTION: Final = re.compile(r"^(?:package|reasons contains)\b", re.MULTILINE)
_WORDS: Final = frozenset({"if", "in", "not", "some", "every", "with", "contains", "set"})


class RuleFault(NamedTuple):
    """What is wrong in a source: its place, the line from 1, and a sentence with the cure."""

    path: str
    line: int
    sentence: str


def faults_of(modules: Mapping[str, str], functions: frozenset[str]) -> Iterator[RuleFault]:
    """Yield what is wrong in the modules of rules; `functions` are those that engines do alike."""
    for path, source in sorted(modules.items()):
        code = _NO_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)
        yield from _calls(path, code, functions)
        yield from _facts(path, code)
        if path != GATE:
            yield from _undescribed(path, source)


def _calls(path: str, code: str, functions: frozenset[str]) -> Iterator[RuleFault]:
    own = set(_DEFINED.findall(code))
    for found in _CALL.finditer(code):
        name = found[1]
        if name not in functions and name not in own and name not in _WORDS:
            yield RuleFault(
                path,
                _line(code, found.start()),
                f"{name}(...) is not done alike by every engine; have it found in Python.",
            )


def _facts(path: str, code: str) -> Iterator[RuleFault]:
    for found in _FACT.finditer(code):
        names = found[1][1:].split(".")
        wrong = _unknown(FactShape, names)
        if wrong is not None:
            yield RuleFault(
                path,
                _line(code, found.start()),
                f"there is no fact input.{'.'.join(names)} ({wrong!r} is not known); look in "
                "docs/policy.md.",
            )


def _unknown(shape: Any, names: list[str]) -> str | None:
    """Return the first of some names that leads nowhere in a shape, or None."""
    for name in names:
        models = _models(shape)
        if not models:
            return None
        fields = [model.model_fields[name] for model in models if name in model.model_fields]
        if not fields:
            return name
        shape = fields[0].annotation
    return None


def _models(shape: Any) -> list[type[BaseModel]]:
    """Return the models that a value of a type may be; none where it may be anything."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return [shape]
    return [model for each in get_args(shape) if each is not type(None) for model in _models(each)]


def _undescribed(path: str, source: str) -> Iterator[RuleFault]:
    for found in _OBJECTION.finditer(source):
        above = METADATA.search(source[: found.start()])
        block = above[0] if above else ""
        missing = [name for name in ("title", "description") if f"# {name}:" not in block]
        if missing:
            yield RuleFault(
                path,
                _line(source, found.start()),
                f"has no {' and no '.join(missing)}; write a METADATA block above it.",
            )


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1

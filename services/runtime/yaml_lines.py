"""YAML text to a settings model, so that every fault names its line, its place and its cure.

Taken is a subset of YAML 1.1 that holds no traps: no aliases, no tags, no merge keys; `yes`, `no`
and `17:30` are the words they look like, and only `true`, `false` and decimal numbers are more.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.composer import Composer, ComposerError

from services.runtime.errors import SettingsError
from services.runtime.yaml_sentences import Path, path_text, sentence_for

SIZE_BYTES_MAX: Final = 1_000_000
DEPTH_MAX: Final = 20
NODES_COUNT_MAX: Final = 50_000
FAULTS_SHOWN_MAX: Final = 20

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a path of keys and list places (from 0), as a sentence with its cure."""

    path: Path
    sentence: str


Check = Callable[[M], Iterable[Fault]]
"""Finds what one model cannot see of itself, such as a name that another file should declare."""


def parse_yaml(text: str, model: type[M], place: str, check: Check[M] | None = None) -> M:
    """Return the settings that a YAML text holds; `place` is what the text is called in errors.

    `check` may find more faults in settings that are well formed. Raises one SettingsError whose
    text has a line for each fault, `PLACE line N: rules[3].then.team: sentence`; list places count
    from 1 there, as people count.
    """
    document = _Document(place)
    value = document.read(text)
    settings: M | None = None
    try:
        settings = model.model_validate(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            document.add_invalid(model, detail)
    if settings is not None and check is not None:
        for fault in check(settings):
            document.add(fault.path, fault.sentence)
    document.raise_faults()
    assert settings is not None, "a model that failed has raised its faults"
    return settings


def read_yaml(text: str, place: str) -> tuple[Any, yaml.Node | None]:
    """Return a text's plain values, held against no model, and the node that they stand in.

    Raises SettingsError as `parse_yaml` does, where it is not YAML.
    """
    document = _Document(place)
    value = document.read(text)
    document.raise_faults()
    return value, document.node


@dataclass(slots=True)
class _Document:
    """The lines of everything in one text, and the faults found in it so far."""

    place: str
    lines: dict[Path, int] = field(default_factory=lambda: {(): 1})
    faults: list[tuple[int, str]] = field(default_factory=list)
    node: yaml.Node | None = None

    def read(self, text: str) -> Any:
        """Return the text's plain values. Raises SettingsError where it is not YAML."""
        if len(text.encode("utf-8", "surrogatepass")) > SIZE_BYTES_MAX:
            self._stop(1, f"the text is over {SIZE_BYTES_MAX:,} bytes; split it or shorten it.")
        loader: _Loader | None = None
        try:
            loader = _Loader(text)
            node = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._stop(mark.line + 1 if mark else 1, _syntax_sentence(error, _at(text, mark)))
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            self._stop(line, "a character here cannot stand in YAML; take it out.")
        finally:
            if loader is not None:
                loader.dispose()
        self.node = node
        return {} if node is None else self._value(node, ())

    def add(self, path: Path, sentence: str) -> None:
        """Note a fault at a path, or at the nearest place above it that the text holds."""
        known = path
        while known not in self.lines:
            known = known[:-1]
        shown = path_text(path)
        self.faults.append((self.lines[known], f"{shown}: {sentence}" if shown else sentence))

    def add_invalid(self, model: type[BaseModel], detail: Any) -> None:
        """Note a fault that pydantic found."""
        path: Path = ()
        for part in detail["loc"]:
            # Names of union members stand between the keys; the text holds no such place.
            if (*path, part) in self.lines:
                path = (*path, part)
        if detail["type"] == "missing":
            path = (*path, detail["loc"][-1])
        self.add(path, sentence_for(model, path, detail))

    def raise_faults(self) -> None:
        """Raise one SettingsError if there are faults, in the order of their lines."""
        if not self.faults:
            return
        faults = sorted(self.faults, key=lambda fault: fault[0])
        shown = [
            f"{self.place} line {line}: {sentence}" for line, sentence in faults[:FAULTS_SHOWN_MAX]
        ]
        if len(faults) > FAULTS_SHOWN_MAX:
            shown.append(f"and {len(faults) - FAULTS_SHOWN_MAX} more")
        raise SettingsError("\n".join(shown))

    def _stop(self, line: int, sentence: str) -> None:
        self.faults.append((line, sentence))
        self.raise_faults()

    def _value(self, node: yaml.Node, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, place)) for place, item in enumerate(node.value)]
        return _SCALARS[node.tag](node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.faults.append((line, "a key must be a single word or text; rewrite it so."))
                continue
            key = key_node.value
            below = (*path, key)
            if key in values:
                again = f"stands here again, first on line {self.lines[below]}; keep one of them."
                self.faults.append((line, f"{path_text(below)}: {again}"))
                continue
            self.lines[below] = line
            values[key] = self._value(value_node, below)
        return values


class _Loader(Composer, yaml.CSafeLoader):
    """Composes nodes within the bounds, and knows fewer words than YAML 1.1 does.

    libyaml reads the text, some five times sooner than Python does.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own shape

    def __init__(self, text: str) -> None:
        yaml.CSafeLoader.__init__(self, text)
        Composer.__init__(self)
        self._depth = 0
        self._nodes_count = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node, refusing what the subset leaves out."""
        event: Any = self.peek_event()
        problem = self._problem(event)
        if problem is not None:
            raise ComposerError(None, None, problem, event.start_mark)
        self._nodes_count += 1
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _problem(self, event: Any) -> str | None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return "anchors and aliases (& and *) are not taken; write it out, or use quotes"
        if getattr(event, "tag", None) not in {None, "!"}:
            return "tags (!) are not taken; leave it out, or use quotes"
        if self._depth >= DEPTH_MAX:
            return f"this is nested over {DEPTH_MAX} deep; flatten it"
        if self._nodes_count >= NODES_COUNT_MAX:
            return f"there are over {NODES_COUNT_MAX:,} entries; shorten the text"
        return None


_TAG: Final = "tag:yaml.org,2002:"
_SCALARS: Final[dict[str, Callable[[str], Any]]] = {
    f"{_TAG}null": lambda _text: None,
    f"{_TAG}bool": lambda text: text.lower() == "true",
    f"{_TAG}int": int,
    f"{_TAG}float": float,
    f"{_TAG}str": str,
}
# PyYAML looks a pattern up by the first character of the word.
_Loader.add_implicit_resolver(
    f"{_TAG}null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_Loader.add_implicit_resolver(
    f"{_TAG}bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    f"{_TAG}int", re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})$"), list("-+0123456789")
)
_Loader.add_implicit_resolver(
    f"{_TAG}float",
    re.compile(r"^[-+]?(?:[0-9]{1,30}\.[0-9]{0,30}|\.[0-9]{1,30})(?:[eE][-+]?[0-9]{1,3})?$"),
    list("-+0123456789."),
)


def _at(text: str, mark: yaml.Mark | None) -> str:
    """Return the character at a mark, or nothing."""
    lines = [] if mark is None else text.split("\n")[mark.line : mark.line + 1]
    return lines[0][mark.column : mark.column + 1] if mark is not None and lines else ""


def _syntax_sentence(error: yaml.MarkedYAMLError, character: str) -> str:
    problem = error.problem or error.context or "it cannot be read"
    if character == "\t":
        return "a tab stands here; indent with spaces."
    if isinstance(error, ComposerError) and "single document" not in (error.context or ""):
        return f"{problem}."
    if isinstance(error, ComposerError):
        return "a second document (---) begins here; keep one to a file."
    return f"this is not YAML: {problem}; look for a wrong indent, a missing colon or quote."

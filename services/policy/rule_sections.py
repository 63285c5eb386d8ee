"""Fills the sections that kept rules lack, as the files that come with this program have them.

A body's own rules are kept to the letter, and a later program may need more of their data than
they say. What is filled in is text like theirs, so that what is asked can be read and proposed.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pydantic import BaseModel
from yaml import MappingNode, Node

from services.policy.rule_data import ALL_DATA
from services.runtime.yaml_lines import read_yaml

Delivered = Mapping[str, str]
"""The YAML texts that come with this program, by the name of their file without the ending."""

NOTHING_DELIVERED: Final[Delivered] = MappingProxyType({})
"""Fills nothing: what lacks a section is refused."""

Place = tuple[str, ...]


class Completed(NamedTuple):
    """Texts with what they lacked, and the places of that: `authority.trust`, or a whole file."""

    texts: Mapping[str, str]
    filled: tuple[str, ...]


class _Insertion(NamedTuple):
    """A text to put in before a character, lines and columns from 0."""

    line: int
    column: int
    text: str


def completed(texts: Mapping[str, str], delivered: Delivered) -> Completed:
    """Return texts with every required key that they lack, where what is delivered has it.

    What is there already stays to the letter. Raises SettingsError where a text is no YAML.
    """
    whole, filled = dict(texts), list[str]()
    for name in sorted(ALL_DATA.keys() & delivered.keys()):
        if name not in texts:
            whole[name] = delivered[name]
            filled.append(name)
            continue
        value, node = read_yaml(texts[name], f"data/{name}.yaml")
        lacking = list(_lacking(ALL_DATA[name], value))
        theirs, sections = read_yaml(delivered[name], name) if lacking else ({}, None)
        places = [place for place in lacking if _holds(theirs, place)]
        if places:
            added = _Sections(delivered[name], theirs, sections)
            whole[name] = _with_sections(texts[name], node, places, added)
            filled += [".".join((name, *place)) for place in places]
    return Completed(whole, tuple(filled))


def data_without(data: Mapping[str, Any], filled: Sequence[str]) -> Mapping[str, Any]:
    """Return the data of rules without what was filled in: what their author wrote."""
    written = dict(data)
    for place in filled:
        _take_out(written, place.split("."))
    return written


class _Sections(NamedTuple):
    """A delivered text: its values, and where they stand."""

    text: str
    value: Any
    node: Node | None

    def text_of(self, name: str) -> str:
        """Return a section with the comments right above it."""
        lines = self.text.splitlines()
        keys = self.node.value if isinstance(self.node, MappingNode) else ()
        begins = {key.value: _first_line(lines, key.start_mark.line) for key, _ in keys}
        ends = dict(pairwise([*begins.values(), len(lines)]))
        section = lines[begins[name] : ends[begins[name]]]
        return "\n".join(section).rstrip("\n") + "\n"

    def pair_of(self, place: Place) -> str:
        """Return a key with its value, on one line."""
        value = self.value
        for name in place:
            value = value[name]
        return f"{place[-1]}: {json.dumps(value, ensure_ascii=False)}"


def _first_line(lines: Sequence[str], line: int) -> int:
    while line and lines[line - 1].startswith("#"):
        line -= 1
    return line


def _lacking(model: type[BaseModel], value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the places of required keys that are not there, the outermost of each."""
    for name, field in model.model_fields.items() if isinstance(value, Mapping) else ():
        if name not in value:
            if field.is_required():
                yield (*place, name)
        elif isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _lacking(field.annotation, value[name], (*place, name))


def _holds(value: Any, place: Place) -> bool:
    for name in place:
        if not isinstance(value, Mapping) or name not in value:
            return False
        value = value[name]
    return True


def _with_sections(text: str, node: Node | None, places: Sequence[Place], added: _Sections) -> str:
    """Return a text with sections at its end, and single keys first in the section they are of."""
    behind = list[str]()
    within = defaultdict[Place, list[str]](list)
    for place in places:
        parent = _node_at(node, place[:-1])
        if len(place) == 1 and (parent is None or not parent.flow_style):
            behind.append(added.text_of(place[0]))
        else:
            within[place[:-1]].append(added.pair_of(place))
    lines = text.splitlines(keepends=True)
    insertions = [_insertion(_node_at(node, place), pairs) for place, pairs in within.items()]
    for line, column, inserted in sorted(filter(None, insertions), reverse=True):
        lines[line] = lines[line][:column] + inserted + lines[line][column:]
    if behind and lines and not lines[-1].endswith("\n"):
        lines.append("\n")
    return "\n".join(["".join(lines), *behind])


def _node_at(node: Node | None, place: Place) -> MappingNode | None:
    for name in place:
        pairs = node.value if isinstance(node, MappingNode) else ()
        node = next((value for key, value in pairs if key.value == name), None)
    return node if isinstance(node, MappingNode) else None


def _insertion(parent: MappingNode | None, pairs: Sequence[str]) -> _Insertion | None:
    if parent is None:
        return None
    if parent.flow_style:
        brace = parent.start_mark
        behind = ", " if parent.value else ""
        return _Insertion(brace.line, brace.column + 1, ", ".join(pairs) + behind)
    first = parent.value[0][0].start_mark
    indent = " " * first.column
    return _Insertion(first.line, 0, "".join(f"{indent}{pair}\n" for pair in pairs))


def _take_out(data: dict[str, Any], place: Sequence[str]) -> None:
    name, *within = place
    if not within:
        del data[name]
        return
    data[name] = dict(data[name])
    _take_out(data[name], within)

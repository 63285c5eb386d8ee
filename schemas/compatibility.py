"""Which changes to a released JSON Schema would break those who write or read its events.

Old events lie in topics for days and old readers run for months, so a released version has to hold
both ways: new readers take old events, and old readers take new events. What that leaves is small
and is the rule: **a version may gain optional properties; anything else is version N+1 beside N.**
A rule made wider (a longer text, a new value in a list) therefore breaks as a narrower one does.

One exception: a property whose released schema says `"x-open": true` may gain listed values, since
its readers were told from the start to take values they do not know.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any]

OPEN: Final = "x-open"

_WORDS_FOR_PEOPLE: Final = frozenset(
    {"$comment", "$defs", "$id", "$schema", "deprecated", "description", "examples", "title", OPEN}
)
_SEVERAL: Final = ("allOf", "patternProperties", "prefixItems")
_STRUCTURE: Final = frozenset(
    {"$ref", "additionalProperties", "anyOf", "const", "enum", "items", "oneOf", "properties"}
    | {"required", *_SEVERAL}
)
_LOWER_BOUNDS: Final = frozenset({"exclusiveMinimum", "minItems", "minLength", "minimum"})
_UPPER_BOUNDS: Final = frozenset({"exclusiveMaximum", "maxItems", "maxLength", "maximum"})
_OLD_REFUSE: Final = "readers of the released version would refuse what is written now"
_NEW_REFUSE: Final = "events already written would be refused"
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class _Pair:
    """The same place in both schemas; `path` names it, `seen` guards against circles."""

    old_root: Schema
    new_root: Schema
    old: Schema
    new: Schema
    path: str = ""
    seen: frozenset[tuple[str, str]] = frozenset()

    @property
    def name(self) -> str:
        return self.path or "the event"

    def inner(self, old: Schema, new: Schema, step: str) -> "_Pair":
        joint = "." if self.path and step and not step.startswith("[") else ""
        path = f"{self.path}{joint}{step}"
        return _Pair(self.old_root, self.new_root, old, new, path, self.seen)


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Return a plain sentence, with its place, for each change that `old` does not survive.

    `old` is the released schema, `new` the one that would take its place. `$ref` is followed
    within each document; one that leads nowhere raises KeyError.
    """
    return _compare(_Pair(old, new, old, new))


def _compare(pair: _Pair) -> list[str]:
    references = (str(pair.old.get("$ref", "")), str(pair.new.get("$ref", "")))
    if any(references):
        if references in pair.seen:
            return []
        pair = _Pair(
            pair.old_root,
            pair.new_root,
            _resolved(pair.old_root, pair.old),
            _resolved(pair.new_root, pair.new),
            pair.path,
            pair.seen | {references},
        )
    if _branches(pair.old) or _branches(pair.new):
        return [*_defaults(pair), *_alternatives(pair)]
    return [
        *_keywords(pair),
        *_values(pair),
        *_properties(pair),
        *_additional(pair),
        *_items(pair),
        *_parts(pair),
    ]


def _resolved(root: Schema, schema: Schema) -> Schema:
    """Return the schema a `$ref` points at, with what stands beside the reference laid over it."""
    while "$ref" in schema:
        target: Any = root
        for step in str(schema["$ref"]).removeprefix("#").split("/")[1:]:
            target = target[step.replace("~1", "/").replace("~0", "~")]
        beside = {word: value for word, value in schema.items() if word != "$ref"}
        schema = {**target, **beside}
    return schema


def _branches(schema: Schema) -> list[Schema]:
    """Return the alternatives a schema allows, or none where it allows one thing only."""
    return [*schema.get("anyOf", ()), *schema.get("oneOf", ())]


def _alternatives(pair: _Pair) -> list[str]:
    """Compare branch with branch, told apart by what kind of value each allows."""
    old = _by_kind(pair.old_root, _branches(pair.old) or [_without_default(pair.old)])
    new = _by_kind(pair.new_root, _branches(pair.new) or [_without_default(pair.new)])
    found = [f"{pair.name}: may no longer be {kind}; {_NEW_REFUSE}." for kind in old.keys() - new]
    found += [f"{pair.name}: may now also be {kind}; {_OLD_REFUSE}." for kind in new.keys() - old]
    for kind in sorted(old.keys() & new.keys()):
        found += _compare(pair.inner(old[kind], new[kind], ""))
    return sorted(found)


def _without_default(schema: Schema) -> Schema:
    return {word: value for word, value in schema.items() if word != "default"}


def _by_kind(root: Schema, branches: list[Schema]) -> dict[str, Schema]:
    kinds: dict[str, Schema] = {}
    for branch in branches:
        schema = _resolved(root, branch)
        kind = str(schema.get("type", "of any type"))
        if kind == "object":
            kind = f"an object {schema.get('title', '')}".strip()
        while kind in kinds:
            kind = f"{kind} (another)"
        kinds[kind] = branch
    return kinds


def _keywords(pair: _Pair) -> list[str]:
    """Compare what is neither structure nor a list of values: type, bounds, pattern, default."""
    words = (pair.old.keys() | pair.new.keys()) - _WORDS_FOR_PEOPLE - _STRUCTURE
    return [change for word in sorted(words) for change in _keyword(pair, word)]


def _defaults(pair: _Pair) -> list[str]:
    return _keyword(pair, "default")


def _keyword(pair: _Pair, word: str) -> list[str]:
    old, new = pair.old.get(word, _ABSENT), pair.new.get(word, _ABSENT)
    # Python holds True equal to 1, JSON does not.
    if old == new and isinstance(old, bool) == isinstance(new, bool):
        return []
    return [_sentence(pair.name, word, old, new)]


def _sentence(place: str, word: str, old: Any, new: Any) -> str:
    change = f"{place}: {word} was {_shown(old)}, is now {_shown(new)}"
    if word == "default":
        return f"{change}; an event without it would come to mean something else."
    if word not in _LOWER_BOUNDS | _UPPER_BOUNDS:
        return f"{change}; that is another contract."
    if old is _ABSENT:
        narrower = True
    elif new is _ABSENT:
        narrower = False
    else:
        narrower = new > old if word in _LOWER_BOUNDS else new < old
    return f"{change}, narrower; {_NEW_REFUSE}." if narrower else f"{change}, wider; {_OLD_REFUSE}."


def _shown(value: Any) -> str:
    return "absent" if value is _ABSENT else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _values(pair: _Pair) -> list[str]:
    """Compare the values a property may have; `const` is a list of one."""
    old, new = _listed(pair.old), _listed(pair.new)
    if old is None and new is None:
        return []
    if old is None:
        return [f"{pair.name}: any value was allowed, now only listed ones; {_NEW_REFUSE}."]
    if new is None:
        return [f"{pair.name}: only listed values were allowed, now any; {_OLD_REFUSE}."]
    found = [
        f"{pair.name}: no longer allows {value}; {_NEW_REFUSE}." for value in sorted(old - new)
    ]
    if pair.old.get(OPEN) is not True:
        found += [f"{pair.name}: now allows {value}; {_OLD_REFUSE}." for value in sorted(new - old)]
    return found


def _listed(schema: Schema) -> set[str] | None:
    if "const" in schema:
        return {_shown(schema["const"])}
    return {_shown(value) for value in schema["enum"]} if "enum" in schema else None


def _properties(pair: _Pair) -> list[str]:
    old, new = pair.old.get("properties", {}), pair.new.get("properties", {})
    required_before = set(pair.old.get("required", ()))
    required_now = set(pair.new.get("required", ()))
    found = [
        f"{pair.inner({}, {}, name).path}: removed, and a renamed property is a removed one; "
        "whoever reads it goes without."
        for name in sorted(old.keys() - new.keys())
    ]
    found += [
        f"{pair.inner({}, {}, name).path}: newly required; {_NEW_REFUSE}."
        for name in sorted(new.keys() & (required_now - required_before))
    ]
    found += [
        f"{pair.inner({}, {}, name).path}: no longer required; {_OLD_REFUSE}."
        for name in sorted(new.keys() & (required_before - required_now))
    ]
    for name in sorted(old.keys() & new.keys()):
        found += _compare(pair.inner(old[name], new[name], name))
    return found


def _additional(pair: _Pair) -> list[str]:
    """Compare what is said of properties that are not named."""
    old = pair.old.get("additionalProperties", True)
    new = pair.new.get("additionalProperties", True)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return _compare(pair.inner(old, new, "[any name]"))
    if old == new:
        return []
    if old is True or new is False:
        return [f"{pair.name}: other properties are narrowed; {_NEW_REFUSE}."]
    return [f"{pair.name}: other properties are now free; {_OLD_REFUSE}."]


def _items(pair: _Pair) -> list[str]:
    old, new = pair.old.get("items"), pair.new.get("items")
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return _compare(pair.inner(old, new, "[]"))
    if old == new:
        return []
    return [f"{pair.name}: what its items may be was changed; that is another contract."]


def _parts(pair: _Pair) -> list[str]:
    """Compare the keywords that hold several schemas at once, part by part."""
    found = []
    for word in _SEVERAL:
        old, new = _named(pair.old.get(word, {})), _named(pair.new.get(word, {}))
        if old.keys() != new.keys():
            found.append(f"{pair.name}: {word} gained or lost a part; that is another contract.")
        for name in sorted(old.keys() & new.keys()):
            found += _compare(pair.inner(old[name], new[name], f"[{word} {name}]"))
    return found


def _named(parts: Mapping[str, Schema] | list[Schema]) -> Mapping[str, Schema]:
    if isinstance(parts, Mapping):
        return parts
    return {str(number): part for number, part in enumerate(parts)}

"""Compatibility: each kind of breaking change is found and named, and what is safe passes."""

from copy import deepcopy
from typing import Any

import pytest

from schemas.compatibility import breaking_changes
from schemas.documents import event_schema, events_by_type
from schemas.envelope import Event

RELEASED: dict[str, Any] = {
    "type": "object",
    "required": ["id", "post"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 32},
        "kind": {"const": "bin"},
        "post": {"$ref": "#/$defs/Post"},
        "urgent": {"type": "boolean", "default": False},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "$defs": {
        "Post": {
            "type": "object",
            "title": "Post",
            "required": ["text", "channel"],
            "properties": {
                "text": {"type": "string", "maxLength": 100, "pattern": "^[a-z]+$"},
                "place": {
                    "anyOf": [{"type": "string", "maxLength": 50}, {"type": "null"}],
                    "default": None,
                },
                "channel": {"type": "string", "enum": ["feed", "phone"]},
                "mood": {"type": "string", "enum": ["good", "bad"], "x-open": True},
                "score": {"type": "number", "minimum": 0, "maximum": 1},
                "pictures": {
                    "type": "array",
                    "maxItems": 4,
                    "items": {"$ref": "#/$defs/Picture"},
                },
                "pair": {"type": "array", "prefixItems": [{"type": "string"}]},
                "answers": {"type": "array", "items": {"$ref": "#/$defs/Post"}},
            },
        },
        "Picture": {
            "type": "object",
            "title": "Picture",
            "properties": {"alt": {"type": "string"}},
        },
    },
}
POST = ("$defs", "Post")
FIELDS = (*POST, "properties")
ABSENT = object()


def changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """Return the released schema with one place set to another value, or taken out."""
    schema: Any = deepcopy(RELEASED)
    place = schema
    for step in path[:-1]:
        place = place[step]
    if value is ABSENT:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return dict(schema)


BREAKING: list[tuple[tuple[str | int, ...], Any, str]] = [
    ((*FIELDS, "place"), ABSENT, "post.place: removed"),
    ((*POST, "required"), ["text", "channel", "score"], "post.score: newly required"),
    ((*POST, "required"), ["text"], "post.channel: no longer required"),
    ((*FIELDS, "text", "type"), "integer", 'post.text: type was "string", is now "integer"'),
    ((*FIELDS, "text", "maxLength"), 50, "post.text: maxLength was 100, is now 50, narrower"),
    ((*FIELDS, "text", "maxLength"), 200, "post.text: maxLength was 100, is now 200, wider"),
    ((*FIELDS, "text", "maxLength"), ABSENT, "is now absent, wider"),
    ((*FIELDS, "text", "minLength"), 1, "minLength was absent, is now 1, narrower"),
    ((*FIELDS, "text", "pattern"), "^[a-f]+$", 'post.text: pattern was "^[a-z]+$"'),
    ((*FIELDS, "text", "format"), "date", 'post.text: format was absent, is now "date"'),
    ((*FIELDS, "score", "minimum"), 0.5, "post.score: minimum was 0, is now 0.5, narrower"),
    ((*FIELDS, "score", "minimum"), -1, "post.score: minimum was 0, is now -1, wider"),
    ((*FIELDS, "pictures", "maxItems"), 2, "post.pictures: maxItems was 4, is now 2, narrower"),
    ((*FIELDS, "channel", "enum"), ["feed"], 'post.channel: no longer allows "phone"'),
    ((*FIELDS, "channel", "enum"), ["feed", "phone", "fax"], 'post.channel: now allows "fax"'),
    ((*FIELDS, "channel", "enum"), ABSENT, "only listed values were allowed, now any"),
    ((*FIELDS, "text", "enum"), ["a"], "any value was allowed, now only listed ones"),
    ((*FIELDS, "mood", "enum"), ["good"], 'post.mood: no longer allows "bad"'),
    (("properties", "kind", "const"), "lamp", 'kind: no longer allows "bin"'),
    (("properties", "urgent", "default"), True, "urgent: default was false, is now true"),
    (("properties", "urgent", "default"), 0, "urgent: default was false, is now 0"),
    ((*FIELDS, "place", "default"), "here", "post.place: default was null"),
    ((*FIELDS, "place", "anyOf"), [{"type": "null"}], "post.place: may no longer be string"),
    (
        (*FIELDS, "place", "anyOf"),
        [{"type": "string", "maxLength": 50}],
        "post.place: may no longer be null",
    ),
    (
        (*FIELDS, "place", "anyOf"),
        [{"type": "string", "maxLength": 50}, {"type": "null"}, {"type": "integer"}],
        "post.place: may now also be integer",
    ),
    ((*FIELDS, "place", "anyOf", 0, "maxLength"), 5, "post.place: maxLength was 50, is now 5"),
    (
        (*FIELDS, "text"),
        {"anyOf": [{"type": "string", "maxLength": 100, "pattern": "^[a-z]+$"}, {"type": "null"}]},
        "post.text: may now also be null",
    ),
    (("$defs", "Picture", "properties", "alt", "type"), "array", "post.pictures[].alt: type"),
    ((*FIELDS, "pictures", "items"), ABSENT, "post.pictures: what its items may be was changed"),
    ((*FIELDS, "pair", "prefixItems"), [], "post.pair: prefixItems gained or lost a part"),
    ((*FIELDS, "pair", "prefixItems", 0, "type"), "null", "post.pair[prefixItems 0]: type was"),
    ((*POST, "additionalProperties"), False, "post: other properties are narrowed"),
    (("properties", "labels", "additionalProperties"), True, "labels: other properties are now"),
    (
        ("properties", "labels", "additionalProperties", "type"),
        "integer",
        "labels[any name]: type was",
    ),
    (("properties", "post"), {"type": "string"}, 'post: type was "object", is now "string"'),
    (("type",), "array", 'the event: type was "object", is now "array"'),
    (("unheardOf",), 1, "the event: unheardOf was absent, is now 1; that is another contract"),
]

SAFE: list[tuple[tuple[str | int, ...], Any]] = [
    ((*FIELDS, "weather"), {"type": "string"}),
    ((*FIELDS, "weather"), {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}),
    (("properties", "place"), {"$ref": "#/$defs/Picture"}),
    (("$defs", "Picture", "properties", "width"), {"type": "integer"}),
    ((*FIELDS, "text", "description"), "What was said."),
    ((*FIELDS, "text", "title"), "Words"),
    ((*FIELDS, "mood", "enum"), ["good", "bad", "mixed"]),
    ((*FIELDS, "channel", "enum"), ["phone", "feed"]),
    ((*POST, "required"), ["channel", "text"]),
    ((*FIELDS, "place", "anyOf"), [{"type": "null"}, {"type": "string", "maxLength": 50}]),
    (("properties", "kind"), {"enum": ["bin"]}),
    ((*POST, "additionalProperties"), True),
    (("$defs", "Unused"), {"type": "string"}),
    (("$id",), "urn:another"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), BREAKING)
def test_a_breaking_change_is_named_with_its_place(
    path: tuple[str | int, ...], value: Any, sentence: str
) -> None:
    """Each kind of change that old events or old readers do not survive is said in a sentence."""
    found = breaking_changes(RELEASED, changed(path, value))

    assert any(sentence in change for change in found), found
    assert all(change.endswith(".") for change in found)


@pytest.mark.parametrize(("path", "value"), SAFE)
def test_a_safe_change_passes(path: tuple[str | int, ...], value: Any) -> None:
    """Optional properties, words for people and the order of lists may change."""
    new = changed(path, value)

    assert new != RELEASED
    assert not breaking_changes(RELEASED, new)


def test_a_renamed_property_is_a_removed_one() -> None:
    """A new name for an old thing is told to whoever renamed it."""
    new = changed((*FIELDS, "score"), ABSENT)
    new["$defs"]["Post"]["properties"]["points"] = {"type": "number", "minimum": 0, "maximum": 1}

    found = breaking_changes(RELEASED, new)

    assert found
    assert all("post" in change and ".score: removed" in change for change in found)


def test_a_definition_may_move() -> None:
    """What a reference leads to counts, not what it is called."""
    new = deepcopy(RELEASED)
    new["$defs"]["Image"] = new["$defs"].pop("Picture")
    new["$defs"]["Post"]["properties"]["pictures"]["items"]["$ref"] = "#/$defs/Image"

    assert not breaking_changes(RELEASED, new)


def test_what_stands_beside_a_reference_counts() -> None:
    """A bound beside a `$ref` is compared as if it stood in the definition."""
    new = deepcopy(RELEASED)
    new["properties"]["post"]["minProperties"] = 1

    (change,) = breaking_changes(RELEASED, new)

    assert change.startswith("post: minProperties was absent")


def test_a_reference_to_nothing_is_no_silence() -> None:
    """A schema that points nowhere raises instead of passing."""
    new = changed(("properties", "post"), {"$ref": "#/$defs/Gone"})

    with pytest.raises(KeyError, match="Gone"):
        breaking_changes(RELEASED, new)


def test_branches_of_objects_are_told_apart_by_title() -> None:
    """A choice between two objects is compared object with object."""
    first = {"type": "object", "title": "First", "properties": {"a": {"type": "string"}}}
    second = {"type": "object", "title": "Second", "properties": {"b": {"type": "string"}}}
    longer = {**second, "properties": {"b": {"type": "string", "maxLength": 3}}}

    found = breaking_changes({"oneOf": [first, second]}, {"oneOf": [longer, first]})

    assert len(found) == 1
    assert found[0].startswith("b: maxLength was absent, is now 3")


@pytest.mark.parametrize("event", events_by_type().values(), ids=lambda event: event.__name__)
def test_a_schema_is_compatible_with_itself(event: type[Event]) -> None:
    """An unchanged contract breaks nothing."""
    schema = event_schema(event)

    assert not breaking_changes(schema, deepcopy(schema))


@pytest.mark.parametrize("event", events_by_type().values(), ids=lambda event: event.__name__)
def test_no_property_of_a_real_contract_can_be_lost(event: type[Event]) -> None:
    """Taking any one property out of any object of a contract is found."""
    released = event_schema(event)
    places = [("",), *(("$defs", name) for name in released["$defs"])]
    for place in places:
        for name in objects_at(released, place).get("properties", {}):
            new = deepcopy(released)
            del objects_at(new, place)["properties"][name]

            found = breaking_changes(released, new)

            assert any(f"{name}: removed" in change for change in found), (place, name)


def objects_at(schema: dict[str, Any], place: tuple[str, ...]) -> dict[str, Any]:
    """Return the object at a place of a schema; an empty step stays where it is."""
    found = schema
    for step in place:
        found = found[step] if step else found
    return found

"""An old consumer reads new events: all that is written today fits every contract ever released."""

import importlib.util
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import schemas
from schemas.codec import encode_event
from schemas.compatibility import breaking_changes
from schemas.documents import event_schema, events_by_type, schema_file
from schemas.envelope import Event
from schemas.topics import TEAM_POSTS
from tests.unit.schemas.strategies import events_of

FOLDER = Path(schemas.__file__).parent
EVENTS = events_by_type()
RELEASED = {
    name: json.loads((FOLDER / "released" / schema_file(name)).read_bytes())
    for name in EVENTS
    if (FOLDER / "released" / schema_file(name)).exists()
}
EXAMPLES = sorted((FOLDER / "examples").glob("*/*.json"))
Path_ = tuple[str, ...]


class OldConsumer:
    """A consumer made when a contract was released: it knows the fields that stood there then."""

    def __init__(self, released: Mapping[str, Any]) -> None:
        self._released = released
        self._as_released = Draft202012Validator(released)
        self._exact = Draft202012Validator(closed(released))

    def faults(self, value: bytes) -> list[str]:
        """Return why it could not read an event, by JSON Schema and with what it knows alone."""
        content = json.loads(value)
        found = [error.message for error in self._as_released.iter_errors(content)]
        known = self.read(value)
        return found + [error.message for error in self._exact.iter_errors(known)]

    def read(self, value: bytes) -> dict[str, Any]:
        """Return an event's fields as far as it knows them."""
        known: dict[str, Any] = self._known(self._released, json.loads(value))
        return known

    def _known(self, schema: Mapping[str, Any], value: Any) -> Any:
        schema = self._meant(schema, value)
        if isinstance(value, dict) and "properties" in schema:
            names = schema["properties"]
            return {
                name: self._known(names[name], inner)
                for name, inner in value.items()
                if name in names
            }
        if isinstance(value, list) and "items" in schema:
            return [self._known(schema["items"], inner) for inner in value]
        return value

    def _meant(self, schema: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
        """Return what a schema says of a value: its reference followed, its alternative taken."""
        if "$ref" in schema:
            return self._meant(self._released["$defs"][schema["$ref"].rsplit("/", 1)[1]], value)
        for part in schema.get("anyOf", ()):
            if value is not None and part.get("type") != "null":
                return self._meant(part, value)
        return schema


def closed(schema: Any) -> Any:
    """Return a schema that takes no property it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    if isinstance(parts.get("properties"), dict) and "additionalProperties" not in parts:
        parts["additionalProperties"] = False
    return parts


def required_in(schema: Mapping[str, Any], part: Mapping[str, Any], at: Path_) -> Iterator[Path_]:
    """Yield the path of each property that must be there in every event."""
    if "$ref" in part:
        part = schema["$defs"][part["$ref"].rsplit("/", 1)[1]]
    for name in part.get("required", ()):
        yield (*at, name)
        yield from required_in(schema, part["properties"][name], (*at, name))


REQUIRED = [
    (name, path) for name, schema in RELEASED.items() for path in required_in(schema, schema, ())
]


def test_every_type_was_released() -> None:
    """No event is written that no consumer was ever promised."""
    assert EVENTS.keys() == RELEASED.keys()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_example_is_read_by_an_old_consumer(path: Path) -> None:
    """What the documents show is what was promised."""
    assert [] == OldConsumer(RELEASED[path.parent.name]).faults(path.read_bytes())


@pytest.mark.parametrize("name", RELEASED)
@given(data=st.data())
def test_every_event_of_today_is_read_by_an_old_consumer(name: str, data: st.DataObject) -> None:
    """Whatever its fields allow is within the contract that was released."""
    event = data.draw(events_of(EVENTS[name]))

    faults = OldConsumer(RELEASED[name]).faults(encode_event(event))

    assert [] == faults


@pytest.mark.parametrize("name", RELEASED)
@given(data=st.data())
def test_fields_added_since_are_passed_over(name: str, data: st.DataObject) -> None:
    """An old consumer reads the same from an event that says more."""
    content = json.loads(encode_event(data.draw(events_of(EVENTS[name]))))
    consumer = OldConsumer(RELEASED[name])
    before = consumer.read(json.dumps(content).encode())
    content |= {"addednextyear": 1}
    content["data"]["added_next_year"] = {"any": ["thing", None]}

    value = json.dumps(content).encode()

    assert [] == consumer.faults(value)
    assert before == consumer.read(value)


@pytest.mark.parametrize(
    ("name", "path"),
    REQUIRED,
    ids=lambda value: value if isinstance(value, str) else ".".join(value),
)
def test_a_field_that_is_no_longer_written_is_missed(name: str, path: Path_) -> None:
    """Each property that was promised is looked for."""
    content = json.loads((FOLDER / "examples" / name / "full.json").read_bytes())
    place = content
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]

    faults = OldConsumer(RELEASED[name]).faults(json.dumps(content).encode())

    assert any(f"'{path[-1]}' is a required property" in fault for fault in faults)


@pytest.mark.parametrize("name", RELEASED)
def test_a_contract_that_would_break_one_is_found_before_it_is_released(name: str) -> None:
    """A new required property and a removed one are named; an optional one may be added."""
    present = event_schema(EVENTS[name])
    demanding, poorer, richer = (deepcopy(present) for _ in range(3))
    demanding["properties"]["shade"] = {"type": "string"}
    demanding["required"] = [*demanding["required"], "shade"]
    del poorer["properties"]["traceparent"]
    richer["properties"]["shade"] = {"type": "string"}

    assert [] == list(breaking_changes(RELEASED[name], present))
    assert [] == list(breaking_changes(RELEASED[name], richer))
    assert ["shade: newly required"] == named(RELEASED[name], demanding)
    assert ["traceparent: removed"] == named(RELEASED[name], poorer)


def named(released: Mapping[str, Any], present: Mapping[str, Any]) -> list[str]:
    """Return the place and kind of each breaking change."""
    changes = breaking_changes(dict(released), dict(present))
    return [change.split(";")[0].split(",")[0] for change in changes]


@given(data=st.data())
def test_the_program_that_teams_begin_with_takes_every_event_of_their_topics(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """None is passed over as no event, and each is taken once."""
    program = team_consumer()
    event: type[Event] = data.draw(st.sampled_from(TEAM_POSTS.events))
    value = encode_event(data.draw(events_of(event)))
    inbox = program.Inbox(tmp_path_factory.mktemp("team") / "posts.sqlite", "waste")

    with inbox.transaction():
        inbox.take(value)
        inbox.take(value)

    handled = inbox._database.execute("SELECT count(*) FROM handled").fetchone()
    inbox.close()
    assert (1,) == handled


def team_consumer() -> Any:
    """Return the example as a module."""
    path = FOLDER.parent / "examples/team_consumer.py"
    spec = importlib.util.spec_from_file_location("team_consumer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

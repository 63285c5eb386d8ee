"""The generated documents: schemas that say what the wire holds, and a sound AsyncAPI document."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from schemas.documents import (
    ASYNC_API_FILE,
    DIALECT,
    async_api,
    channel_id,
    event_schema,
    events_by_type,
    generated_files,
    render_json,
    render_yaml,
    schema_file,
    type_of,
)
from schemas.envelope import Event
from schemas.topics import TEAM_POSTS, TOPICS, Topic

EVENTS = pytest.mark.parametrize(
    "event", events_by_type().values(), ids=lambda event: event.__name__
)
ALL_TOPICS = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)


def references(content: Any) -> Iterator[str]:
    """Walk every `$ref` in a document."""
    if isinstance(content, dict):
        if "$ref" in content:
            yield content["$ref"]
        for value in content.values():
            yield from references(value)
    elif isinstance(content, list):
        for value in content:
            yield from references(value)


def follow(document: dict[str, Any], reference: str) -> Any:
    """Return what a reference leads to, in the document or among the generated files."""
    if reference.startswith("./"):
        return generated_files()[reference.removeprefix("./")]
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


@EVENTS
def test_a_schema_is_sound(event: type[Event]) -> None:
    """Each schema is JSON Schema of the dialect it names, under the type's own address."""
    schema = event_schema(event)

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    assert schema["$id"].endswith(type_of(event))


@EVENTS
def test_a_schema_requires_what_cloudevents_requires(event: type[Event]) -> None:
    """An event without id, source, specversion or type is none."""
    required = event_schema(event)["required"]

    assert {"id", "source", "specversion", "type", "data"} <= set(required)


@EVENTS
def test_every_reference_of_a_schema_resolves(event: type[Event]) -> None:
    """No schema points at a definition that is not in it."""
    schema = event_schema(event)

    assert all(follow(schema, reference) for reference in references(schema))


def test_a_reference_to_nothing_is_found() -> None:
    """The walk above can fail."""
    broken = {"$defs": {}, "items": [{"$ref": "#/$defs/Gone"}]}

    with pytest.raises(KeyError):
        [follow(broken, reference) for reference in references(broken)]


def test_a_schema_refuses_another_type() -> None:
    """One event's schema does not take another event."""
    first, second = list(events_by_type().values())[:2]
    validator = Draft202012Validator(event_schema(first)["properties"]["type"])

    validator.validate(type_of(first))
    with pytest.raises(ValidationError):
        validator.validate(type_of(second))


def test_the_async_api_document_has_what_the_standard_requires() -> None:
    """Version, title, channels and operations stand where AsyncAPI 3.0 wants them."""
    document = async_api()

    assert document["asyncapi"] == "3.0.0"
    assert {"title", "version", "description", "license"} == set(document["info"])
    assert {"asyncapi", "info", "channels", "operations", "defaultContentType"} == set(document)


@ALL_TOPICS
def test_a_channel_says_what_its_topic_says(topic: Topic) -> None:
    """Address, events, key and retention of each topic are in its channel."""
    channel = async_api()["channels"][channel_id(topic)]
    kafka = channel["bindings"]["kafka"]

    assert topic.name == channel["address"]
    assert {event.__name__ for event in topic.events} == set(channel["messages"])
    assert f"Kept for {topic.retention_days} days" in channel["description"]
    assert f"Keyed by {topic.key}" in channel["description"]
    assert topic.partitions == kafka["partitions"]
    assert topic.retention_days * 86_400_000 == kafka["topicConfiguration"]["retention.ms"]


@ALL_TOPICS
def test_a_message_has_name_payload_and_key(topic: Topic) -> None:
    """Each message names its type, its schema's file and dialect, and what its key is."""
    channel = async_api()["channels"][channel_id(topic)]
    for event in topic.events:
        message = channel["messages"][event.__name__]

        assert type_of(event) == message["name"]
        assert f"./json/{schema_file(type_of(event))}" == message["payload"]["schema"]["$ref"]
        assert message["payload"]["schemaFormat"].endswith("draft-2020-12")
        assert topic.key in message["bindings"]["kafka"]["key"]["description"]


def test_a_channel_with_a_variable_address_names_its_parameter() -> None:
    """Whatever stands in braces in an address is described, and nothing else is."""
    channels = async_api()["channels"]
    described = {name for name, channel in channels.items() if "parameters" in channel}

    assert {channel_id(TEAM_POSTS)} == described
    assert "team" in channels[channel_id(TEAM_POSTS)]["parameters"]


@ALL_TOPICS
def test_both_ends_of_a_topic_are_operations(topic: Topic) -> None:
    """Who writes a topic sends, who reads it receives, and both on the topic's own channel."""
    channel = f"#/channels/{channel_id(topic)}"
    own = [
        operation
        for operation in async_api()["operations"].values()
        if operation["channel"]["$ref"] == channel
    ]
    actions = [operation["action"] for operation in own]

    assert len(topic.producers) == actions.count("send")
    assert len(topic.consumers) == actions.count("receive")
    assert len(own) == len(topic.producers) + len(topic.consumers)


def test_an_operation_names_messages_of_its_own_channel() -> None:
    """AsyncAPI lets an operation use no message but those of its channel."""
    for operation in async_api()["operations"].values():
        prefix = f"{operation['channel']['$ref']}/messages/"

        assert operation["messages"]
        assert all(message["$ref"].startswith(prefix) for message in operation["messages"])


def test_every_reference_of_the_async_api_document_resolves() -> None:
    """No reference leads nowhere, in the document or in the files beside it."""
    document = async_api()
    found = list(references(document))

    assert found
    assert all(follow(document, reference) for reference in found)


def test_the_yaml_says_the_same_as_the_document() -> None:
    """What is written can be read back whole, without anchors."""
    text = generated_files()[ASYNC_API_FILE]

    assert async_api() == yaml.safe_load(text)
    assert "&id" not in text


def test_rendering_is_the_same_for_the_same_content() -> None:
    """The order in which a document was built does not show, and every file ends with a newline."""
    forwards, backwards = {"a": "é", "b": 2}, {"b": 2, "a": "é"}

    assert render_json(backwards) == '{\n  "a": "é",\n  "b": 2\n}\n'
    assert render_json(forwards) == render_json(backwards)
    assert render_yaml(forwards) == render_yaml(backwards)
    assert all(text.endswith("\n") for text in generated_files().values())

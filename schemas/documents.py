"""What other programs read of the contracts: a JSON Schema per event, and one AsyncAPI document."""

import json
from collections.abc import Mapping
from typing import Any, Final

import yaml

from schemas.envelope import Event
from schemas.topics import TEAM_PLACE, TOPICS, Topic

Document = dict[str, Any]

CONTRACTS_VERSION: Final = "1.4.0"
"""Of the AsyncAPI document: raise the middle figure with each topic or event type added, the last
with each optional property."""

ASYNC_API_FILE: Final = "asyncapi.yaml"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FORMAT: Final = "application/schema+json;version=draft-2020-12"
ALWAYS_SENT: Final = ("specversion", "type")
"""What CloudEvents 1.0 requires though our models fill it in by themselves."""

_DAY_MS: Final = 24 * 60 * 60 * 1_000
_KAFKA_BINDING: Final = "0.5.0"


def type_of(event: type[Event]) -> str:
    """Return the `type` that every event of this class carries."""
    name: str = event.model_fields["type"].default
    return name


def events_by_type() -> dict[str, type[Event]]:
    """Return every event that some topic carries, by its type, sorted."""
    found = {type_of(event): event for topic in TOPICS for event in topic.events}
    return dict(sorted(found.items()))


def schema_file(event_type: str) -> str:
    """Return the name of an event type's schema, without a folder."""
    return f"{event_type}.schema.json"


def event_schema(event: type[Event]) -> Document:
    """Return the JSON Schema (2020-12) of an event as it stands in a topic.

    A property that may be absent may also be null; unknown properties are allowed, since a later
    writer may add some.
    """
    name = type_of(event)
    schema = event.model_json_schema(mode="validation")
    schema["$schema"] = DIALECT
    schema["$id"] = f"urn:mercat:contract:{name}"
    schema["title"] = name
    schema["required"] = sorted({*schema["required"], *ALWAYS_SENT})
    return schema


def channel_id(topic: Topic) -> str:
    """Return a topic's name without its variable place: what the AsyncAPI document calls it."""
    return topic.name.replace(f"{TEAM_PLACE}.", "")


def async_api() -> Document:
    """Return the AsyncAPI 3.0 document of all topics: who sends what where, under which key.

    https://www.asyncapi.com/docs/reference/specification/v3.0.0
    """
    operations: Document = {}
    for topic in TOPICS:
        operations.update(_operations(topic))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Mercat",
            "version": CONTRACTS_VERSION,
            "description": (
                "Posts from the public on their way to the team that can act on them, and what is "
                "done in the body's name. Events are CloudEvents 1.0 in structured JSON; the key "
                "of a record is its `subject`. No accepted event is lost; each is handled at least "
                "once and takes effect once per event id, so a reader passes over an id it has "
                "handled before."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {channel_id(topic): _channel(topic) for topic in TOPICS},
        "operations": operations,
    }


def generated_files() -> dict[str, str]:
    """Return every generated file's text by its path below `schemas/`."""
    files = {
        f"json/{schema_file(name)}": render_json(event_schema(event))
        for name, event in events_by_type().items()
    }
    files[ASYNC_API_FILE] = render_yaml(async_api())
    return files


def render_json(document: Mapping[str, Any]) -> str:
    """Return a document as JSON that is the same for the same content, to the byte."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def render_yaml(document: Mapping[str, Any]) -> str:
    """Return a document as YAML that is the same for the same content, to the byte."""
    return yaml.dump(
        document, Dumper=_PlainDumper, sort_keys=True, allow_unicode=True, width=100, indent=2
    )


class _PlainDumper(yaml.SafeDumper):
    """Writes equal values out in full: anchors are hard to read and some readers refuse them."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True


def _channel(topic: Topic) -> Document:
    channel: Document = {
        "address": topic.name,
        "title": topic.name,
        "summary": topic.purpose,
        "description": (
            f"Keyed by {topic.key}: records of one key keep their order. "
            f"Kept for {topic.retention_days} days. "
            f"Written by {', '.join(topic.producers)}; read by {', '.join(topic.consumers)}."
        ),
        "messages": {event.__name__: _message(topic, event) for event in topic.events},
        "bindings": {
            "kafka": {
                "bindingVersion": _KAFKA_BINDING,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["delete"],
                    "retention.ms": topic.retention_days * _DAY_MS,
                },
            }
        },
    }
    if TEAM_PLACE in topic.name:
        channel["parameters"] = {"team": {"description": "A team's id, as the settings list it."}}
    return channel


def _message(topic: Topic, event: type[Event]) -> Document:
    name = type_of(event)
    return {
        "name": name,
        "title": event.__name__,
        "summary": (event.__doc__ or "").strip(),
        "payload": {
            "schemaFormat": SCHEMA_FORMAT,
            "schema": {"$ref": f"./json/{schema_file(name)}"},
        },
        "bindings": {
            "kafka": {
                "bindingVersion": _KAFKA_BINDING,
                "key": {
                    "type": "string",
                    "description": f"The {topic.key}: the event's `subject`, in UTF-8.",
                },
            }
        },
    }


def _operations(topic: Topic) -> Document:
    channel = channel_id(topic)
    operations: Document = {}
    for action, services in (("send", topic.producers), ("receive", topic.consumers)):
        for service in services:
            operations[f"{service.replace(' ', '-')}.{action}.{channel}"] = {
                "action": action,
                "summary": f"{service} {action}s {topic.name}".capitalize(),
                "channel": {"$ref": f"#/channels/{channel}"},
                "messages": [
                    {"$ref": f"#/channels/{channel}/messages/{event.__name__}"}
                    for event in topic.events
                ],
            }
    return operations

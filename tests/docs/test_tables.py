"""The tables of the documents hold what the code holds, row by row."""

from datetime import time
from pathlib import Path
from typing import Any, Final

import click
import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.topics import TOPICS
from services.cli import VERBS, mercat
from services.house.configuration import HousePlatformSettings
from services.ingest.configuration import (
    ContactColumns,
    ContactLogSettings,
    FeedSettings,
    HouseSettings,
    ReplaySettings,
    WebhookSettings,
)
from services.ingest.post_row import PostRow
from services.policy.bell_configuration import BellSettings, BellWebhook, SmtpSettings
from services.policy.configuration import (
    AccountSettings,
    OwnContacts,
    RetentionSettings,
    SignInSettings,
    SpeakingSettings,
    TakeoverSettings,
)
from services.route.configuration import (
    CalendarSettings,
    Place,
    PriorityDeadlines,
    RoutingSettings,
    Team,
    Theme,
)
from services.route.durations import Duration
from services.route.rule_file import RoutingRules, Rule, Then, When
from services.runtime.metric_catalogue import CATALOGUE
from services.runtime.scaled_settings import (
    KafkaSettings,
    OpaSettings,
    PostgresSettings,
    ScaledSettings,
    ServiceSettings,
)
from services.settings import (
    ENVIRONMENT_PREFIX,
    Body,
    BodySettings,
    EnvironmentSettings,
    Http,
    Listening,
    Person,
    TracingSettings,
)
from tests.docs.documents import ROOT, table

DOCS: Final = ROOT / "docs"
SETTINGS: Final[dict[str, type[BaseModel]]] = {
    "body": Body,
    "people": Person,
    "http": Http,
    "routing": RoutingSettings,
    "routing.teams": Team,
    "routing.themes": Theme,
    "routing.places": Place,
    "routing.calendar": CalendarSettings,
    "routing.deadlines": PriorityDeadlines,
    "sources, kind: replay": ReplaySettings,
    "sources, kind: feed": FeedSettings,
    "sources, kind: webhook": WebhookSettings,
    "sources, kind: contact-log": ContactLogSettings,
    "sources, kind: contact-log, columns": ContactColumns,
    "sources, kind: house": HouseSettings,
    "house": HousePlatformSettings,
    "listening": Listening,
    "accounts": AccountSettings,
    "speaking": SpeakingSettings,
    "speaking.own": OwnContacts,
    "speaking.retention": RetentionSettings,
    "takeovers": TakeoverSettings,
    "sign_in": SignInSettings,
    "bells": BellSettings,
    "bells.smtp": SmtpSettings,
    "bells.webhooks": BellWebhook,
    "tracing": TracingSettings,
    "scaled": ScaledSettings,
    "scaled.kafka": KafkaSettings,
    "scaled.postgres": PostgresSettings,
    "scaled.opa": OpaSettings,
    "scaled.service": ServiceSettings,
    "rules": Rule,
    "rules.when": When,
    "rules.then": Then,
}
"""The heading of each table in settings.md and the model it explains."""


def two_columns(document: Path, heading: str) -> dict[str, str]:
    """Return a table's first column, without its ticks, and its second."""
    return {row[0].strip("`"): row[1] for row in table(document, heading)}


def written(field: FieldInfo) -> str:
    """Return a field's default as settings.md writes it."""
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel) and not isinstance(value, Duration):
        return "see below"
    return "none" if value is None else f"`{in_yaml(value)}`"


def in_yaml(value: object) -> str:
    """Return a plain value as a person writes it into a file of settings."""
    match value:
        case bool():
            return str(value).lower()
        case time():
            return f"{value:%H:%M}"
        case tuple():
            return f"[{', '.join(value)}]"
        case str() if value.startswith((",", "%")):
            return f'"{value}"'
        case _:
            return str(value)


@pytest.mark.parametrize("heading", SETTINGS)
def test_every_key_is_explained_with_its_default(heading: str) -> None:
    """A section of the settings has exactly the keys and defaults of its model."""
    explained = two_columns(DOCS / "settings.md", heading)

    fields = SETTINGS[heading].model_fields
    assert {name: written(field) for name, field in fields.items()} == explained


@pytest.mark.parametrize(
    ("name", "model"), [("mercat.yaml", BodySettings), ("rules.yaml", RoutingRules)]
)
def test_the_first_level_of_each_file_is_explained(name: str, model: type[BaseModel]) -> None:
    """What stands at the left edge of a file has a table of its own."""
    explained = two_columns(DOCS / "settings.md", f"First level of {name}")

    assert {name: written(field) for name, field in model.model_fields.items()} == explained


def test_every_settings_model_has_a_table() -> None:
    """A model that a file may hold is among those compared here."""
    compared = {*SETTINGS.values(), BodySettings, RoutingRules, Duration}

    assert reachable(BodySettings) | reachable(RoutingRules) <= compared


def reachable(model: type[BaseModel]) -> set[type[BaseModel]]:
    """Return a model and all models within it."""
    found = {model}
    for field in model.model_fields.values():
        for inner in models_in(field.annotation):
            found |= reachable(inner)
    return found


def models_in(annotation: Any) -> set[type[BaseModel]]:
    """Return the models that an annotation names, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    parts = getattr(annotation, "__args__", ())
    return {model for part in parts for model in models_in(part)}


def test_every_variable_is_explained() -> None:
    """The variables of the environment are those that are read, with their defaults."""
    explained = two_columns(DOCS / "settings.md", "Environment")

    read = {
        f"{ENVIRONMENT_PREFIX}{name.upper()}": written(field)
        for name, field in EnvironmentSettings.model_fields.items()
    }
    assert read == explained


def test_every_field_of_a_post_is_explained() -> None:
    """Webhooks and recorded files have the fields that the documents list, in their order."""
    explained = two_columns(DOCS / "sources.md", "Fields of a post")

    assert list(PostRow.model_fields) == list(explained)


def test_every_topic_is_listed_as_it_is_declared() -> None:
    """Name, key, events, both ends and retention stand as in the declaration."""
    listed = [row[:6] for row in table(DOCS / "events.md", "Topics")]

    declared = [
        [
            f"`{topic.name}`",
            topic.key,
            ", ".join(f"`{event.model_fields['type'].default}`" for event in topic.events),
            ", ".join(topic.producers),
            ", ".join(topic.consumers),
            f"{topic.retention_days} days",
        ]
        for topic in TOPICS
    ]
    assert declared == listed


def test_every_field_of_the_envelope_is_listed() -> None:
    """An event has the fields that the documents list."""
    listed = two_columns(DOCS / "events.md", "The envelope")

    assert set(TOPICS[0].events[0].model_fields) == set(listed)


def metric_rows() -> list[list[str]]:
    """Return the rows of every table in the section on metrics, whatever stands above each."""
    said = (DOCS / "operations.md").read_text("utf-8").partition("\n## Metrics\n")[2]
    lines = said.partition("\n## ")[0].splitlines()
    rows = [line.split("|")[1:-1] for line in lines if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows]


def test_every_metric_is_listed_once_with_its_kind_and_labels() -> None:
    """The metrics page has exactly the catalogue, whatever order it is told in."""
    listed = sorted(tuple(row[:3]) for row in metric_rows())

    declared = sorted(
        (f"`{metric.name}`", metric.kind, ", ".join(f"`{each}`" for each in metric.label_names))
        for metric in CATALOGUE
    )
    assert declared == listed


def test_a_metric_is_explained_as_prometheus_shows_it() -> None:
    """Each row begins with the help that `/metrics` itself gives; it may say more."""
    explained = {row[0].strip("`"): row[3] for row in metric_rows()}

    others = {
        metric.name: explained[metric.name]
        for metric in CATALOGUE
        if not explained[metric.name].casefold().startswith(metric.help.rstrip(".").casefold())
    }
    assert {} == others


def verbs(command: click.Command, name: str) -> dict[str, click.Command]:
    """Return every verb that can be typed, by its words."""
    if not isinstance(command, click.Group):
        return {name: command}
    context = click.Context(command)
    found: dict[str, click.Command] = {}
    for word in command.list_commands(context):
        inner = command.get_command(context, word)
        assert inner is not None
        found |= verbs(inner, f"{name} {word}")
    return found


ALL_VERBS: Final = verbs(mercat, "mercat")


def test_every_verb_has_its_heading() -> None:
    """The commands page explains each verb there is, and none that is not."""
    lines = (DOCS / "commands.md").read_text("utf-8").splitlines()

    headings = {line.removeprefix("## ") for line in lines if line.startswith("## ")}
    assert set(ALL_VERBS) == headings
    assert len(VERBS) <= len(ALL_VERBS)


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_every_option_of_a_verb_is_explained(verb: str) -> None:
    """A verb has the options that its table lists, and no others."""
    options = {
        parameter.opts[0]
        for parameter in ALL_VERBS[verb].params
        if isinstance(parameter, click.Option)
    }

    if options:
        assert options == set(two_columns(DOCS / "commands.md", verb))
    else:
        text = (DOCS / "commands.md").read_text("utf-8").split(f"## {verb}\n")[1]
        assert "It has no options." in text.split("\n## ")[0]

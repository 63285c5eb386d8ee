"""What manifests have to agree with, taken from the code itself: topics, commands, variables."""

import tomllib
from collections.abc import Sequence
from typing import Any, Final

import click

from schemas.topics import POSTS_CLASSIFIED, POSTS_RECEIVED, TEAM_PLACE, TOPICS, team_topic
from services.cli import mercat
from services.runtime.scaled_settings import KafkaSettings, OpaSettings
from services.settings import ENVIRONMENT_PREFIX, EnvironmentSettings
from tests.deploy.places import ROOT

PREPARING: Final = ("migrate --schema", "topics apply --yes")


def facts() -> dict[str, Any]:
    """Return the facts that the rules of deploy/checks are asked with."""
    kafka = KafkaSettings()
    return {
        "version": project_version(),
        "opa_port": OpaSettings().port,
        "partitions": {
            team_topic("waste") if TEAM_PLACE in topic.name else topic.name: topic.partitions
            for topic in TOPICS
        },
        "listening": {
            "classify": {"group": kafka.group("classify"), "topic": POSTS_RECEIVED.name},
            "route": {"group": kafka.group("route"), "topic": POSTS_CLASSIFIED.name},
        },
        "groups": [kafka.group(name) for name in ("classify", "route", "reader")],
        "environment": [
            f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in EnvironmentSettings.model_fields
        ],
        "commands": command_lines(),
    }


def project_version() -> str:
    """Return the version of this checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def command_lines() -> list[str]:
    """Return the command lines that run each service, and of those that prepare what parses."""
    serve = mercat.get_command(click.Context(mercat), "serve")
    assert serve is not None
    (names,) = (each.type for each in serve.params if each.name == "service")
    assert isinstance(names, click.Choice)
    services = [f"serve {name}" for name in names.choices]
    return [line for line in (*services, *PREPARING) if parses(line.split())]


def parses(words: Sequence[str]) -> bool:
    """Return whether the program takes these words; nothing is run."""
    command: click.Command = mercat
    left = list(words)
    try:
        while isinstance(command, click.Group):
            name, found, left = command.resolve_command(click.Context(command), left)
            assert found is not None, name
            command = found
        command.make_context(command.name, left)
    except click.UsageError:
        return False
    return True

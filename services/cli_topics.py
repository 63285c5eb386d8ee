"""`mercat topics`: make the cluster's topics what they should be, after showing the difference."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from services.cli_options import folder_of, folder_option, json_option, keys_of, write_json
from services.runtime.errors import LogUnavailableError
from services.settings import read_body

if TYPE_CHECKING:
    from services.log.kafka_topics import KafkaTopics
    from services.log.topic_plan import TopicChange, TopicFound

DIFFERS: Final = 1


@click.group()
def topics() -> None:
    """Look after the topics of the scaled way."""


@topics.command()
@click.option("--dry-run", is_flag=True, help="Show the difference, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--repartition",
    is_flag=True,
    help="Add partitions too, which moves keys: only while nothing writes and all is read.",
)
@folder_option
@json_option
def apply(
    folder: Path | None, *, dry_run: bool, yes: bool, repartition: bool, as_json: bool
) -> None:
    """Make topics that are missing, and set what differs; nothing is ever taken away.

    Ends with 1 where something is left that is not as it should be, and says what to do.
    """
    from services.bootstrap_relay_service import topics_of
    from services.bootstrap_scaled import imported, kafka_client
    from services.log.topic_plan import plan_topics

    if as_json and not (yes or dry_run):
        raise click.UsageError("--json asks nothing; add --yes to change, or --dry-run to look.")
    place, environment = folder_of(folder)
    settings = read_body(place, environment)
    kafka = settings.scaled.kafka
    client = kafka_client(settings, environment, keys_of(environment), "topics")
    cluster = imported("services.log.kafka_topics").KafkaTopics(client, kafka)
    names = topics_of(settings)
    changes = plan_topics(names, _found(cluster, names, kafka.servers), kafka)
    doable = [each for each in changes if _is_doable(each, repartition=repartition)]
    left = [each for each in changes if each not in doable]
    if not as_json:
        _show(doable, left)
    if doable and not dry_run:
        if not yes:
            _ask()
        cluster.apply(doable)
    if as_json:
        write_json({"changes": [_told(each) for each in doable], "left": [*map(_told, left)]})
    elif doable:
        click.echo("Nothing was changed." if dry_run else "Done.")
    sys.exit(DIFFERS if left else 0)


def _ask() -> None:
    try:
        click.confirm("Do this?", abort=True)
    except click.Abort:
        click.echo("Nothing was changed. Where nobody can be asked, add --yes.", err=True)
        raise


def _found(
    cluster: "KafkaTopics", names: Sequence[str], servers: Sequence[str]
) -> "Mapping[str, TopicFound]":
    """Return the topics that are there. LogUnavailableError, saying where to look, if none can."""
    try:
        return cluster.found(names)
    except LogUnavailableError as error:
        raise LogUnavailableError(
            f"{error}; start the brokers at {', '.join(servers)}, or say in scaled.kafka.servers "
            "or MERCAT_KAFKA_SERVERS where they are"
        ) from error


def _is_doable(change: "TopicChange", *, repartition: bool) -> bool:
    return change.kind in ("make", "set") or (change.kind == "repartition" and repartition)


def _show(doable: Sequence["TopicChange"], left: Sequence["TopicChange"]) -> None:
    for change in doable:
        if change.kind == "repartition":
            count = change.plan.partitions
            click.echo(f"+ {change.plan.name} gets {count} partitions, and keys move between them")
        else:
            click.echo(f"+ {change.sentence}")
    for change in left:
        click.echo(f"! {change.sentence}")
    if not doable and not left:
        click.echo("All topics are as they should be.")


def _told(change: "TopicChange") -> dict[str, str]:
    return {"topic": change.plan.name, "kind": change.kind, "sentence": change.sentence}

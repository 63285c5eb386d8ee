"""`mercat incidents`: what accounts show that nobody sent from here, and what it came to."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from services.cli_options import write_json
from services.cli_speaking import named, opened, speaking_options, tell, why_option
from services.reading.plain_text import plain, shortened

FINDINGS: Final = ("hijacked", "ours-after-all", "test", "other")
TEXT_WIDTH: Final = 300
incident_argument = click.argument("incident_id", metavar="INCIDENT")


@click.group()
def incidents() -> None:
    """What accounts show that nobody sent from here: each halts its account."""


@incidents.command("list")
@click.option("--state", type=click.Choice(("open", "closed")), default="open", show_default=True)
@speaking_options
def list_incidents(state: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List incidents, the latest first."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/incidents", query={"state": state}).told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo(f"No incident is {state}.")
    for item in items:
        click.echo(f"{item['id']}  {_minute(item['opened_at'])}  {plain(item['summary'])}")


@incidents.command()
@incident_argument
@speaking_options
def show(incident_id: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Show an incident with its evidence: what the platform showed, word for word."""
    with opened(folder, as_login) as api:
        told = api.ask("GET", f"/incidents/{incident_id}").told
    write_json(told) if as_json else click.echo("\n".join(_lines(told)))


@incidents.command()
@incident_argument
@click.argument("finding", type=click.Choice(FINDINGS))
@why_option
@speaking_options
def close(
    incident_id: str, folder: Path | None, as_login: str | None, *, as_json: bool, **order: Any
) -> None:
    """Say what an incident was; its account stays halted until two people release it."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/incidents/{incident_id}/close", named(**order)).told
    tell(told, as_json=as_json)


@incidents.command()
@speaking_options
def timelines(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List how far each account was read back, and what keeps it from being read."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/timelines").told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo("No account was read back yet; that begins with `mercat run`.")
    for item in items:
        how = f"read until {_minute(item['read_at'])}"
        if item["trouble"]:
            how += f"; not read since {_minute(item['trouble_since'])}: {plain(item['trouble'])}"
        click.echo(f"{item['account']:<20} {how}")


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    halted = "halted" if told["halted"] else "released"
    yield plain(told["summary"])
    yield f"{told['state']} since {_minute(told['opened_at'])}; {told['account']} is {halted}"
    for each in told["evidence"]:
        yield f"  {_minute(each['done_at'])}  {each['kind']} {plain(each['remote_id'])}"
        if each["text"]:
            yield f"    {shortened(plain(each['text']), TEXT_WIDTH)}"
        if each["link"]:
            yield f"    {plain(each['link'])}"
        yield f"    digest {each['digest']}"
    if told["acts"] > len(told["evidence"]):
        yield f"  and {told['acts'] - len(told['evidence'])} more, of which no words are kept"
    if told["finding"]:
        yield f"{told['finding']}, said {told['closed_by']}: {plain(told['reason'])}"


def _minute(moment: str | None) -> str:
    return "never" if moment is None else f"{moment[:16].replace('T', ' ')} UTC"

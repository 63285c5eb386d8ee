"""`mercat takeover`: hand an account to a curator for a slot, and see it through to its close."""

from pathlib import Path
from typing import Any

import click

from services.cli_handovers import handover
from services.cli_nominations import nominations
from services.cli_options import write_json
from services.cli_register import show_name
from services.cli_slot_reports import publish_report, report, withdraw_report
from services.cli_speaking import (
    named,
    note_option,
    opened,
    speaking_options,
    tell,
    text_wanted,
    why_option,
)
from services.cli_takeover_text import calendar_lines, line_of, whole_lines
from services.policy.takeover import STATES

takeover_argument = click.argument("takeover_id", metavar="TAKEOVER")


@click.group()
def takeover() -> None:
    """Hand an account to somebody for a slot; the voice, never the keys."""


@takeover.command()
@click.argument("account")
@click.argument("title")
@click.option("--duty-officer", required=True, help="Login of the officer who answers for it.")
@click.option("--standby", help="Login of whoever stands by, should nobody come.")
@click.option(
    "--from", "starts", required=True, help="When it begins, in the body's zone; or `now`."
)
@click.option("--until", "ends", help="When it ends.")
@click.option("--days", type=click.IntRange(min=1), help="Or so many days on: 7 for a week.")
@click.option("--hours", type=click.FloatRange(min=0, min_open=True), help="Or so many hours on.")
@click.option("--kind", "kinds", multiple=True, help="What may be done; else reply, statement.")
@click.option("--theme", "themes", multiple=True, help="What it may be about; else anything.")
@click.option("--language", "languages", multiple=True, help="In which languages; else any.")
@click.option("--pair-with", help="The takeover of the same time that this one is a pair with.")
@note_option
@speaking_options
def plan(folder: Path | None, as_login: str | None, *, as_json: bool, **order: Any) -> None:
    """Keep a slot of ACCOUNT free, under a TITLE."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/takeovers", named(**order)).told
    tell(told, as_json=as_json)
    if not as_json:
        click.echo(f"Its number is {told['takeover_id']}.")


@takeover.command("list")
@click.option("--account", help="Of one account alone.")
@click.option("--state", type=click.Choice(STATES), help="In one state alone.")
@speaking_options
def list_takeovers(
    account: str | None,
    state: str | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """List takeovers from a month back to a year ahead."""
    with opened(folder, as_login) as api:
        query = {"account": account, "state": state}
        items = api.ask("GET", "/takeovers", query=query).told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo("There are none.")
    for item in items:
        click.echo(line_of(item))


@takeover.command()
@takeover_argument
@speaking_options
def show(takeover_id: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Show a takeover: what is still to be done, and what it waits for."""
    with opened(folder, as_login) as api:
        item = api.ask("GET", f"/takeovers/{takeover_id}").told
    if as_json:
        write_json(item)
        return
    click.echo("\n".join(whole_lines(item)))


@takeover.command()
@click.option("--account", help="Of one account alone.")
@click.option("--from", "since", default="now", show_default=True, help="From when on.")
@click.option("--until", help="Until when; else a year on.")
@speaking_options
def calendar(
    account: str | None,
    since: str,
    until: str | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Show whose slots are when, account by account, and what is free between them."""
    with opened(folder, as_login) as api:
        query = {"account": account, "since": since, "until": until}
        items = api.ask("GET", "/takeovers", query=query).told["items"]
    if as_json:
        write_json(items)
        return
    click.echo("\n".join(calendar_lines(items)))


@takeover.command()
@speaking_options
def terms(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Show the terms that a curator agrees to, and their version."""
    with opened(folder, as_login) as api:
        told = api.ask("GET", "/takeovers/terms").told
    if as_json:
        write_json(told)
        return
    click.echo(f"{told['text'].rstrip()}\n\nThis is version {told['version']}. To agree to it:")
    click.echo(f"    mercat takeover consent TAKEOVER --terms {told['version']}")


@takeover.command()
@takeover_argument
@click.argument("login")
@note_option
@speaking_options
def invite(takeover_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Ask LOGIN whether they would like a slot."""
    _move("invite", takeover_id, folder, as_login, order)


@takeover.command()
@takeover_argument
@click.option("--terms", "terms_version", required=True, help="The version that you read.")
@speaking_options
def consent(takeover_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Agree to the terms as they stand."""
    _move("consent", takeover_id, folder, as_login, order)


@takeover.command()
@takeover_argument
@click.option("--text", help="The words; `-` reads them from standard input.")
@click.option(
    "--file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with the words, in UTF-8.",
)
@speaking_options
def practise(
    takeover_id: str,
    text: str | None,
    file: Path | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Try some words on the rules; they go nowhere, and are not kept."""
    order = {"text": text_wanted(text, file), "as_json": as_json}
    _move("practise", takeover_id, folder, as_login, order)


def _add(name: str, sentence: str, *, with_why: bool) -> None:
    """Add the verb of a move that takes a reason, or a note at most."""

    def move(takeover_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
        _move(name, takeover_id, folder, as_login, order)

    why = why_option if with_why else note_option
    command = takeover_argument(why(speaking_options(move)))
    takeover.command(name, help=sentence)(command)


def _move(
    name: str, takeover_id: str, folder: Path | None, as_login: str | None, order: dict[str, Any]
) -> None:
    as_json = bool(order.pop("as_json"))
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/takeovers/{takeover_id}/{name}", named(**order)).told
    tell(told, as_json=as_json)


_add("accept", "Say yes to a slot.", with_why=False)
_add("decline", "Say no to a slot, at any time before it begins.", with_why=True)
_add("make-ready", "Give leave to speak in the slot, once all steps are done.", with_why=False)
_add("sign-on", "Say that you speak from now on.", with_why=False)
_add("sign-off", "Say goodbye before the slot is over.", with_why=False)
_add("pause", "Let nothing more of it go out for now.", with_why=True)
_add("resume", "Let it go on as before.", with_why=True)
_add("no-show", "Give a slot back to the house, as nobody came.", with_why=True)
_add("stop", "End it early; it holds from the next send on.", with_why=True)
_add("withdraw", "Take a slot back before anybody was let speak in it.", with_why=True)
_add("close", "Decide that the account is as the next one should find it.", with_why=False)
takeover.add_command(handover)
takeover.add_command(nominations)
takeover.add_command(show_name)
takeover.add_command(report)
takeover.add_command(publish_report)
takeover.add_command(withdraw_report)

"""`mercat people trust`, `set-trust` and `complaint`: how far people are let speak alone."""

from pathlib import Path
from typing import get_args

import click

from services.cli_options import write_json
from services.cli_speaking import named, opened, speaking_options, tell, why_option
from services.policy.authority_data import TrustLevel
from services.reading.plain_text import plain


@click.command()
@click.argument("login")
@speaking_options
def trust(login: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Show where LOGIN stands on the ladder of trust for each account, and why."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", f"/people/{login}/trust").told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo(f"The ladder of trust is not for {login}: their acts wait as everybody's do.")
    for each in items:
        click.echo(f"{each['account']:<16} {each['level']}: {each['means']}")
        click.echo(f"    {plain(each['why'])}")


@click.command("set-trust")
@click.argument("login")
@click.argument("account")
@click.argument("level", type=click.Choice(get_args(TrustLevel)))
@why_option
@speaking_options
def set_trust(
    login: str,
    account: str,
    level: str,
    why: str,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Put LOGIN on LEVEL of the ladder of trust for ACCOUNT."""
    body = {"account": account, "level": level, "why": why}
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/people/{login}/trust", body).told
    tell(told, as_json=as_json)


@click.command()
@click.argument("login")
@click.argument("account")
@click.option("--act", "act_id", help="The act that somebody complained about.")
@why_option
@speaking_options
def complaint(
    login: str,
    account: str,
    act_id: str | None,
    why: str,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Take a complaint about what LOGIN did as ACCOUNT: down a level, at once."""
    body = {"account": account, **named(act_id=act_id, why=why)}
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/people/{login}/complaints", body).told
    tell(told, as_json=as_json)

"""`mercat sign-in`: let people in at the page, recover them by two people, sign them out."""

from pathlib import Path
from typing import Any

import click

from services.cli_options import write_json
from services.cli_speaking import named, opened, speaking_options, tell, why_option


@click.group("sign-in")
def sign_in() -> None:
    """Look after how people sign in at the page /sign-in."""


@sign_in.command()
@click.argument("login")
@speaking_options
def link(login: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Give LOGIN a link for their first passkey; whoever has the machine may, without --as."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/people/{login}/sign-in/link", {}).told
    _tell_link(told, as_json=as_json)


@sign_in.command()
@click.argument("login")
@why_option
@speaking_options
def recover(login: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Ask for a new link for LOGIN, who lost their passkeys, or agree to one: it takes two."""
    as_json = order.pop("as_json")
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/people/{login}/sign-in/recovery", named(**order)).told
    _tell_link(told, as_json=as_json)


@sign_in.command()
@click.argument("login")
@speaking_options
def show(login: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Show the passkeys of LOGIN, and where they are signed in."""
    with opened(folder, as_login) as api:
        told = api.ask("GET", f"/people/{login}/sign-in").told
    if as_json:
        write_json(told)
        return
    for each in told["passkeys"]:
        ended = "" if each["state"] == "live" else ", ended"
        click.echo(f"passkey {each['id']}: {each['label']}{ended}")
    for each in told["sessions"]:
        click.echo(f"signed in by {each['factors']} since {each['begun_at'][:16]} UTC")
    if not told["passkeys"]:
        click.echo("No passkey yet; `mercat sign-in link` gives a link for one.")


@sign_in.command("end-passkey")
@click.argument("passkey_id", metavar="PASSKEY")
@why_option
@speaking_options
def end_passkey(passkey_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """End a passkey: your own, or as governance anybody's."""
    as_json = order.pop("as_json")
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/sign-in/passkeys/{passkey_id}/end", named(**order)).told
    tell(told, as_json=as_json)


@sign_in.command("sign-out")
@click.argument("login")
@why_option
@speaking_options
def sign_out(login: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Sign LOGIN out wherever they are signed in: yourself, or as governance anybody."""
    as_json = order.pop("as_json")
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/people/{login}/sign-in/end", named(**order)).told
    tell(told, as_json=as_json)


def _tell_link(told: dict[str, Any], *, as_json: bool) -> None:
    tell(told, as_json=as_json)
    if not as_json and told.get("link"):
        click.echo(told["link"])

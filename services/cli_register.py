"""`mercat accounts show|describe|step-in`, `mercat takeover show-name`: what accounts are for."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args

import click

from services.cli_options import write_json
from services.cli_speaking import named, opened, speaking_options, tell, why_option
from services.policy.register_orders import Purpose
from services.reading.plain_text import plain
from services.runtime.errors import NotFoundError

TOLD: Final = (
    ("handle", "Handle"),
    ("platform", "Platform"),
    ("mode", "Mode"),
    ("purpose", "Purpose"),
    ("audience", "Audience"),
    ("about", "About"),
    ("link", "Link"),
    ("owner_team", "Team"),
    ("owner", "Owner"),
    ("second_owner", "Second owner"),
    ("quota_hour", "At most an hour"),
    ("quota_day", "At most a day"),
    ("reviewed_at", "Reviewed"),
)


@click.command()
@click.argument("account")
@speaking_options
def show(account: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Show what the register says of ACCOUNT, and what is wrong with it."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/accounts").told["items"]
    item = next((each for each in items if each["id"] == account), None)
    if item is None:
        known = ", ".join(each["id"] for each in items) or "none"
        raise NotFoundError(f"There is no account {account!r}; accounts are {known}.")
    if as_json:
        write_json(item)
        return
    click.echo("\n".join(_lines(item)))


@click.command()
@click.argument("account")
@click.option("--purpose", type=click.Choice(get_args(Purpose)), help="What it is for.")
@click.option("--audience", help="For whom it is.")
@click.option("--about", help="What it is for, in a sentence or two.")
@click.option("--link", help="Where the public finds it; begins with https.")
@click.option("--team", "owner_team", help="The team that looks after it.")
@click.option("--owner", help="Login of the person who owns it.")
@click.option("--second-owner", help="Login of another person who owns it too.")
@click.option("--listed/--unlisted", default=None, help="Whether the public page has it.")
@click.option("--quota-hour", type=click.IntRange(0, 2_000), help="At most so many acts an hour.")
@click.option("--quota-day", type=click.IntRange(0, 2_000), help="At most so many acts a day.")
@click.option("--reviewed", is_flag=True, default=None, help="Somebody looked that all is true.")
@why_option
@speaking_options
def describe(
    account: str, folder: Path | None, as_login: str | None, *, as_json: bool, **said: Any
) -> None:
    """Say what ACCOUNT is for and whose it is; what is left out stays."""
    with opened(folder, as_login) as api:
        told = api.ask("PATCH", f"/accounts/{account}", named(**said)).told
    tell(told, as_json=as_json)


@click.command("step-in")
@click.argument("account")
@why_option
@speaking_options
def step_in(
    account: str, why: str, folder: Path | None, as_login: str | None, *, as_json: bool
) -> None:
    """Become the owner of ACCOUNT, as its second one, where the owner has left."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/accounts/{account}/step-in", {"why": why}).told
    tell(told, as_json=as_json)


@click.command("show-name")
@click.argument("takeover_id", metavar="TAKEOVER")
@click.option("--name", default="", help="The name, or a part of it; without one none is shown.")
@speaking_options
def show_name(
    takeover_id: str, name: str, folder: Path | None, as_login: str | None, *, as_json: bool
) -> None:
    """Say under which name you agree to be shown in public, or that you do not."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/takeovers/{takeover_id}/public-name", {"name": name}).told
    tell(told, as_json=as_json)


def _lines(item: Mapping[str, Any]) -> Iterator[str]:
    yield f"{plain(item['id'])}: {plain(item['name'])}"
    for name, called in TOLD:
        if item.get(name) is not None:
            yield f"  {called + ':':<17}{plain(str(item[name]))}"
    yield f"  {'Public list:':<17}{'yes' if item['listed'] else 'no'}"
    yield from (f"  FAULT: {plain(each)}" for each in item["faults"])

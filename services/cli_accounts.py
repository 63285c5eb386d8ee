"""`mercat accounts`: which accounts there are, and in what mode each of them speaks."""

from pathlib import Path
from typing import Any, Final

import click

from services.cli_options import write_json
from services.cli_register import describe, show, step_in
from services.cli_speaking import opened, speaking_options, tell, why_option
from services.reading.plain_text import plain

MODES: Final = ("normal", "emergency", "pre-election")


@click.group()
def accounts() -> None:
    """Look at accounts, and set the mode in which they speak."""


@accounts.command("list")
@speaking_options
def list_accounts(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List accounts with their modes, and who asks for another."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/accounts").told["items"]
    if as_json:
        write_json(items)
        return
    for item in items:
        click.echo("\n".join(_lines(item)))


@accounts.command()
@click.argument("account")
@click.argument("mode", type=click.Choice(MODES))
@why_option
@speaking_options
def mode(
    account: str,
    mode: str,
    why: str,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Set an account's mode; to end an emergency takes two people."""
    with opened(folder, as_login) as api:
        body = {"mode": mode, "why": why}
        told = api.ask("POST", f"/accounts/{account}/mode", body).told
    tell(told, as_json=as_json)


accounts.add_command(show)
accounts.add_command(describe)
accounts.add_command(step_in)


def _lines(item: dict[str, Any]) -> list[str]:
    lines = [f"{plain(item['id']):<20} {item['mode']:<13} {plain(item['name'])}"]
    if item["mode_asked"]:
        by = plain(str(item["mode_asked_by"] or "somebody"))
        lines.append(f"    {by} asks for {item['mode_asked']}; one more must agree")
    lines += [f"    FAULT: {plain(each)}" for each in item["faults"]]
    return lines
